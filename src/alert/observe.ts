import { activePlaces } from '../model/active-places.ts';
import type { Row } from '../model/column.ts';
import { formatDuration } from '../model/duration.ts';
import { describeError } from '../model/error.ts';
import { roleOf } from '../model/health.ts';
import type { Sight, Subject } from '../model/incident.ts';
import { coverageOf, type FleetReport, type SledOutcome } from '../model/report.ts';
import { compareLevels, RULE_NAMES, type Policy, type RuleName } from '../model/rules.ts';
import { identityOf, lookOf, looksOf, sightOf, subjectOf, type Look } from './look.ts';
import { compare, mergedMemories, type SessionMemory } from './memory.ts';

/** Something that a rule sees in one report. */
export interface Observation {
  /** Identity of the incident that it belongs to. */
  readonly key: string;
  readonly rule: RuleName;
  readonly subject: Subject;
  readonly sight: Sight;
}

/** What is kept of a sled from run to run. */
export interface SledMemory {
  /** Runs in a row in which it was asked and did not answer. */
  readonly silentRuns: number;
  readonly lastAnswerAt: number | null;
}

export interface Memory {
  readonly sessions: readonly SessionMemory[];
  /** By `rack/name`. */
  readonly sleds: Readonly<Record<string, SledMemory>>;
}

export interface Observed {
  /** One for each key. */
  readonly observations: readonly Observation[];
  readonly looks: readonly Look[];
  readonly memory: Memory;
}

/** One upstairs with what its counters did since the last run. */
interface Compared {
  readonly look: Look;
  readonly memory: SessionMemory;
  readonly aborted: readonly [number, number, number];
  /** No other session goes by the same name, so that it can be known again. */
  readonly isAlone: boolean;
}

/** Everything that the rules look at. */
interface Scene {
  readonly report: FleetReport;
  readonly compared: readonly Compared[];
  readonly sleds: Memory['sleds'];
  readonly policy: Policy;
  readonly now: number;
}

type Seen = Omit<Observation, 'key'>;

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
  const sleds = sledMemories(report.outcomes, before.sleds, now);
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

/** Everything that is wrong with one upstairs that reports. */
function upstairsTroubles({ look, memory, aborted }: Compared, scene: Scene): readonly Seen[] {
  const each = (downstairs: 0 | 1 | 2): readonly Seen[] => {
    const subject = subjectOf(look, downstairs);
    const see = (rule: RuleName, message: string): Seen => ({ rule, subject, sight: sightOf(look, message) });
    const count = aborted[downstairs];
    const abortedText = `${count} live ${count === 1 ? 'repair' : 'repairs'} of downstairs ${downstairs} aborted since the last run`;
    return [
      ...stateTrouble(look, downstairs).map(({ rule, message }) => see(rule, message)),
      ...stalled(memory, downstairs, scene).map((message) => see('repair_stalled', message)),
      ...(count > 0 ? [see('repair_aborted', abortedText)] : []),
      ...flapping(memory, downstairs, scene).map((message) => see('flapping', message)),
    ];
  };
  return [...each(0), ...each(1), ...each(2), ...stalledReconcile(look, memory, scene)];
}

/** What the state of one downstairs means: a lost one by how many are lost, one under repair as such. */
function stateTrouble(
  look: Look,
  downstairs: 0 | 1 | 2,
): readonly { readonly rule: RuleName; readonly message: string }[] {
  const { states, health } = look;
  const state = states?.[downstairs];
  if (state === undefined || health === null) return [];
  const message = `downstairs ${downstairs} is ${state}`;
  switch (health) {
    case 'down':
    case 'critical':
    case 'degraded':
    case 'repairing': {
      const role = roleOf(state);
      if (role === 'serves') return [];
      return [{ rule: role === 'repairing' || health === 'repairing' ? 'repairing' : health, message }];
    }
    case 'ok':
    case 'inactive':
    case 'no_report':
      return [];
  }
}

function stalled(memory: SessionMemory, downstairs: 0 | 1 | 2, scene: Scene): readonly string[] {
  const progress = memory.repair[downstairs];
  const standing = progress === null ? 0 : scene.now - progress.since;
  if (progress === null || !isStalled(standing, scene.policy)) return [];
  return [
    `the live repair of downstairs ${downstairs} has not got on for ${formatDuration(standing)}: ${progress.mark}`,
  ];
}

function stalledReconcile(look: Look, memory: SessionMemory, scene: Scene): readonly Seen[] {
  const { reconcile } = memory;
  const standing = reconcile === null ? 0 : scene.now - reconcile.since;
  if (reconcile === null || !isStalled(standing, scene.policy)) return [];
  const message = `reconciliation has not got on for ${formatDuration(standing)}: ${reconcile.mark}`;
  return [{ rule: 'repair_stalled', subject: subjectOf(look, null), sight: sightOf(look, message) }];
}

/** It takes two runs to see that nothing moves, even with a threshold of 0. */
function isStalled(standingMs: number, policy: Policy): boolean {
  return standingMs > 0 && standingMs >= (policy.rules.repair_stalled.thresholds['after'] ?? 0);
}

