import { globMatcher } from '../model/glob.ts';
import type { Incident, Silence } from './incident.ts';

/** The silence that keeps an incident quiet at this time, the one that ends last; null where none does. */
export function silenceOf(
  incident: Pick<Incident, 'rule' | 'subject' | 'sight'>,
  silences: readonly Silence[],
  now: number,
): Silence | null {
  const matching = silences.filter((silence) => isInForce(silence, now) && matches(silence, incident));
  return matching.toSorted((a, b) => b.endsAt - a.endsAt)[0] ?? null;
}

export function isInForce(silence: Silence, now: number): boolean {
  return now < silence.endsAt;
}

/** Whether everything that the silence names is so of the incident. */
function matches(silence: Silence, { rule, subject, sight }: Pick<Incident, 'rule' | 'subject' | 'sight'>) {
  const { racks, sleds, zones, upstairs, rules } = silence;
  const { zone, upstairsId } = subject;
  // One that two sleds see is quiet only if both are.
  const seenOn = subject.sled === null ? sight.sleds : [subject.sled];
  return (
    (racks === null || racks.includes(subject.rack)) &&
    (sleds === null || (seenOn.length > 0 && seenOn.every((sled) => sleds.includes(sled)))) &&
    (zones === null || (zone !== null && zones.some((pattern) => globMatcher(pattern)(zone)))) &&
    (upstairs === null || (upstairsId !== null && upstairs.some((start) => upstairsId.startsWith(start)))) &&
    (rules === null || rules.includes(rule))
  );
}
