import { printable } from '../model/printable.ts';
import { cutTo } from './limits.ts';

const LONGEST_QUOTE = 160;

/** One line as an issue quotes it: on one line, without control characters, not too long. */
export function quoteLine(line: string): string {
  return printable(cutTo(line.trim().replaceAll('\t', ' '), LONGEST_QUOTE));
}

/** What dtrace says, as an issue quotes it: a long name of a function stands before what is wrong, so its middle goes. */
export function quoteMessage(text: string): string {
  const line = text.trim();
  const half = LONGEST_QUOTE / 2;
  return printable(line.length <= LONGEST_QUOTE ? line : `${line.slice(0, half)}…${line.slice(-half)}`);
}
