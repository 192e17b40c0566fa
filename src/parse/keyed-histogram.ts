import { readSpacedKeys } from './aggregation-keys.ts';
import type { Count } from './counts.ts';

/** Whether a line is the head of `-x agghist`, which draws the numbers of an aggregation as bars, a key a line. */
export function isKeyedHead(line: string): boolean {
  return line.length <= 400 && /^ +key {1,}-+ Distribution -+ +count\s*$/.test(line);
}

/** `keys |bar count`, one line under that head, or null. A bar of a number below zero stands to the left. */
export function readKeyedCount(line: string): Count | null {
  if (line.length > 4096) return null;
  const at = line.lastIndexOf('|');
  const count = /^[ @█▉▊▋▌▍▎▏]* (-?\d{1,40})\s*$/u.exec(line.slice(at + 1))?.[1];
  if (at < 0 || count === undefined) return null;
  const keys = line.slice(0, at).replace(/ +@*$/, '');
  return { keys: readSpacedKeys(keys), count: BigInt(count) };
}
