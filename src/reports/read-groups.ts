import type { Row } from '../model/column.ts';
import type { Bucket, Distribution } from '../model/histogram.ts';
import { isObject, numberOrNull, textOrNull, textsOf, type JsonObject } from './json-parts.ts';
import { rowIn } from './read-sled.ts';

/** The distributions of a report in JSON: sums, in the groups that were asked for. */
export interface Groups {
  /** Words of `--by`. */
  readonly by: readonly string[];
  /** The names of the keys that its groups have. */
  readonly keys: readonly string[];
  /** Null of a user's own script. */
  readonly unit: string | null;
  readonly distributions: readonly Distribution[];
}

/** Reads them, or says what is wrong, as the end of a sentence. */
export function readGroups(json: JsonObject): Groups | string {
  if (!Array.isArray(json['groups'])) return 'its distributions have no groups';
  const distributions: Distribution[] = [];
  for (const each of json['groups']) {
    const group = groupIn(each);
    if (group === null) return 'a group of its distributions cannot be read';
    distributions.push(group);
  }
  return {
    by: textsOf(json['by']),
    keys: textsOf(json['keys']),
    unit: textOrNull(json['unit']),
    distributions,
  };
}

function groupIn(json: unknown): Distribution | null {
  if (!isObject(json)) return null;
  const { shape, buckets } = json;
  const keys = rowIn(json['keys']);
  const parts = numberOrNull(json['distributions']);
  if (keys === null || parts === null || typeof shape !== 'string' || !Array.isArray(buckets)) return null;
  const read = buckets.map(bucketIn);
  const known = read.filter((bucket) => bucket !== null);
  if (known.length < read.length) return null;
  const sum = { parts, sleds: textsOf(json['sleds']) };
  return { keys: present(keys), histogram: { shape, buckets: known }, sum };
}

/** Without the keys that the distributions did not have, as they were before they were grouped. */
function present(keys: Row): Row {
  return Object.fromEntries(Object.entries(keys).filter(([, cell]) => cell !== null));
}

function bucketIn(json: unknown): Bucket | null {
  if (!isObject(json)) return null;
  const [low, high, count] = [wholeIn(json['low']), wholeIn(json['high']), wholeIn(json['count'])];
  if (low === undefined || high === undefined || count === undefined || count === null) return null;
  return { low, high, count };
}

/** A whole number of any size, or null where it has no bound; undefined for what is neither. */
function wholeIn(json: unknown): bigint | null | undefined {
  if (json === null) return null;
  if (typeof json === 'number' && Number.isSafeInteger(json)) return BigInt(json);
  return typeof json === 'string' && /^-?\d{1,400}$/.test(json) ? BigInt(json) : undefined;
}
