import { PROBES } from '../../../src/probes/index.ts';
import type { CountTable } from '../../../src/kinds/count-table-spec.ts';
import type { LatencySpec } from '../../../src/kinds/latency-spec.ts';
import type { ReportTable } from '../../../src/kinds/report-table-spec.ts';
import { VOLUME } from './run-script.ts';
import { valueColumns } from '../../../src/kinds/report-table-spec.ts';

/** What a script is made of, under each of its names. */
interface Made<S> {
  readonly script: string;
  readonly source: S;
}

const SOURCES: readonly Made<ReportTable | CountTable | LatencySpec>[] = PROBES.flatMap((probe) =>
  'source' in probe ? [{ script: `${probe.name}.d`, source: probe.source }] : [],
);

/** The scripts of tables of reports. */
export const TABLES = SOURCES.flatMap(({ script, source }): readonly Made<ReportTable>[] =>
  source.kind === 'report-table' ? [{ script, source }] : [],
);

/** Their names. */
export const STATUS: readonly string[] = TABLES.map(({ script }) => script);

/** The scripts of counts. */
export const COUNTS = SOURCES.flatMap(({ script, source }): readonly Made<CountTable>[] =>
  source.kind === 'count-table' ? [{ script, source }] : [],
);

/** The scripts of latencies. */
export const LATENCIES = SOURCES.flatMap(({ script, source }): readonly Made<LatencySpec>[] =>
  source.kind === 'latency' || source.kind === 'latency-in-parts' ? [{ script, source }] : [],
);

const isNeeded = (script: string): boolean =>
  TABLES.some((each) => each.script === script && each.source.pid === 'needed') ||
  COUNTS.some((each) => each.script === script && each.source.limit === 'needed pid');

/** Arguments of a script, with process 101 in front where a PID is needed. */
export function of(script: string, ...rest: readonly (string | number)[]): readonly (string | number)[] {
  return isNeeded(script) ? [101, ...rest] : rest;
}

/** Arguments of a table of reports that shows everything in full. */
export function inFull(script: string, interval = 1): readonly (string | number)[] {
  return isNeeded(script) ? [101, 30, interval, 'LONG'] : [30, interval, 0, 'LONG'];
}

/** The headings of a table behind the PID, all of them. */
export function headingsOf(table: ReportTable): readonly string[] {
  return valueColumns(table).map((column) => (column === 'delta' ? 'DELTA' : column.heading));
}

/** What probes carry besides the number, by what tells IOs of one number apart. */
const MORE = { job: [], client: [1], volume: [JSON.stringify({ ok: VOLUME })] } as const;
/** Every kind of IO that a script times from its start to its done, and what its probes carry besides the number. */
export const TIMED = LATENCIES.flatMap(({ script, source }) =>
  source.kind === 'latency'
    ? source.timed.flatMap(({ by, start, done: [done], type }) =>
        // Those of closes and reopens are also the beginning and the end of an extent: see IN_ORDER.
        by === 'extent' || /^gw-(close|reopen)-/.test(start)
          ? []
          : [{ script, kind: source.provider, type, start, done, more: MORE[by] }],
      )
    : [],
);
