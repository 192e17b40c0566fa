import type { Row } from '../model/column.ts';
import type { ProbeSettings, ProbeSpec, RowStream } from '../model/probe.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { createIntervalReader, parseIntervals, type Interval } from '../parse/intervals.ts';
import { createLineFeed } from '../parse/line-feed.ts';
import { isRunningLine, takeOutRunning } from '../parse/running.ts';
import { columnNamed } from './column-help.ts';
import { countColumns, countKeys, type CountTable } from './count-table-spec.ts';
import { intervalRows, countedRows } from './counted-rows.ts';
import { inColumns } from './in-columns.ts';
import { isPrintedTable, printedIntervals } from './printed-table.ts';
import { countRunning, hiddenIssues, silenceNotes } from './running-processes.ts';
import { scriptArguments } from './script-arguments.ts';

/** A probe of counts, with what its script is made of. */
export type CountTableProbe = ProbeSpec & { readonly source: CountTable };

const PID = { pid: 'optional', 'needed pid': 'needed', volume: 'no' } as const;

/** Makes a probe of it: arguments, columns, reading and streaming follow from what it counts. */
export function countTable(spec: Omit<CountTable, 'kind'>): CountTableProbe {
  const source: CountTable = { kind: 'count-table', ...spec };
  const key = countKeys(source);
  const columns = [
    ...[...key, ...countColumns(source)].map((name) => {
      const column = columnNamed(name);
      return { ...column, help: source.help?.[name] ?? column.help };
    }),
    { ...columnNamed('seconds'), narrow: false },
    { ...columnNamed('time_ns'), narrow: false },
    columnNamed('note'),
  ];
  const names = columns.map((column) => column.name);
  return {
    source,
    name: spec.name,
    summary: spec.summary,
    shape: 'rows',
    script: `${spec.name}.d`,
    needs: ['run-d.sh'],
    takes: { pid: PID[spec.limit], volume: spec.limit === 'volume', counts: true },
    seconds: 30,
    interval: spec.interval,
    firesFor: 'ios',
    cost: spec.cost,
    arguments: (settings) => scriptArguments(spec.limit, settings, 'fields'),
    columns,
    read(result, settings) {
      if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(this.script, result) };
      const wanted = { ...settings, interval: intervalOf(source, settings) };
      const { rest, running } = takeOutRunning(result.stdout);
      const { intervals, issues } = isPrintedTable(rest)
        ? printedIntervals(rest, wanted)
        : parseIntervals(rest);
      const isSilent = intervals.every(({ rows }) => rows.length === 0);
      return {
        status: 'answer',
        rows: countedRows(key, intervals, wanted).map((row) => inColumns(names, row)),
        issues: [
          ...(isSilent ? hiddenIssues(running, source.provider) : []),
          ...readMessages(result.stderr),
          ...issues,
        ],
        notes: isSilent ? silenceNotes(running, source.provider, settings) : [],
        running: countRunning(running, source.provider),
      };
    },
    key,
    stream: ({ rates }) => rowStream(key, names, rates),
    check: () => [],
  };
}

/** How often it prints: 0 on the command line is the probe's own, and where that is the end, the whole time. */
function intervalOf(table: CountTable, { interval, seconds }: ProbeSettings): number {
  const own = interval === 0 ? table.interval : interval;
  return own === 0 ? seconds : own;
}

/** The rows of each interval when it has ended, in the columns of the final ones. */
function rowStream(key: readonly string[], names: readonly string[], rates: boolean): RowStream {
  const feed = createLineFeed();
  const reader = createIntervalReader(() => {});
  const rowsOf = (interval: Interval | null): readonly Row[] =>
    interval === null ? [] : intervalRows(key, interval, rates).map((row) => inColumns(names, row));
  const read = (lines: readonly string[]): readonly Row[] =>
    lines.flatMap((line) => (isRunningLine(line) ? [] : rowsOf(reader.line(line))));
  return {
    push: (text) => read(feed.push(text)),
    end: () => [...read(feed.end()), ...rowsOf(reader.end())],
  };
}
