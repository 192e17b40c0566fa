import { compareLevels } from '../model/level.ts';
import type { Incident, News, Told } from './incident.ts';
import { RULE_NAMES } from './rules/index.ts';

/** What is to be said of an incident now; nothing while it is silenced. */
export function newsOf(incident: Incident): readonly News[] {
  const { told: was, ending } = incident;
  if (incident.silencedBy !== null) return [];
  if (ending !== null) return was === null ? [] : [{ kind: 'resolved', incident, was }];
  if (incident.openedAt === null) return [];
  // What clears before anybody heard of it needs no beginning.
  if (was === null) return incident.cleanRuns > 0 ? [] : [{ kind: 'opened', incident, was }];
  const change = changeSince(was, incident);
  return change === null ? [] : [{ kind: change, incident, was }];
}

function changeSince(was: Told, incident: Incident): 'worse' | 'better' | 'moved' | null {
  const order =
    compareLevels(incident.severity, was.severity) ||
    RULE_NAMES.indexOf(was.rule) - RULE_NAMES.indexOf(incident.rule);
  if (order !== 0) return order > 0 ? 'worse' : 'better';
  return was.sleds.join() === incident.sight.sleds.join() ? null : 'moved';
}

/** What stays of an incident once its news is told; one that is over stays until somebody heard of it. */
export function afterNews(incident: Incident, news: News | null, now: number): readonly Incident[] {
  const { ending, told, rule, severity, sight } = incident;
  if (ending !== null && (news !== null || told === null)) return [];
  return [
    news === null
      ? incident
      : { ...incident, told: { at: now, rule, severity, sleds: sight.sleds, states: sight.states } },
  ];
}
