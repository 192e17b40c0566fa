import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addHistograms } from '../../src/distribution/histogram-merge.ts';
import { totalCount, type Histogram } from '../../src/model/histogram.ts';
import { quantize } from '../support/distributions.ts';

const histograms = fc
  .dictionary(
    fc.integer({ min: 0, max: 62 }).map((power) => String(1n << BigInt(power))),
    fc.bigInt({ min: 0n, max: 1n << 63n }),
    { maxKeys: 12 },
  )
  .map(quantize);

function add(...parts: readonly Histogram[]): Histogram {
  const sum = addHistograms(parts);
  if (sum.status !== 'added') throw new Error(sum.status);
  return sum.histogram;
}

describe('addHistograms', () => {
  it('adds the counts of equal buckets', () => {
    expect(add(quantize({ 1024: 3, 2048: 1 }), quantize({ 2048: 5, 8192: 2 }))).toEqual(
      quantize({ 1024: 3, 2048: 6, 8192: 2 }),
    );
  });

  it('is exact past 2^53', () => {
    const sum = add(quantize({ 1024: 2n ** 53n }), quantize({ 1024: 1n }), quantize({ 1024: 2n ** 63n }));
    expect(sum.buckets).toEqual([{ low: 1024n, high: 2047n, count: 2n ** 53n + 1n + 2n ** 63n }]);
  });

  it('loses and invents no count', () => {
    fc.assert(
      fc.property(fc.array(histograms, { minLength: 1, maxLength: 8 }), (parts) => {
        expect(totalCount(add(...parts))).toBe(parts.reduce((sum, part) => sum + totalCount(part), 0n));
      }),
    );
  });

  it('does not depend on order or on what was added before', () => {
    fc.assert(
      fc.property(histograms, histograms, histograms, (a, b, c) => {
        const all = add(a, b, c);
        expect(add(c, a, b)).toEqual(all);
        expect(add(add(a, b), c)).toEqual(all);
        expect(add(a, add(b, c))).toEqual(all);
      }),
    );
  });

  it('says which shapes differ in place of adding them', () => {
    const linear: Histogram = { shape: 'lquantize 0..100/10', buckets: [{ low: 0n, high: 9n, count: 1n }] };
    expect(addHistograms([quantize({ 1: 1 }), linear])).toEqual({
      status: 'conflict',
      shapes: ['lquantize 0..100/10', 'quantize'],
      reason: 'buckets of different shapes: lquantize 0..100/10, quantize',
    });
  });

  it.each([
    [{ low: 0n, high: 9n }, { low: 0n, high: 19n }, '0 to 9 and 0 to 19'],
    [{ low: 0n, high: 9n }, { low: 9n, high: 12n }, '0 to 9 and 9 to 12'],
    [{ low: 100n, high: null }, { low: 110n, high: 119n }, '100 to any and 110 to 119'],
    [{ low: null, high: 5n }, { low: null, high: 9n }, 'any to 5 and any to 9'],
    [{ low: null, high: 5n }, { low: 3n, high: 9n }, 'any to 5 and 3 to 9'],
  ])('does not add buckets of one shape that overlap: %o, %o', (a, b, text) => {
    const one = (bounds: typeof a) => ({ shape: 'mine', buckets: [{ ...bounds, count: 1n }] });
    expect(addHistograms([one(b), one(a)])).toMatchObject({
      status: 'conflict',
      reason: `buckets that overlap: ${text}`,
    });
  });

  it('lets an empty bucket give way to one that has a count', () => {
    // the end of a picture: the row after the last count shows where its bucket begins, not where it ends
    const short: Histogram = {
      shape: 'mine',
      buckets: [
        { low: 10n, high: 19n, count: 4n },
        { low: 20n, high: null, count: 0n },
      ],
    };
    const long: Histogram = {
      shape: 'mine',
      buckets: [
        { low: 20n, high: 29n, count: 1n },
        { low: 30n, high: null, count: 0n },
      ],
    };
    for (const sum of [add(short, long), add(long, short)]) {
      expect(sum.buckets).toEqual([short.buckets[0], ...long.buckets]);
    }
  });

  it('takes a histogram without counts as adding none, whatever its shape', () => {
    const empty: Histogram = { shape: 'lquantize', buckets: [{ low: 0n, high: 9n, count: 0n }] };
    expect(add(empty, quantize({ 1: 2 }))).toEqual(quantize({ 1: 2 }));
    expect(add(quantize({ 1: 2 }), empty, empty)).toEqual(quantize({ 1: 2 }));
    expect(add(empty, empty)).toEqual(empty);
    expect(add(quantize({}), empty)).toEqual(add(empty, quantize({})));
  });

  it('says that there was nothing to add', () => {
    expect(addHistograms([])).toEqual({ status: 'none' });
  });
});
