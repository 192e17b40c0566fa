import { BUCKET_COLUMNS, bucketRows } from '../distribution-views/distribution-csv.ts';
import { groupingOf, hasDistributions, unitOf } from '../distribution-views/distributions.ts';
import { csvRecord } from '../drawing/csv-record.ts';
import type { Row } from '../model/column.ts';
import { describeError } from '../model/error.ts';
import type { SledOutcome } from '../model/report.ts';
import { contentsIn, makeOutput, type Shown } from './output.ts';

/** Lines of the one table that a file of CSV is; null where there is nothing of the kind. */
type Lines = {
  /** Columns that say what a line is of, or all of a row: lines of another kind have the same ones. */
  readonly names: readonly string[];
  /** Columns that only lines of this kind have; `prefix` stands before a name that is taken. */
  readonly own: readonly string[];
  readonly prefix: string;
  readonly rows: readonly Row[];
  /** A sled that no line names has a line too: a spreadsheet must not lose it. */
  readonly isBySled: boolean;
} | null;

const SLED_NAMES = ['rack', 'sled', 'serial', 'cubby'];

const ROWS: Omit<Shown<Lines>, 'shown'> = {
  part: (report, { columns }) => {
    if (!contentsIn(report).some((content) => content !== 'distributions' && content !== 'texts'))
      return null;
    const names = columns ?? report.columns.map((column) => column.name);
    return { names, own: [], prefix: 'row', rows: report.rows, isBySled: columns === null };
  },
};

/** RFC 4180: one table, whose columns are those of all that the report holds. */
export const csv = makeOutput<Lines>({
  name: 'csv',
  summary: 'comma-separated rows, with a line for each sled that has none',
  readers: 'spreadsheets',
  failedSleds: 'a line each, `sled_status` `failed`',
  saysCoverage: false,
  replacesHidden: true,
  contents: {
    rows: { shown: 'a line each', ...ROWS },
    printed: { shown: 'a line each, outputs with their line ends', ...ROWS },
    steps: { shown: 'a line each', ...ROWS },
    distributions: {
      shown: 'a line a bucket: keys, `shape`, `unit`, `low`, `high`, `count`',
      part: (report, context) => {
        if (!hasDistributions(report)) return null;
        const grouping = groupingOf(report, context);
        const { whatNames, whoseNames } = grouping;
        return {
          names: [...whatNames, ...whoseNames],
          own: BUCKET_COLUMNS,
          prefix: 'bucket',
          rows: bucketRows(grouping, unitOf(report)),
          isBySled: whoseNames.includes('sled'),
        };
      },
    },
    texts: {
      shown: 'a line each: sled, `line` (its number), `text`',
      part: ({ outcomes }) => {
        const rows = outcomes.flatMap(textRows);
        const own = ['line', 'text'];
        return rows.length === 0 ? null : { names: SLED_NAMES, own, prefix: 'text', rows, isBySled: true };
      },
    },
  },
  *whole(parts, { outcomes }, { headers }) {
    const all = oneTable(parts.filter((part) => part !== null));
    const isBySled = all.some((part) => part.isBySled);
    const own = [...new Set(all.flatMap((part) => part.names))];
    const names = isBySled ? [...own, 'sled_status', 'sled_error'] : own;
    if (headers) yield csvRecord(names);
    const rows = all.flatMap((part) => part.rows);
    const record = (row: Row) => csvRecord(names.map((name) => row[name] ?? null));
    // Of sleds that failed there are steps.
    const failed = new Map(
      outcomes.flatMap((outcome) =>
        outcome.status === 'failed' ? [[outcome.sled.id, sledRow(outcome)]] : [],
      ),
    );
    for (const row of rows) {
      yield record({ ...row, sled_status: 'answered', ...statusOf(failed.get(String(row['sled']))) });
    }
    if (!isBySled) return;
    const named = new Set(rows.map((row) => row['sled']));
    for (const outcome of outcomes) if (!named.has(outcome.sled.id)) yield record(sledRow(outcome));
  },
  arriving: 'at the end',
  check: 'report',
});

function statusOf(sled: Row | undefined): Row {
  return sled === undefined
    ? {}
    : { sled_status: sled['sled_status'] ?? null, sled_error: sled['sled_error'] ?? null };
}

/** The same lines, with no column that means different things in two kinds: a bucket's `count` is not a row's. */
function oneTable(parts: readonly NonNullable<Lines>[]): readonly NonNullable<Lines>[] {
  const taken = new Set<string>();
  return parts.map((part) => {
    const { names, own, prefix, rows } = part;
    for (const name of names) taken.add(name);
    const free = new Map(own.map((name) => [name, freeName(name, prefix, taken)]));
    const renamed = (row: Row): Row =>
      Object.fromEntries(Object.entries(row).map(([name, cell]) => [free.get(name) ?? name, cell]));
    return { ...part, names: [...names, ...free.values()], rows: rows.map(renamed) };
  });
}

function freeName(name: string, prefix: string, taken: Set<string>): string {
  let free = name;
  while (taken.has(free)) free = `${prefix}_${free}`;
  taken.add(free);
  return free;
}

function textRows(outcome: SledOutcome): readonly Row[] {
  if (outcome.status === 'failed' || outcome.text === '') return [];
  const lines = outcome.text.replace(/\n$/, '').split('\n');
  return lines.map((text, index) => ({ ...sledRow(outcome), line: index + 1, text }));
}

function sledRow({ sled, ...outcome }: SledOutcome): Row {
  return {
    rack: sled.rack,
    sled: sled.id,
    serial: sled.serial,
    cubby: sled.cubby,
    sled_status: outcome.status,
    sled_error: outcome.status === 'failed' ? `${outcome.error.code}: ${describeError(outcome.error)}` : null,
  };
}
