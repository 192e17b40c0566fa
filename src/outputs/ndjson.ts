import { distributionLines } from '../distribution-views/distribution-json.ts';
import { groupingOf, hasDistributions, unitOf } from '../distribution-views/distributions.ts';
import { escapedJson } from '../model/printable.ts';
import { makeOutput, type Shown } from './output.ts';
import { findingJson, headJson, rowAsJson, sledJson, type Fields } from './report-json.ts';

const ROWS: Shown<Iterable<string>> = {
  shown: 'a line each, `"type":"row"`',
  *part({ rows, columns }, { columns: names }) {
    const asJson = rowAsJson(names, columns);
    for (const row of rows) yield line({ type: 'row' }, asJson(row));
  },
};

/** For line-by-line readers: each line says what it is in `type`; the last one is the report's head. */
export const ndjson = makeOutput<Iterable<string>>({
  name: 'ndjson',
  summary: 'one JSON object a line: sleds, rows, findings, then the report',
  readers: 'line-by-line readers',
  failedSleds: 'a line each, `"type":"sled"`',
  saysCoverage: true,
  contents: {
    texts: {
      shown: '`text` in the line of its sled',
      *part({ outcomes }) {
        for (const outcome of outcomes) yield line({ type: 'sled' }, sledJson(outcome));
      },
    },
    rows: ROWS,
    printed: ROWS,
    steps: ROWS,
    distributions: {
      shown: 'a line a group, `"type":"distribution"`',
      *part(report, context) {
        if (!hasDistributions(report)) return;
        const groups = distributionLines(groupingOf(report, context), unitOf(report));
        for (const each of groups) yield line({ type: 'distribution' }, each);
      },
    },
  },
  *whole(parts, report) {
    for (const part of parts) yield* part;
    for (const finding of report.findings) yield line({ type: 'finding' }, findingJson(finding));
    yield line({ type: 'report' }, headJson(report));
  },
  arriving: (row, at, columns, names) =>
    line({ type: 'row', time: at.toISOString() }, rowAsJson(names, columns)(row)),
  check: 'report',
});

/** What stands around the fields of each line. */
interface Envelope {
  readonly type: 'sled' | 'row' | 'distribution' | 'finding' | 'report';
  /** When a row came, where it is written as it comes. */
  readonly time?: string;
}

/**
 * The envelope's keys, then the fields. A field of the same name keeps its value under another: `io_type` is a column
 * `type`, that of tracegw.
 */
function line(envelope: Envelope, fields: Fields): string {
  const taken = new Set([...Object.keys(envelope), ...Object.keys(fields)]);
  const free = Object.entries(fields).map(([name, value]) => {
    if (!Object.hasOwn(envelope, name)) return [name, value] as const;
    let other = `io_${name}`;
    while (taken.has(other)) other = `io_${other}`;
    taken.add(other);
    return [other, value] as const;
  });
  return `${escapedJson(JSON.stringify({ ...envelope, ...Object.fromEntries(free) }))}\n`;
}
