import type { FieldColumn } from '../fields/report-field.ts';
import type { Cell } from '../model/column.ts';
import { canonicalState } from '../model/downstairs-state.ts';
import type { JsonObject, JsonValue } from '../parse/json-lines.ts';
import { valueAt } from '../parse/reports.ts';

/**
 * The cell of one value of a report: null where the report does not have it, a state in the one spelling of
 * `canonicalState`, a number as it is (past 2^53 as a text of its digits). States that no Crucible is known to have
 * are added to `unknown`.
 */
export function reportCell({ field, path }: FieldColumn, record: JsonObject, unknown: Set<string>): Cell {
  const value = valueAt(record, path);
  if (value === undefined || value === null) return null;
  if (field.kind !== 'state') return typeof value === 'number' ? value : textOf(value);
  const text = textOf(value);
  const state = canonicalState(text);
  if (!state.known && unknown.size < UNKNOWN_KEPT) unknown.add(text);
  return state.word;
}

const UNKNOWN_KEPT = 100;

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
