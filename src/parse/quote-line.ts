import { printable } from '../model/printable.ts';
import { cutTo } from './limits.ts';

const LONGEST_QUOTE = 160;

/** One line as an issue quotes it: on one line, without control characters, not too long. */
export function quoteLine(line: string): string {
  const start = line.trimStart().slice(0, LONGEST_QUOTE + 1);
  return cutTo(printable(start.length > LONGEST_QUOTE ? start : start.trimEnd()), LONGEST_QUOTE);
}
