import type { Shard } from './shard.ts';

/** Which run a report is of, and which part of what was selected. */
export interface RunFacts {
  /** No two runs share it; the audit log names it too. */
  readonly id: string;
  /** Null: all that was selected. */
  readonly shard: Shard | null;
  /** Sleds that were selected in all shards together. */
  readonly selectedInAll: number;
  /** The runs that a merged report is made of, oldest first; not there where it is one run's. */
  readonly merged?: readonly MergedRun[];
}

/** One run within a merged report. */
export interface MergedRun {
  readonly id: string;
  readonly shard: Shard | null;
  /** What was selected in all shards together, as people say it. */
  readonly selection: string;
  /** Sleds that this run asked. */
  readonly selected: number;
  readonly selectedInAll: number;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly interrupted: boolean;
}

/** As reports and recordings write it. */
export function runJson(run: RunFacts): Readonly<Record<string, unknown>> {
  return {
    id: run.id,
    shard: shardJson(run.shard),
    selected_in_all: run.selectedInAll,
    ...(run.merged === undefined ? {} : { merged: run.merged.map(mergedJson) }),
  };
}

function mergedJson(run: MergedRun): Readonly<Record<string, unknown>> {
  return {
    id: run.id,
    shard: shardJson(run.shard),
    selection: run.selection,
    selected: run.selected,
    selected_in_all: run.selectedInAll,
    started_at: run.startedAt.toISOString(),
    finished_at: run.finishedAt.toISOString(),
    interrupted: run.interrupted,
  };
}

function shardJson(shard: Shard | null): Readonly<Record<string, unknown>> | null {
  return shard === null ? null : { index: shard.index, count: shard.count };
}

/** Reads what `runJson` gave; null for anything else, such as what an older version wrote. */
export function runIn(json: unknown): RunFacts | null {
  if (!isObject(json)) return null;
  const { id, merged } = json;
  const shard = shardIn(json['shard']);
  const selectedInAll = countIn(json['selected_in_all']);
  if (typeof id !== 'string' || shard === undefined || selectedInAll === null) return null;
  if (merged === undefined) return { id, shard, selectedInAll };
  const runs = Array.isArray(merged) ? merged.map(mergedIn) : [null];
  const known = runs.filter((run) => run !== null);
  return known.length < runs.length ? null : { id, shard, selectedInAll, merged: known };
}

function mergedIn(json: unknown): MergedRun | null {
  if (!isObject(json)) return null;
  const { id, selection, interrupted } = json;
  const shard = shardIn(json['shard']);
  const [selected, selectedInAll] = [countIn(json['selected']), countIn(json['selected_in_all'])];
  const [startedAt, finishedAt] = [timeIn(json['started_at']), timeIn(json['finished_at'])];
  if (typeof id !== 'string' || typeof selection !== 'string' || typeof interrupted !== 'boolean')
    return null;
  if (shard === undefined || selected === null || selectedInAll === null) return null;
  if (startedAt === null || finishedAt === null) return null;
  return { id, shard, selection, selected, selectedInAll, startedAt, finishedAt, interrupted };
}

/** Undefined for what is neither a shard nor null. */
function shardIn(json: unknown): Shard | null | undefined {
  if (json === null) return null;
  if (!isObject(json)) return undefined;
  const [index, count] = [countIn(json['index']), countIn(json['count'])];
  if (index === null || count === null || index < 1 || index > count) return undefined;
  return { index, count };
}

function countIn(json: unknown): number | null {
  return typeof json === 'number' && Number.isSafeInteger(json) && json >= 0 ? json : null;
}

function timeIn(json: unknown): Date | null {
  const ms = typeof json === 'string' ? Date.parse(json) : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
