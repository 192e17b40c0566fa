import { readSpacedKeys } from './aggregation-keys.ts';
import type { Count } from './counts.ts';
import { barOf, readBarAndCount } from './histogram-row.ts';

const LONGEST_LINE = 4096;

/** Whether a line is the head of `-x agghist`, which draws the numbers of an aggregation as bars, a key a line. */
export function isKeyedHead(line: string): boolean {
  return line.length <= 400 && /^ +key +-+ Distribution -+ +count\s*$/.test(line);
}

/** `keys |bar count`, one line under that head, or null. A bar of a number below zero stands to the left. */
export function readKeyedCount(line: string): Count | null {
  const at = line.lastIndexOf('|');
  if (at < 0 || line.length > LONGEST_LINE) return null;
  const { bar, count } = readBarAndCount(line.slice(at + 1));
  if (count === null || barOf(bar) === null) return null;
  return { keys: readSpacedKeys(withoutBar(line.slice(0, at))), count };
}

/** Of numbers below zero the bar has 40 columns left of the `|`, and 20 where there are others too. */
function withoutBar(text: string): string {
  const columns = [40, 20].find((width) => text.length > width && /^[ @]*$/.test(text.slice(-width)));
  return columns === undefined ? text : text.slice(0, -columns);
}
