import { pastedColumnName } from './pasted-headings.ts';

/** Columns whose values are words. */
const WORDS = /^(?:zone|volume|type|part|note|mark|upstairs_id|session_id|pid|health|ds[0-2])$/;

/**
 * Whether words may be a row under these headings: a sentence of as many words is none. A PID is a number, an id the
 * beginning of a UUID, a state a word, and of the counts most are numbers.
 */
export function rowFits(headings: readonly string[], cells: readonly string[]): boolean {
  let counts = 0;
  let numbers = 0;
  for (const [i, heading] of headings.entries()) {
    const name = pastedColumnName(heading);
    const cell = cells[i] ?? '-';
    if (name === 'pid' && !/^(?:\d{1,10}|-)$/.test(cell)) return false;
    if (/^(?:upstairs|session)_id$/.test(name) && !/^[0-9a-f-]{1,36}$/i.test(cell)) return false;
    if (/^ds[0-2]$/.test(name) && !/^(?:[A-Za-z_]{1,40}|-|\{.*)$/s.test(cell)) return false;
    if (WORDS.test(name)) continue;
    counts++;
    if (/^(?:-?\d+|-+)$/.test(cell)) numbers++;
  }
  return numbers * 2 >= counts;
}
