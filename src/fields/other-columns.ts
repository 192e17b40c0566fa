/** A column that is not a field of a report: whose a row is, what was counted, what a table adds. */
export interface OtherColumn {
  /** In JSON and CSV, and in what scripts print for programs: lower_snake. */
  readonly name: string;
  readonly heading: string;
  readonly kind: 'text' | 'id' | 'zone' | 'count' | 'note';
  /** One sentence, with the unit. */
  readonly help: string;
}

/** Every column of our scripts that is not a field of a report, and the keys of their histograms. */
export const OTHER_COLUMNS = [
  { name: 'zone', heading: 'ZONE', kind: 'zone', help: 'zone of the process' },
  { name: 'pid', heading: 'PID', kind: 'count', help: 'process' },
  { name: 'volume', heading: 'VOLUME', kind: 'id', help: 'UUID of the volume' },
  { name: 'type', heading: 'TYPE', kind: 'text', help: 'kind of IO or of repair job' },
  { name: 'client', heading: 'CLIENT', kind: 'count', help: 'downstairs client, 0 to 2' },
  {
    name: 'part',
    heading: 'PART',
    kind: 'count',
    help: 'part of the way of an IO; the probe says which',
  },
  {
    name: 'delta',
    heading: 'DELTA',
    kind: 'count',
    help: 'jobs since the row before; not known in the first',
  },
  { name: 'flush_in', heading: 'F>', kind: 'count', help: 'flushes that came in' },
  { name: 'flush_out', heading: 'F<', kind: 'count', help: 'flushes answered' },
  { name: 'write_in', heading: 'W>', kind: 'count', help: 'writes that came in' },
  { name: 'write_out', heading: 'W<', kind: 'count', help: 'writes answered' },
  { name: 'read_in', heading: 'R>', kind: 'count', help: 'reads that came in' },
  { name: 'read_out', heading: 'R<', kind: 'count', help: 'reads answered' },
  {
    name: 'write_unwritten_in',
    heading: 'WU>',
    kind: 'count',
    help: 'writes of unwritten blocks that came in',
  },
  {
    name: 'write_unwritten_out',
    heading: 'WU<',
    kind: 'count',
    help: 'writes of unwritten blocks answered',
  },
  { name: 'barrier_in', heading: 'B>', kind: 'count', help: 'barriers that came in' },
  { name: 'barrier_out', heading: 'B<', kind: 'count', help: 'barriers answered' },
  { name: 'work_submitted', heading: 'WS', kind: 'count', help: 'IOs given to the work task' },
  {
    name: 'work_in_progress',
    heading: 'WIP',
    kind: 'count',
    help: 'IOs that the work task took off its queue',
  },
  { name: 'work_done', heading: 'WD', kind: 'count', help: 'IOs that the work task completed' },
  { name: 'start', heading: 'START', kind: 'count', help: 'IOs begun' },
  { name: 'done', heading: 'DONE', kind: 'count', help: 'IOs answered' },
  {
    name: 'seconds',
    heading: 'SECONDS',
    kind: 'text',
    help: 'how long it was counted, in seconds',
  },
  {
    name: 'time_ns',
    heading: 'TIME_NS',
    kind: 'text',
    help: 'when that was, in nanoseconds since 1970 on the sled',
  },
  { name: 'note', heading: 'NOTE', kind: 'note', help: 'what is missing, and why' },
] as const satisfies readonly OtherColumn[];

/** The name of a column that is not a field of a report. */
export type OtherName = (typeof OTHER_COLUMNS)[number]['name'];

const BY_NAME: ReadonlyMap<string, OtherColumn> = new Map(
  OTHER_COLUMNS.map((column) => [column.name, column]),
);

/** The column of a name. */
export function otherColumn(name: OtherName): OtherColumn {
  const column = BY_NAME.get(name);
  if (column === undefined) throw new Error(`the table of columns lacks ${name}`);
  return column;
}
