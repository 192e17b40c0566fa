import type { Cell, Row } from '../model/column.ts';
import type { ProbeSettings, ProbeSpec, RowStream } from '../model/probe.ts';
import { columnNameOf, expandHeading } from '../parse/column-names.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { parseProbeTable, rowOf, type ProbeSection } from '../parse/probe-samples.ts';
import { createTableReader } from '../parse/table-reader.ts';
import { columnNamed, columnsOf } from './column-help.ts';

/** What an author says of a probe whose D script prints a table under headings. */
interface TableProbe {
  readonly name: string;
  readonly summary: string;
  /** The script's headings, in its order. */
  readonly headings: string;
  /** Columns that together name a row. */
  readonly key: readonly string[];
  /** `status`: each row is a whole picture of its own, the newest counts. `counts`: of an interval, to be added. */
  readonly kind: 'status' | 'counts';
  readonly pid: 'optional' | 'needed' | 'no';
  readonly volume?: boolean;
  readonly seconds?: number;
  readonly interval: number;
  readonly cost: string;
  /** Counters that also get a column with their rate. */
  readonly ratesOf?: readonly string[];
}

/** The note of a row that stands for what did nothing in the last interval, but did before. */
export const IDLE = 'no row in the last interval';

const NO_IDS = 'the report has no ids: the disks of a process cannot be told apart, and this is one of them';

/** Reports come about once in the interval; with fewer than this share of them, a session was not there throughout. */
const FEW_REPORTS = 0.8;

/** Makes a probe of it: arguments, columns, reading and streaming follow from its headings. */
export function tableProbe(spec: TableProbe): ProbeSpec {
  const columns = columnsOf(spec.headings.split(' '));
  const rates = (spec.ratesOf ?? []).map((name) => ({
    ...columnNamed(
      `${name}_per_second`,
      `${headingOf(spec, name)}/S`,
      `${name.replaceAll('_', ' ')} a second`,
    ),
    kind: 'count' as const,
  }));
  return {
    name: spec.name,
    summary: spec.summary,
    shape: 'rows',
    script: `${spec.name}.d`,
    needs: ['run-d.sh'],
    takes: { pid: spec.pid, volume: spec.volume === true, counts: spec.kind === 'counts' },
    seconds: spec.seconds ?? 30,
    interval: spec.interval,
    cost: spec.cost,
    arguments: (settings) => scriptArguments(spec.pid, spec.volume === true, settings),
    columns: [...columns, ...rates, columnNamed('note', 'NOTE')],
    read(result, settings) {
      if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(this.script, result) };
      const table = parseProbeTable(result.stdout, spec.headings.split(' '));
      const issues = [...readMessages(result.stderr), ...table.issues];
      const sections = table.sections;
      const rows =
        spec.kind === 'status' ? newestRows(spec, sections, settings) : countedRows(spec, sections, settings);
      const names = this.columns.map((column) => column.name);
      return { status: 'answer', rows: rows.map((row) => inColumns(names, row)), issues };
    },
    key: spec.key,
    stream(settings) {
      const names = this.columns.map((column) => column.name);
      return rowStream(spec, settings, (row) => inColumns(names, row));
    },
    check: () => [],
  };
}

/** `NAME.d [SECONDS [INTERVAL [PID]]]`, or `NAME.d PID [SECONDS [INTERVAL]]` where the PID is needed. */
export function scriptArguments(
  pid: 'optional' | 'needed' | 'no',
  volume: boolean,
  settings: ProbeSettings,
): readonly string[] {
  const times = [String(settings.seconds), String(settings.interval)];
  if (pid === 'needed') return [String(settings.pid ?? 0), ...times];
  if (volume) return settings.volume === null ? times : [...times, settings.volume];
  return settings.pid === null ? times : [...times, String(settings.pid)];
}

function headingOf(spec: TableProbe, name: string): string {
  return spec.headings.split(' ').find((heading) => columnNameOf(heading) === name) ?? name.toUpperCase();
}

function keyOf(spec: TableProbe, row: Row): string {
  return JSON.stringify(spec.key.map((name) => row[name] ?? null));
}

/** The last row of each key, with the rates since the one before, and what makes it doubtful. */
function newestRows(
  spec: TableProbe,
  sections: readonly ProbeSection[],
  settings: ProbeSettings,
): readonly Row[] {
  const withRates = rateReader(spec, settings);
  const newest = new Map<string, { readonly row: Row; readonly reports: number }>();
  for (const row of sections.flatMap((section) => section.rows)) {
    const key = keyOf(spec, row);
    newest.set(key, { row: withRates(row), reports: (newest.get(key)?.reports ?? 0) + 1 });
  }
  return [...newest.values()].map(({ row, reports }) => ({
    ...row,
    note: doubtOf(spec, row, reports, settings),
  }));
}

/** Why the newest row of a session may not be how the session is now; null where it is. */
function doubtOf(spec: TableProbe, row: Row, reports: number, settings: ProbeSettings): string | null {
  if (isWithoutIds(row)) return NO_IDS;
  const expected = Math.floor(settings.seconds / intervalOf(spec, settings));
  if (settings.cut === true || reports >= Math.floor(expected * FEW_REPORTS) - 1) return null;
  return `reported ${reports} of about ${expected} times: it came, went or was silent meanwhile`;
}

/** Reports of old Crucibles: two disks of one process look alike. */
function isWithoutIds(row: Row): boolean {
  return row['session_id'] === null && row['upstairs_id'] === null;
}

