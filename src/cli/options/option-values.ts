import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../../model/duration.ts';
import { readShard, type Shard } from '../../model/shard.ts';
import { LEAST_WIDTH, MOST_WIDTH } from '../../term/terminal-facts.ts';

/** Collects a repeatable option whose values may also be separated by commas. Brackets keep their commas. */
export function listValue(text: string, before: readonly string[] | undefined): readonly string[] {
  const words = splitOutsideBrackets(text).map((word) => word.trim());
  if (words.some((word) => word === '')) throw new InvalidArgumentError('it has an empty part.');
  return [...(before ?? []), ...words];
}

function splitOutsideBrackets(text: string): readonly string[] {
  const words = [''];
  let depth = 0;
  for (const c of text) {
    if (c === '[') depth++;
    if (c === ']') depth = Math.max(0, depth - 1);
    if (c === ',' && depth === 0) words.push('');
    else words[words.length - 1] += c;
  }
  return words;
}

/** A duration as milliseconds, above 0. */
export function durationValue(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms <= 0) throw new InvalidArgumentError('give a duration such as 3s, 500ms or 1m30s.');
  return ms;
}

/** A window as whole seconds, which is what the scripts on the sled count in. */
export function windowValue(text: string): number {
  const ms = parseDuration(text);
  if (ms === null || ms <= 0 || ms % 1000 !== 0 || ms > 3_600_000) {
    throw new InvalidArgumentError('give whole seconds from 1s to 3600s, such as 3s or 1m30s.');
  }
  return ms / 1000;
}

export function shardValue(text: string): Shard {
  const shard = readShard(text);
  if (shard === null)
    throw new InvalidArgumentError('give which part of how many, from 1/1: 2/3 is the second of three.');
  return shard;
}

export function countValue(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new InvalidArgumentError('give a whole number from 1.');
  return count;
}

/** A whole number, 0 included. */
export function naturalValue(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('give a whole number.');
  return Number(text);
}

/** An interval as whole seconds; 0 is none. */
export function intervalValue(text: string): number {
  return /^0s?$/.test(text.trim()) ? 0 : windowValue(text);
}

/** Columns of a terminal, within what a table can be laid out for; null for 0, which is not known. */
export function widthValue(text: string): number | null {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('give columns such as 120.');
  const width = Number(text);
  return width === 0 ? null : Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width));
}

export function pidValue(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('give a process id such as 28022.');
  return Number(text);
}

export function uuidValue(text: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))
    throw new InvalidArgumentError('give a whole UUID.');
  return text.toLowerCase();
}

/** Bytes, at most 16 MiB: 500K, 8M, 4096. */
export function sizeValue(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,9})([KM]?)$/.exec(text) ?? [];
  const bytes = Number(digits) * (unit === 'M' ? 1024 * 1024 : unit === 'K' ? 1024 : 1);
  if (digits === '' || bytes < 1 || bytes > 16 * 1024 * 1024) {
    throw new InvalidArgumentError('give bytes up to 16M, such as 500K or 8M.');
  }
  return bytes;
}

/** An option that may be repeated, each time with one value. */
export function repeatedValue(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}