function flapping(memory: SessionMemory, downstairs: 0 | 1 | 2, { policy }: Scene): readonly string[] {
  const { rises = 1, within = 0 } = policy.rules.flapping.thresholds;
  const count = memory.rises
    .filter((rise) => rise.downstairs === downstairs)
    .reduce((sum, rise) => sum + rise.by, 0);
  if (count < rises) return [];
  return [
    `downstairs ${downstairs} reconnected or was replaced ${count} times within ${formatDuration(within)}`,
  ];
}

/**
 * Processes that run and said nothing. Not of a pantry, which has an upstairs only while it works on a volume: most of
 * the time its silence means nothing.
 */
function silentProcesses(looks: readonly Look[]): readonly Seen[] {
  return looks
    .filter((look) => look.health === 'no_report' && !look.zone.startsWith('oxz_crucible_pantry_'))
    .map((look) => ({
      rule: 'no_report',
      subject: subjectOf(look, null),
      sight: sightOf(look, 'no upstairs of it reported within the window'),
    }));
}

/** An upstairs that is active on two sleds: two writers of one disk. No single sled can see it. */
function activeTwice(rows: readonly Row[]): readonly Seen[] {
  return [...activePlaces(rows).values()].flatMap((places): readonly Seen[] => {
    const looks = places.map(lookOf).toSorted((a, b) => (a.sled < b.sled ? -1 : 1));
    const [first] = looks;
    if (first === undefined || looks.length < 2) return [];
    const where = looks.map((look) => `${look.sled} PID ${look.pid ?? 'unknown'}`).join(' and ');
    const sleds = looks.map((look) => look.sled);
    const sight = { ...sightOf(first, `active on ${looks.length} sleds: ${where}`), pid: null, sleds };
    return [{ rule: 'active_twice', subject: { ...subjectOf(first, null), zone: null }, sight }];
  });
}

function sledMemories(
  outcomes: readonly SledOutcome[],
  before: Memory['sleds'],
  now: number,
): Memory['sleds'] {
  const asked = outcomes.map((outcome): [string, SledMemory] => {
    const last = before[outcome.sled.id];
    if (outcome.status === 'answered') return [outcome.sled.id, { silentRuns: 0, lastAnswerAt: now }];
    const silentRuns = (last?.silentRuns ?? 0) + 1;
    return [outcome.sled.id, { silentRuns, lastAnswerAt: last?.lastAnswerAt ?? null }];
  });
  return { ...before, ...Object.fromEntries(asked) };
}

function sledTroubles({ report, sleds, policy }: Scene): readonly Seen[] {
  const runs = policy.rules.sled_silent.thresholds['runs'] ?? 1;
  return report.outcomes.flatMap((outcome): readonly Seen[] => {
    if (outcome.status === 'answered') {
      const [issue] = outcome.issues;
      if (issue === undefined) return [];
      const others = outcome.issues.length - 1;
      const message = others === 0 ? issue.message : `${issue.message} (and ${others} more)`;
      return [{ rule: 'data_incomplete', ...aboutSled(outcome, `answered in part: ${message}`) }];
    }
    const silentRuns = sleds[outcome.sled.id]?.silentRuns ?? 1;
    if (silentRuns < runs) return [];
    const { stage, error } = outcome;
    const times = silentRuns === 1 ? 'this run' : `${silentRuns} runs`;
    const message = `no answer in ${times}: ${stage}, ${error.code}: ${describeError(error)}`;
    return [{ rule: 'sled_silent', ...aboutSled(outcome, message) }];
  });
}

function aboutSled({ sled }: SledOutcome, message: string): Pick<Seen, 'subject' | 'sight'> {
  return {
    subject: { rack: sled.rack, zone: null, upstairsId: null, downstairs: null, sled: sled.id },
    sight: { ...NOTHING_SEEN, message, sleds: [sled.id], cubby: sled.cubby },
  };
}

const NOTHING_SEEN: Sight = {
  message: '',
  sleds: [],
  cubby: null,
  pid: null,
  sessionId: null,
  states: null,
  counters: null,
};

function coverageTroubles({ report, policy }: Scene): readonly Seen[] {
  const below = policy.rules.coverage.thresholds['below'] ?? 0;
  const racks = [...new Set(report.outcomes.map((outcome) => outcome.sled.rack))];
  return racks.flatMap((rack): readonly Seen[] => {
    const { answered, selected } = coverageOf(withoutOtherRacks(report, rack));
    if (answered >= selected * below) return [];
    const message = `${answered} of ${selected} sleds answered, which is less than ${Math.round(below * 1000) / 10} %`;
    const subject = { rack, zone: null, upstairsId: null, downstairs: null, sled: null };
    return [{ rule: 'coverage', subject, sight: { ...NOTHING_SEEN, message } }];
  });
}

function withoutOtherRacks(report: FleetReport, rack: string): FleetReport {
  return { ...report, outcomes: report.outcomes.filter((outcome) => outcome.sled.rack === rack) };
}
