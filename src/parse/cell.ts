import type { Cell } from '../model/column.ts';

/** Columns whose values are names even where they consist of digits: the session `10000000` is not a number. */
const NAMES = /^(?:zone|type|volume|upstairs|session|upstairs_id|session_id|uuid|id|probe|name|ds[0-2])$/;

const INTEGER = /^-?\d+$/;

/**
 * The cell of a printed word: null for `-`, a number where it is a whole one, else the word. An integer past
 * 2^53 stays its digits, so that it is exact.
 */
export function cellOf(column: string, text: string): Cell {
  if (text === '-' || text === '') return null;
  return NAMES.test(column) ? text : numberOrText(text);
}

/** A whole number as such where it is exact, else the text. */
export function numberOrText(text: string): number | string {
  if (!INTEGER.test(text)) return text;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}
