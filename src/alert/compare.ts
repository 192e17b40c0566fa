import { numberIn } from './fields.ts';
import type { LastReport, Occurrence, Progress, SessionMemory } from './memory.ts';
import type { RulePolicies } from './policy.ts';
import { processKey } from './processes.ts';
import { repairsEnded, repairsUnderWay } from './repairs.ts';
import { RULES } from './rules/index.ts';
import type { MovedUpstairs, Scene } from './scene.ts';
import { DOWNSTAIRS } from './subject.ts';
import { identityOf, type Upstairs, type UpstairsRow } from './upstairs.ts';

/** What rules compare with the last run. */
const COLUMNS_KEPT = [...new Set(RULES.flatMap((rule): readonly string[] => rule.compares))];

/** The upstairs of a run, compared with what was kept of them. */
export interface Compared {
  readonly upstairs: readonly MovedUpstairs[];
  /** What is to be kept; of one that did not report, or could not be known again, there is nothing. */
  readonly memories: ReadonlyMap<Upstairs, SessionMemory>;
}

/** Compares each upstairs with what was kept of it. */
export function compareAll(
  all: readonly UpstairsRow[],
  before: readonly SessionMemory[],
  policies: RulePolicies,
  now: number,
): Compared {
  const last = new Map(before.map((memory) => [memory.id, memory]));
  const times = new Map<string, number>();
  for (const each of all) times.set(identityOf(each), (times.get(identityOf(each)) ?? 0) + 1);
  const memories = new Map<Upstairs, SessionMemory>();
  const byProcess = new Map<string, number>();
  for (const each of all.filter(({ states }) => states !== null)) {
    byProcess.set(processKey(each), (byProcess.get(processKey(each)) ?? 0) + 1);
  }
  const upstairs = all.map((each) => {
    const id = identityOf(each);
    // Sessions under one name, or without any: whose counters they are cannot be told, so that nothing is compared.
    const isAlone = times.get(id) === 1 && (each.upstairsId ?? each.sessionId) !== null;
    if (each.states === null || !isAlone) return moved(each, null, now);
    const memory = last.get(id) ?? null;
    const compared = moved(each, memory, now);
    const isOnly = byProcess.get(processKey(each)) === 1;
    const report = lastReport({ ...compared, states: each.states }, memory, isOnly);
    const same = isSameSession(each, memory) ? memory : null;
    memories.set(compared, {
      ...remembered(id, compared, memory, policies, now),
      last: report,
      repairs: repairsUnderWay(compared, same, now),
    });
    return compared;
  });
  return { upstairs, memories };
}

/** What is remembered for one rule. */
export function rememberedFor(rule: string, { memories }: Compared): Pick<Scene, 'progress' | 'occurrences'> {
  return {
    progress: (upstairs, mark) => memories.get(upstairs)?.marks[rule]?.[mark] ?? null,
    occurrences: (upstairs, downstairs) =>
      (memories.get(upstairs)?.occurrences[rule] ?? [])
        .filter((each) => each.downstairs === downstairs)
        .reduce((sum, each) => sum + each.by, 0),
  };
}

function moved(upstairs: UpstairsRow, last: SessionMemory | null, time: number): MovedUpstairs {
  const value = (column: string) => numberIn(upstairs.row, column);
  /**
   * A first sight is a beginning and no change. A counter never falls within a session: one that did has begun again.
   */
  const growth = (column: string, start = 0): number => {
    const now = value(column);
    if (now === null || last === null) return 0;
    if (!isSameSession(upstairs, last)) return Math.max(0, now - start);
    const before = last.values[column] ?? null;
    if (before === null) return 0;
    return now >= before ? now - before : now;
  };
  const same = isSameSession(upstairs, last) ? last : null;
  const ended = repairsEnded({ states: upstairs.states, value, growth }, same, time);
  return { ...upstairs, value, growth, repairsEnded: ended };
}

function isSameSession({ sessionId }: Pick<Upstairs, 'sessionId'>, last: SessionMemory | null): boolean {
  return last !== null && last.sessionId === sessionId;
}

function remembered(
  id: string,
  upstairs: MovedUpstairs,
  last: SessionMemory | null,
  policies: RulePolicies,
  now: number,
): Omit<SessionMemory, 'last' | 'repairs'> {
  const isSame = isSameSession(upstairs, last);
  return {
    id,
    sessionId: upstairs.sessionId,
    at: now,
    values: Object.fromEntries(COLUMNS_KEPT.map((column) => [column, upstairs.value(column)])),
    marks: marksOf(upstairs, isSame ? last : null, now),
    occurrences: occurrencesOf(upstairs, last, policies, now),
  };
}

function lastReport(
  upstairs: MovedUpstairs & Pick<LastReport, 'states'>,
  before: SessionMemory | null,
  isOnly: boolean,
): LastReport {
  const { sled, zone, pid, upstairsId, states, value } = upstairs;
  const didWrite = isSameSession(upstairs, before) && before?.last?.wrote === true;
  return { sled, zone, pid, upstairsId, states, wrote: didWrite || value('write_bytes_out') !== 0, isOnly };
}

/** By rule; without those that have nothing under way. */
function marksOf(upstairs: MovedUpstairs, last: SessionMemory | null, now: number): SessionMemory['marks'] {
  const kept: Record<string, Readonly<Record<string, Progress>>> = {};
  for (const { name, marks } of RULES) {
    if (marks === null) continue;
    const progress = Object.entries(marks(upstairs)).flatMap(([key, mark]): [string, Progress][] => {
      const before = last?.marks[name]?.[key];
      if (mark === null) return [];
      return [[key, before?.mark === mark ? before : { mark, since: now }]];
    });
    if (progress.length > 0) kept[name] = Object.fromEntries(progress);
  }
  return kept;
}

/** By rule; without those that had nothing of late. */
function occurrencesOf(
  upstairs: MovedUpstairs,
  last: SessionMemory | null,
  policies: RulePolicies,
  now: number,
): SessionMemory['occurrences'] {
  const kept: Record<string, readonly Occurrence[]> = {};
  for (const { name, counts } of RULES) {
    if (counts === null) continue;
    const keptMs = counts.keptMs(policies[name].thresholds);
    const before = (last?.occurrences[name] ?? []).filter((each) => now - each.at <= keptMs);
    const fresh = DOWNSTAIRS.flatMap((downstairs): readonly Occurrence[] => {
      const by = counts.occurrences(upstairs, downstairs);
      return by === 0 ? [] : [{ at: now, downstairs, by }];
    });
    if (before.length + fresh.length > 0) kept[name] = [...before, ...fresh];
  }
  return kept;
}
