import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInShard, shardIndexOf } from '../../src/inventory/shard-of.ts';
import { readShard, withoutShard, withShard } from '../../src/model/shard.ts';

const ids = fc.uniqueArray(
  fc
    .tuple(fc.integer({ min: 0, max: 99 }), fc.string({ minLength: 1, maxLength: 12 }))
    .map((id) => id.join('/')),
  { maxLength: 60 },
);
const counts = fc.integer({ min: 1, max: 40 });

describe('the shards of sleds', () => {
  it('are disjoint and complete', () => {
    fc.assert(
      fc.property(ids, counts, (sleds, count) => {
        const shards = Array.from({ length: count }, (_, n) =>
          sleds.filter((id) => isInShard(id, { index: n + 1, count })),
        );
        expect(shards.flat().toSorted()).toEqual(sleds.toSorted());
      }),
    );
  });

  it('are what a shell makes of the name with sha256sum, in every version', () => {
    // printf %s 3/BRM42220014 | sha256sum
    expect(['3/BRM42220014', '3/sled0', 'rack/é'].map((id) => shardIndexOf(id, 1000))).toEqual([
      52, 750, 595,
    ]);
  });

  it('are of about one size', () => {
    const sizes = [0, 0, 0, 0];
    for (let n = 0; n < 4000; n++) {
      const at = shardIndexOf(`${n % 40}/BRM4222${String(n).padStart(4, '0')}`, 4) - 1;
      sizes[at] = sizes[at]! + 1;
    }
    for (const size of sizes) expect(Math.abs(size - 1000)).toBeLessThan(120);
  });

  it('are written as which of how many, and nothing else', () => {
    expect(readShard('2/3')).toEqual({ index: 2, count: 3 });
    expect(
      ['0/3', '4/3', '1', '1/', '/3', '01/3', '-1/3', '1/3/5', 'x', '', '1/99999'].map(readShard),
    ).toEqual(Array.from({ length: 11 }, () => null));
  });

  it('are said in the selection, and taken out of it again', () => {
    const shard = { index: 1, count: 3 };
    expect(withShard('rack 3', shard)).toBe('rack 3, shard 1/3');
    expect(withoutShard('rack 3, shard 1/3', shard)).toBe('rack 3');
    expect(withoutShard('rack 3', null)).toBe('rack 3');
  });
});
