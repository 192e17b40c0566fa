import { createHash } from 'node:crypto';
import type { Shard } from '../model/shard.ts';

/**
 * The shard, from 1, that a sled is in: the first eight hexadecimal digits of the SHA-256 of its id (`rack/name`), modulo
 * the count, plus 1. Nothing else counts, so that a sled stays where it is whatever else is selected or in the inventory.
 */
export function shardIndexOf(id: string, count: number): number {
  const digits = createHash('sha256').update(id, 'utf8').digest('hex').slice(0, 8);
  return (Number.parseInt(digits, 16) % count) + 1;
}

export function isInShard(id: string, { index, count }: Shard): boolean {
  return shardIndexOf(id, count) === index;
}
