import { columnsOfField, type FieldColumn } from '../../../src/fields/report-field.ts';
import { REPORT_FIELDS } from '../../../src/fields/report-fields.ts';
import { SESSION, UPSTAIRS } from './run-script.ts';

/** Every column that a report of any Crucible can fill. */
export const COLUMNS: readonly FieldColumn[] = REPORT_FIELDS.flatMap((field) => columnsOfField(field));

const STATES = ['LiveRepair', 'Active', 'Faulted'];

/** A value of its own for each place of a report, by the name of its column, as long as a table has room for. */
export const VALUES: Readonly<Record<string, string>> = Object.fromEntries(
  COLUMNS.map(({ name, field }, i) => [name, valueOf(name, field.kind, field.width, i)]),
);

function valueOf(name: string, kind: FieldColumn['field']['kind'], width: number, i: number): string {
  if (kind === 'id') return name === 'upstairs_id' ? UPSTAIRS : SESSION;
  if (kind === 'state') return STATES[Number(name.slice(-1))] ?? '';
  return String(width > 2 ? 100 + i : i % 100);
}

/** A report with every field that any Crucible had, and these values instead by the names of columns, or none. */
export function wholeReport(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const ok: Record<string, unknown> = {};
  for (const { name, path, field } of COLUMNS) {
    const value = name in changes ? changes[name] : VALUES[name];
    const isText = field.kind === 'id' || field.kind === 'state';
    if (value !== undefined) put(ok, path.match(/[^.[\]]+/g) ?? [], isText ? value : Number(value));
  }
  return JSON.stringify({ ok });
}

/** `['ds_io_count', 'done', '2']` in a record. */
function put(record: Record<string, unknown>, steps: readonly string[], value: unknown): void {
  const [step = '', next, ...rest] = steps;
  if (next === undefined) {
    record[step] = value;
    return;
  }
  const inner = (record[step] ??= /^\d+$/.test(next) ? [] : {}) as Record<string, unknown>;
  put(inner, [next, ...rest], value);
}
