import type { Subject } from '../model/incident.ts';
import type { FleetReport } from '../model/report.ts';
import { compareLevels, RULE_NAMES, type Policy, type RuleName } from '../model/rules.ts';
import { identityOf, looksOf, type Look } from './look.ts';
import { compare, mergedMemories, type SessionMemory } from './memory.ts';
import { coverageTroubles, sledMemories, sledTroubles } from './observe-sleds.ts';
import { activeTwice, silentProcesses, upstairsTroubles } from './observe-upstairs.ts';
import type { Compared, Memory, Observation, Scene, Seen } from './scene.ts';

export interface Observed {
  /** One for each key. */
  readonly observations: readonly Observation[];
  readonly looks: readonly Look[];
  readonly memory: Memory;
}

/** Rules that are stages of one trouble share an incident: it gets worse or better, and is one story. */
const FAMILY: Readonly<Partial<Record<RuleName, string>>> = {
  down: 'health',
  critical: 'health',
  degraded: 'health',
  repairing: 'health',
};

/** The identity of an incident: the family of its rule, and whom it is about. Not the sled or the PID. */
export function keyOf(rule: RuleName, subject: Subject, identity: string | null): string {
  const { rack, zone, downstairs, sled } = subject;
  return JSON.stringify([FAMILY[rule] ?? rule, rack, zone, identity, downstairs, sled]);
}

/** Looks at a report with every rule that is on, in the light of what is remembered of the runs before. */
export function observe(report: FleetReport, before: Memory, policy: Policy, now: number): Observed {
  const looks = looksOf(report.rows);
  const compared = compareAll(looks, before.sessions, policy, now);
  const sleds = sledMemories(report.outcomes, before.sleds);
  const scene: Scene = { report, compared, sleds, policy, now };
  const seen = [
    ...compared.flatMap((each) => upstairsTroubles(each, scene)),
    ...silentProcesses(looks),
    ...activeTwice(report.rows),
    ...sledTroubles(scene),
    ...coverageTroubles(scene),
  ];
  const observations = new Map<string, Observation>();
  for (const each of seen) {
    if (!policy.rules[each.rule].on) continue;
    const key = keyOf(each.rule, each.subject, identityIn(each, looks));
    const other = observations.get(key);
    observations.set(key, other === undefined ? { ...each, key } : worseOf(other, { ...each, key }, policy));
  }
  return {
    observations: [...observations.values()],
    looks,
    memory: {
      sessions: mergedMemories(
        before.sessions,
        compared.flatMap((each) => (each.isAlone ? [each.memory] : [])),
        now,
      ),
      sleds,
    },
  };
}

/** What names the upstairs beside its zone; null where it is not about one. */
function identityIn(seen: Seen, looks: readonly Look[]): string | null {
  const { subject, sight } = seen;
  if (subject.upstairsId !== null) return subject.upstairsId;
  const look = looks.find((each) => each.zone === subject.zone && each.sessionId === sight.sessionId);
  return look === undefined || sight.states === null ? null : (look.sessionId ?? 'without ids');
}

/** Of two sights of one incident (disks without ids in one zone) the worse one, with the sleds of both. */
function worseOf(a: Observation, b: Observation, policy: Policy): Observation {
  const order =
    compareLevels(policy.rules[a.rule].severity, policy.rules[b.rule].severity) ||
    RULE_NAMES.indexOf(b.rule) - RULE_NAMES.indexOf(a.rule);
  const worse = order >= 0 ? a : b;
  const sleds = [...new Set([...a.sight.sleds, ...b.sight.sleds])].sort();
  return { ...worse, sight: { ...worse.sight, sleds } };
}

function compareAll(
  looks: readonly Look[],
  before: readonly SessionMemory[],
  policy: Policy,
  now: number,
): readonly Compared[] {
  const memories = new Map(before.map((memory) => [memory.id, memory]));
  const times = new Map<string, number>();
  for (const look of looks) times.set(identityOf(look), (times.get(identityOf(look)) ?? 0) + 1);
  return looks.flatMap((look) => {
    if (look.states === null) return [];
    const id = identityOf(look);
    // Sessions under one name, or without any: whose counters they are cannot be told, so that nothing is compared.
    const isAlone = times.get(id) === 1 && (look.upstairsId ?? look.sessionId) !== null;
    const last = isAlone ? (memories.get(id) ?? null) : null;
    const within = policy.rules.flapping.thresholds['within'] ?? 0;
    return [{ look, isAlone, ...compare(look, last, now, within) }];
  });
}
