import { printable } from '../model/printable.ts';
import { cutTo } from './limits.ts';

const LONGEST_QUOTE = 160;

/** One line as an issue quotes it: on one line, without control characters, not too long. */
export function quoteLine(line: string): string {
  return printable(cutTo(line.trim(), LONGEST_QUOTE));
}
