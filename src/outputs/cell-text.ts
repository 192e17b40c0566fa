import type { Cell } from '../model/column.ts';

/** A value for people: `-` for what is not known, and nothing that a terminal would obey. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined || cell === '') return '-';
  return printable(String(cell));
}

/** Text from a sled without control characters, so that it can never drive the reader's terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?');
}
