import { DOWNSTAIRS, type Downstairs } from '../alert/subject.ts';
import { extentsBy, type Pace } from '../model/repair-outlook.ts';
import type { Chronicle, SessionLife } from './chronicle.ts';
import { statesOf } from './condition.ts';
import { lasted } from './history-rows.ts';
import type { Moment, Sample } from './line.ts';
import { sessionKey, type Who } from './picture.ts';
import { repairsOf } from './repairs.ts';

/** A repair that runs now, as a look tells of it. */
export interface RepairNow {
  readonly who: Who;
  readonly kind: 'live_repair' | 'reconcile';
  readonly downstairs: Downstairs | null;
  /** Live repairs of the downstairs in its session that were over before it; null where that is not known. */
  readonly repairsBefore: number | null;
  /** Extents repaired and confirmed, or tasks of a reconciliation; null where that is not known. */
  readonly done: number | null;
  /** When the look began, as the history has its looks: milliseconds since the epoch. */
  readonly at: number;
}

/** What the history knows of it. */
export interface RepairPast {
  /** The first look that saw it, and the last one before that; null where none did. */
  readonly seenFrom: Moment | null;
  readonly notBefore: Moment | null;
  /** Extents or tasks from the first look at it until now. */
  readonly pace: Pace | null;
  /** How long it stands still, in seconds; null where that is not known. */
  readonly stillSeconds: number | null;
}

/** Extents of each downstairs of an upstairs, by its completed live repairs; null where none tells. */
export function extentsOf({ sessions }: Chronicle, { rack, upstairsId }: Who): number | null {
  if (upstairsId === null) return null;
  const own = sessions.filter(({ who }) => who.rack === rack && who.upstairsId === upstairsId);
  const known = own.flatMap((session) => DOWNSTAIRS.flatMap((ds) => extentsIn(session, ds) ?? []));
  // Regions do not change: two that differ are not understood.
  return new Set(known).size === 1 ? (known[0] ?? null) : null;
}

function extentsIn({ counters, spans }: SessionLife, ds: Downstairs): number | null {
  const states = statesOf(spans.at(-1)?.condition ?? '?cut');
  return extentsBy({
    completed: counters.completed?.[ds] ?? null,
    aborted: counters.aborted?.[ds] ?? null,
    extents: counters.extents?.[ds] ?? null,
    isRunning: states === null || states[ds] === 'live_repair',
  });
}

/** What was seen of that repair before; all null where the history does not know that it is the same one. */
export function pastOf(chronicle: Chronicle, repair: RepairNow): RepairPast {
  const none = { seenFrom: null, notBefore: null, pace: null, stillSeconds: null };
  const session = chronicle.sessions.find(({ who }) => sessionKey(who) === sessionKey(repair.who));
  if (session === undefined || !isSame(session, repair)) return none;
  const known = repairsOf(session).findLast(
    ({ kind, downstairs, result }) =>
      kind === repair.kind && downstairs === repair.downstairs && result === 'under_way',
  );
  if (known === undefined) return none;
  const now: Moment = { seq: Number.POSITIVE_INFINITY, at: repair.at };
  const samples = session.samples
    .filter((sample) => isOf(sample, repair) && sample.at.seq >= known.from.seq)
    .map((sample) => ({ at: sample.at, done: doneOf(sample) }));
  const [first] = samples;
  const lastOther = samples.findLastIndex(({ done }) => done !== repair.done);
  const stillFrom = samples[lastOther + 1];
  const seconds = first === undefined ? null : secondsBetween(first.at, now, chronicle);
  return {
    seenFrom: known.from,
    notBefore: known.notBefore,
    pace:
      first === undefined || seconds === null || repair.done === null || repair.done < first.done
        ? null
        : { moved: repair.done - first.done, seconds },
    stillSeconds:
      stillFrom === undefined || repair.done === null ? null : secondsBetween(stillFrom.at, now, chronicle),
  };
}

/** Another repair of the same downstairs may have begun since the last look: its counters tell. */
function isSame({ counters }: SessionLife, { kind, downstairs, repairsBefore }: RepairNow): boolean {
  if (kind === 'reconcile') return true;
  if (downstairs === null || repairsBefore === null) return false;
  const [completed, aborted] = [counters.completed?.[downstairs], counters.aborted?.[downstairs]];
  if (typeof completed !== 'number' || typeof aborted !== 'number') return false;
  return completed + aborted === repairsBefore;
}

function isOf(sample: Sample, { kind, downstairs }: RepairNow): boolean {
  return sample.kind === kind && (sample.kind === 'reconcile' || sample.ds === downstairs);
}

function doneOf(sample: Sample): number {
  return sample.kind === 'reconcile' ? sample.done : sample.repaired + sample.confirmed;
}

function secondsBetween(from: Moment, to: Moment, { clockSets }: Chronicle): number | null {
  const ms = lasted(from, to, clockSets);
  return ms === null ? null : ms / 1000;
}
