import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxBucketOf, percentileOf } from '../../src/distribution/percentile.ts';
import { quantize, quantizeOf } from '../support/distributions.ts';

describe('percentileOf', () => {
  it('gives the bucket of the sample with the nearest rank', () => {
    // 10 samples: the 5th is p50, the 9th is p90, the 10th is p99
    const histogram = quantize({ 1024: 5, 2048: 4, 65_536: 1 });
    expect(percentileOf(histogram, 50)).toMatchObject({ low: 1024n, high: 2047n });
    expect(percentileOf(histogram, 50.1)).toMatchObject({ low: 2048n, high: 4095n });
    expect(percentileOf(histogram, 90)).toMatchObject({ low: 2048n, high: 4095n });
    expect(percentileOf(histogram, 90.000001)).toMatchObject({ low: 65_536n, high: 131_071n });
    expect(percentileOf(histogram, 0.001)).toMatchObject({ low: 1024n, high: 2047n });
  });

  it('takes the rank of 99.9 without rounding of floating point', () => {
    // of 1000 samples the 999th, not the 1000th, though 1000 * 99.9 / 100 is 999.0000000000001 for a computer
    expect(percentileOf(quantize({ 1: 999, 2: 1 }), 99.9)).toMatchObject({ low: 1n });
    expect(percentileOf(quantize({ 1: 998, 2: 2 }), 99.9)).toMatchObject({ low: 2n });
  });

  it('is exact for counts past 2^53', () => {
    const n = 2n ** 60n;
    expect(percentileOf(quantize({ 1: n, 2: n }), 50)).toMatchObject({ low: 1n });
    expect(percentileOf(quantize({ 1: n, 2: n + 1n }), 50)).toMatchObject({ low: 2n });
  });

  it('holds the true percentile between its bounds, and the estimate too', () => {
    const percents = [0.1, 1, 25, 50, 75, 90, 95, 99, 99.9, 100];
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 1n << 40n }), { minLength: 1, maxLength: 300 }),
        fc.constantFrom(...percents),
        (samples, percent) => {
          const sorted = [...samples].sort((a, b) => (a < b ? -1 : Number(a > b)));
          const tenths = Math.round(percent * 10);
          const truth = sorted[Math.ceil((samples.length * tenths) / 1000) - 1]!;
          const found = percentileOf(quantizeOf(samples), percent)!;
          expect(found.low! <= truth && truth <= found.high!).toBe(true);
          expect(found.low! <= found.estimate! && found.estimate! <= found.high!).toBe(true);
        },
      ),
    );
  });

  it('estimates by even spread over the bucket', () => {
    // 1000 values in 1000..1999 of which the second of four samples is p50: 3/8 of the way
    const histogram = { shape: 'mine', buckets: [{ low: 1000n, high: 1999n, count: 4n }] };
    expect(percentileOf(histogram, 50)).toEqual({
      percent: 50,
      low: 1000n,
      high: 1999n,
      estimate: 1375n,
      method: 'linear',
    });
  });

  it('names an estimate that is none, and one that is the value itself', () => {
    expect(percentileOf(quantize({ 0: 3 }), 50)).toMatchObject({ estimate: 0n, method: 'exact' });
    const open = { shape: 'mine', buckets: [{ low: 100n, high: null, count: 4n }] };
    expect(percentileOf(open, 50)).toMatchObject({ low: 100n, high: null, estimate: null, method: 'none' });
  });

  it('never falls as the percentage rises', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 1n << 30n }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (samples, a, b) => {
          const histogram = quantizeOf(samples);
          const lower = percentileOf(histogram, Math.min(a, b))!;
          const upper = percentileOf(histogram, Math.max(a, b))!;
          expect(lower.estimate! <= upper.estimate!).toBe(true);
        },
      ),
    );
  });

  it('is null without samples and with negative counts', () => {
    expect(percentileOf(quantize({}), 50)).toBeNull();
    expect(percentileOf(quantize({ 1: 0 }), 50)).toBeNull();
    expect(percentileOf(quantize({ 1: 5, 2: -1 }), 50)).toBeNull();
  });

  it.each([0, -1, 100.1, Number.NaN])('takes no %d', (percent) => {
    expect(() => percentileOf(quantize({ 1: 1 }), percent)).toThrow(RangeError);
  });

  it('gives the last bucket that has a count as the greatest', () => {
    expect(maxBucketOf(quantize({ 1024: 1, 8192: 1, 16_384: 0 }))).toEqual({ low: 8192n, high: 16_383n });
    expect(maxBucketOf(quantize({}))).toBeNull();
  });
});
