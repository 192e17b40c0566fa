import { PROBES } from '../probes/index.ts';
import { pastedColumnName } from './pasted-headings.ts';
import { ZONE } from './status-dialects.ts';

/** Columns whose values are words. */
const WORDS = /^(?:zone|volume|type|part|note|mark|upstairs_id|session_id|pid|health|ds[0-2])$/;

/** Columns that hold a count in the table of some probe. */
const COUNTS: ReadonlySet<string> = new Set(
  PROBES.flatMap(({ columns }) => columns.filter(({ kind }) => kind === 'count').map(({ name }) => name)),
);

/** As scripts print a count, and our tables a rate; unknown ones too. */
const COUNT = /^(?:\d+(?:\.\d+)?|-+|\?)$/;

/**
 * Whether words may be a row under these headings: a sentence of as many words is none, and neither is a line that was
 * changed, such as one of a diff or with the digits of a number grouped. A PID is a number, an id the beginning of a UUID
 * that has its first part, a state a word, a count a number without a sign, and of the other values most are numbers.
 */
export function rowFits(headings: readonly string[], cells: readonly string[]): boolean {
  let counts = 0;
  let numbers = 0;
  for (const [i, heading] of headings.entries()) {
    const name = pastedColumnName(heading);
    const cell = cells[i] ?? '-';
    if (name === 'zone' && !ZONE.test(cell)) return false;
    if (name === 'pid' && !/^(?:\d{1,10}|-)$/.test(cell)) return false;
    if (/^(?:upstairs|session)_id$/.test(name) && !/^(?:[0-9a-f]{8}[0-9a-f-]{0,28}|-)$/i.test(cell))
      return false;
    if (/^ds[0-2]$/.test(name) && !/^(?:[A-Za-z_]{1,40}|-|\{.*)$/s.test(cell)) return false;
    if (COUNTS.has(name) && !COUNT.test(cell)) return false;
    if (WORDS.test(name)) continue;
    counts++;
    if (COUNT.test(cell)) numbers++;
  }
  return numbers * 2 >= counts;
}
