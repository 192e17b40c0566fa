import { isMade, type ScriptSource } from '../../src/d-text/scripts.ts';
import { PROBES } from '../../src/probes/index.ts';

type Latency = Extract<ScriptSource, { kind: 'latency' }>;
type InParts = Extract<ScriptSource, { kind: 'latency-in-parts' }>;
type Counts = Extract<ScriptSource, { kind: 'count-table' }>;

const SOURCES: readonly ScriptSource[] = PROBES.filter(isMade)
  .filter(({ aliasOf }) => aliasOf === undefined)
  .map(({ source }) => source);

/** What each probe of latencies times, by name. */
export const LATENCY_SOURCES: readonly Latency[] = SOURCES.flatMap((source) =>
  source.kind === 'latency' ? [source] : [],
);

export const PARTS_SOURCES: readonly InParts[] = SOURCES.flatMap((source) =>
  source.kind === 'latency-in-parts' ? [source] : [],
);

/** Those that count by interval, in a column for each firing. */
export const INTERVAL_SOURCES: readonly Counts[] = SOURCES.flatMap((source) =>
  source.kind === 'count-table' && source.interval > 0 ? [source] : [],
);

/**
 * The type that is printed of what the simulation times, by its word for it: `gw-read` is the time from `gw-read-start`
 * to `gw-read-done`. Of a whole extent, and of the jobs of another sled's live repair, it knows nothing.
 */
export function typesOf(source: Latency): ReadonlyMap<string, string> {
  return new Map(
    source.timed
      .filter(({ by, start }) => by !== 'extent' && !start.startsWith('submit-el-'))
      .map(({ start, type }) => [start.replace(/-start$/, ''), type]),
  );
}

/** The probe that each column of counts is of. */
export function probesOf(source: Counts): Readonly<Record<string, string>> {
  return Object.fromEntries(source.counted.map(({ column, probe }) => [column, probe]));
}