/** Gives each row of a session the rates since its last one. */
function rateReader(spec: TableProbe, settings: ProbeSettings): (row: Row) => Row {
  const before = new Map<string, Row>();
  const { ratesOf = [] } = spec;
  return (row) => {
    const key = keyOf(spec, row);
    const last = isWithoutIds(row) ? undefined : before.get(key);
    before.set(key, row);
    const rates = ratesOf.map((name): [string, Cell] => {
      const grown = difference(row[name], last?.[name]);
      return [`${name}_per_second`, grown === null ? null : perSecond(grown, intervalOf(spec, settings))];
    });
    return { ...row, ...Object.fromEntries(rates) };
  };
}

/** How often the script prints, in seconds: 0 on its command line is its own default, which is the probe's. */
function intervalOf(spec: TableProbe, { interval, seconds }: ProbeSettings): number {
  const own = interval === 0 ? spec.interval : interval;
  return own === 0 ? seconds : own;
}

/**
 * The counts of the last whole interval, or of the whole run with `totals`. A headings line closes an interval; the
 * last one is whole if the time was a multiple of it. What printed no row in it, but did before, is said to be idle.
 */
function countedRows(
  spec: TableProbe,
  sections: readonly ProbeSection[],
  settings: ProbeSettings,
): readonly Row[] {
  if (settings.totals) return totalRows(spec, sections, settings.rates ? settings.seconds : null);
  const interval = intervalOf(spec, settings);
  const isWhole = settings.cut !== true && settings.seconds % interval === 0;
  const index = sections.length - (isWhole || sections.length <= 1 ? 1 : 2);
  const rows = (sections[index]?.rows ?? []).map((row) =>
    settings.rates ? rated(spec, row, spanOf(index, interval, settings)) : row,
  );
  const seen = new Set(rows.map((row) => keyOf(spec, row)));
  const idle = new Map<string, Row>();
  for (const row of sections.flatMap((section) => section.rows)) {
    const key = keyOf(spec, row);
    if (seen.has(key)) continue;
    const who = spec.key.map((name): [string, Cell] => [name, row[name] ?? null]);
    idle.set(key, { ...Object.fromEntries(who), note: IDLE });
  }
  return [...rows, ...idle.values()];
}

/** Seconds of an interval: the last one may be shorter. */
function spanOf(index: number, interval: number, { seconds }: ProbeSettings): number {
  return Math.min(interval, seconds - index * interval);
}

function totalRows(
  spec: TableProbe,
  sections: readonly ProbeSection[],
  rateSeconds: number | null,
): readonly Row[] {
  const sums = new Map<string, Row>();
  for (const row of sections.flatMap((section) => section.rows)) {
    const key = keyOf(spec, row);
    const before = sums.get(key);
    sums.set(key, before === undefined ? row : addedRows(spec.key, before, row));
  }
  return [...sums.values()].map((row) => (rateSeconds === null ? row : rated(spec, row, rateSeconds)));
}

/** The sums of two rows' counts, exact; those of `key` stay, and what is not known makes a sum that is not. */
export function addedRows(key: readonly string[], a: Row, b: Row): Row {
  return Object.fromEntries(
    Object.entries(b).map(([name, cell]): [string, Cell] => {
      if (key.includes(name)) return [name, cell];
      const [left, right] = [integerOf(a[name]), integerOf(cell)];
      return [name, left === null || right === null ? null : exact(left + right)];
    }),
  );
}

function rated(spec: TableProbe, row: Row, seconds: number): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, cell]): [string, Cell] => {
      const count = spec.key.includes(name) ? null : integerOf(cell);
      return [name, count === null ? cell : perSecond(count, seconds)];
    }),
  );
}

function difference(now: Cell | undefined, before: Cell | undefined): bigint | null {
  const [a, b] = [integerOf(now), integerOf(before)];
  return a === null || b === null ? null : a - b;
}

/** A count as an exact integer; counts past 2^53 are texts of their digits. */
function integerOf(cell: Cell | undefined): bigint | null {
  if (typeof cell === 'number' && Number.isSafeInteger(cell)) return BigInt(cell);
  return typeof cell === 'string' && /^-?\d+$/.test(cell) ? BigInt(cell) : null;
}

function exact(value: bigint): Cell {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** To a tenth. */
function perSecond(count: bigint, seconds: number): Cell {
  return seconds <= 0 ? null : Math.round((Number(count) / seconds) * 10) / 10;
}

/** A cell for each column, in their order; what the script did not print is not known. */
function inColumns(names: readonly string[], row: Row): Row {
  return Object.fromEntries(names.map((name): [string, Cell] => [name, row[name] ?? null]));
}

/** Rows as they come, in the columns of the final ones, with rates where they are wanted. */
function rowStream(spec: TableProbe, settings: ProbeSettings, whole: (row: Row) => Row): RowStream {
  const expectedHeadings = spec.headings.split(' ');
  const reader = createTableReader({ expand: expandHeading, expectedHeadings });
  const withRates = rateReader(spec, settings);
  let section = -1;
  const ratesOf = (row: Row): Row => {
    if (spec.kind === 'status') return withRates(row);
    if (!settings.rates) return row;
    return rated(spec, row, spanOf(section, intervalOf(spec, settings), settings));
  };
  const rowsOf = (events: ReturnType<typeof reader.push>): readonly Row[] =>
    events.flatMap((event) => {
      if (event.kind === 'header') section++;
      if (event.kind !== 'row') return [];
      return [whole(ratesOf(rowOf(event.headings.map(columnNameOf), event.cells, new Set())))];
    });
  return { push: (text) => rowsOf(reader.push(text)), end: () => rowsOf(reader.end()) };
}
