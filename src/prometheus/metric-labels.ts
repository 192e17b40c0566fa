import type { Cell, Column, Row } from '../model/column.ts';
import type { FleetReport } from '../model/report.ts';
import type { Sled } from '../model/sled.ts';
import { labelText, type Labels } from './exposition.ts';

/** What a reader wants of a report as metrics. */
export interface MetricView {
  /** Columns of the sled that are labels beside rack and sled. */
  readonly sledLabels: readonly string[];
  /** Columns of rows that are labels because the reader wants them: zone, PID, ids. */
  readonly askedLabels: readonly string[];
  /** Names of the columns that choose what is measured; null is all. */
  readonly values: readonly string[] | null;
}

const SLED_LABELS = ['serial', 'cubby'];

/** What is measured is never added up: reads and flushes stay apart, as in distributions. */
const WHAT = 'type';

/** Names of labels that mean something to us or to Prometheus. */
const TAKEN = [
  'probe',
  'selection',
  'filter',
  'script',
  'column',
  'shape',
  'downstairs',
  'state',
  'health',
  'le',
  'quantile',
];

/** Whether a column says what a row is of, so that it can be a label: a text, an id, a zone, a PID, a cubby. */
export function isLabelColumn({ name, kind, undeclared }: Column): boolean {
  if (undeclared === true && /^key_\d+$/.test(name)) return true;
  return ['text', 'id', 'zone'].includes(kind) || name === 'pid' || name === 'cubby';
}

/** The view of columns that a reader named: those that can be labels are labels, the others choose the metrics. */
export function metricView({ columns }: FleetReport, names: readonly string[]): MetricView {
  const named = columns.filter(({ name }) => names.includes(name));
  const labels = named.filter(isLabelColumn).map(({ name }) => name);
  const values = named
    .filter((column) => !isLabelColumn(column) && ['count', 'state', 'health'].includes(column.kind))
    .map(({ name }) => name);
  return {
    sledLabels: SLED_LABELS.filter((name) => labels.includes(name)),
    askedLabels: labels.filter((name) => !['rack', 'sled', WHAT, ...SLED_LABELS].includes(name)),
    values: values.length === 0 ? null : values,
  };
}

/** Rack and sled, and what else of the sled the reader wants. */
export function sledLabels(sled: Sled, { sledLabels: wanted }: MetricView): Labels {
  const cells: Row = { serial: sled.serial, cubby: sled.cubby };
  return { rack: sled.rack, sled: sled.id, ...labelsOf(cells, wanted) };
}

/** Rows that share their labels. */
export interface RowGroup {
  readonly labels: Labels;
  readonly rows: readonly Row[];
}

/**
 * The rows that the report shows by sled, by what is measured and by what the reader asked for. Where a filter left
 * rows out, each group has it as a label: its numbers are not those of the whole sled.
 */
export function groupRows(report: FleetReport, view: MetricView): readonly RowGroup[] {
  const what = report.columns.filter(({ name }) => name === WHAT).map(({ name }) => name);
  const names = ['rack', 'sled', ...view.sledLabels, ...what, ...view.askedLabels];
  const groups = new Map<string, { labels: Labels; rows: Row[] }>();
  for (const row of report.rows) {
    const labels = { ...labelsOf(row, names), ...filterLabel(report) };
    const id = JSON.stringify(labels);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { labels, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

/** For numbers of rows or distributions where the reader's filter has left some out. */
export function filterLabel({ filter }: FleetReport): Labels {
  return filter === null ? {} : { filter };
}

/** Cells as labels; what is unknown is empty, which Prometheus takes for no label. */
export function labelsOf(cells: Row, names: readonly string[]): Labels {
  const used = new Set<string>();
  return Object.fromEntries(
    names.map((name) => [labelName(name, used), cellLabel(cells[name] ?? null)] as const),
  );
}

function cellLabel(cell: Cell): string {
  return cell === null ? '' : labelText(String(cell));
}

/** A name that Prometheus takes for a label, that no other label of `used` has; it is added to them. */
function labelName(name: string, used: Set<string>): string {
  const plain = name
    .replaceAll(/[^a-zA-Z0-9_]/g, '_')
    .replace(/^_*(?=\d|$)/, 'n')
    .replace(/^_+/, '');
  const own = TAKEN.includes(plain) ? `exported_${plain}` : plain;
  let free = own;
  for (let n = 2; used.has(free); n++) free = `${own}_${n}`;
  used.add(free);
  return free;
}
