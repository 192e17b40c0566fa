import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketLabel,
  filledBuckets,
  ladderOf,
  llquantizeShape,
  lquantizeShape,
  QUANTIZE,
  quantizeBounds,
} from '../../src/distribution/bucket-ladder.ts';
import { bucketCount, bucketOf, type Buckets } from '../../src/simulator/d/aggregated-histogram.ts';
import { quantize } from '../support/distributions.ts';

describe('quantizeBounds', () => {
  it.each([
    [0n, 0n, 0n],
    [1n, 1n, 1n],
    [1024n, 1024n, 2047n],
    [2n ** 62n, 2n ** 62n, 2n ** 63n - 1n],
    [-1n, -1n, -1n],
    [-4n, -7n, -4n],
    [-(2n ** 62n), -(2n ** 63n), -(2n ** 62n)],
  ])('the bucket %d holds %d to %d', (label, low, high) => {
    expect(quantizeBounds(label)).toEqual({ low, high });
    expect(bucketLabel(QUANTIZE, { low, high })).toBe(String(label));
  });

  it.each([3n, -6n, 2n ** 63n, -(2n ** 63n)])('there is no bucket %d', (label) => {
    expect(quantizeBounds(label)).toBeNull();
  });
});

describe('ladderOf', () => {
  const KINDS: readonly [string, Buckets][] = [
    [QUANTIZE, { kind: 'quantize' }],
    [lquantizeShape(0n, 100n, 10n), { kind: 'lquantize', base: 0, step: 10, levels: 10 }],
    [lquantizeShape(-20n, 21n, 7n), { kind: 'lquantize', base: -20, step: 7, levels: 5 }],
    [llquantizeShape(10n, 0n, 6n, 20n), { kind: 'llquantize', factor: 10, low: 0, high: 6, steps: 20 }],
    [llquantizeShape(10n, 3n, 9n, 10n), { kind: 'llquantize', factor: 10, low: 3, high: 9, steps: 10 }],
    [llquantizeShape(2n, 0n, 10n, 4n), { kind: 'llquantize', factor: 2, low: 0, high: 10, steps: 4 }],
  ];

  it.each(KINDS)('has a place for every value, the one where DTrace counts it: %s', (shape, buckets) => {
    const ladder = ladderOf(shape)!;
    expect(ladder).toHaveLength(bucketCount(buckets));
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const small = fc.bigInt({ min: -200n, max: 200_000n });
    fc.assert(
      fc.property(fc.oneof(int64, small), (value) => {
        const holds = ladder.map(
          ({ low, high }) => (low === null || low <= value) && (high === null || value <= high),
        );
        expect(holds.filter(Boolean)).toHaveLength(1);
        expect(holds.indexOf(true)).toBe(bucketOf(buckets, value));
      }),
    );
  });

  it.each([
    '',
    'mine',
    'lquantize 0..100/0',
    'lquantize 5..5/1',
    'lquantize 0..100000000000/1',
    'llquantize 1^0..3/1',
  ])('does not know the buckets of %j', (shape) => {
    expect(ladderOf(shape)).toBeNull();
  });
});

describe('filledBuckets', () => {
  it('adds the empty buckets of the shape', () => {
    const filled = filledBuckets(quantize({ 1: 5, 8: 2 }));
    expect(filled).toHaveLength(127);
    expect(filled.slice(63, 69).map((bucket) => bucket.count)).toEqual([0n, 5n, 0n, 0n, 2n, 0n]);
  });

  it('keeps buckets that do not fit the shape as they came', () => {
    const odd = { shape: QUANTIZE, buckets: [{ low: 3n, high: 5n, count: 1n }] };
    expect(filledBuckets(odd)).toEqual(odd.buckets);
  });
});
