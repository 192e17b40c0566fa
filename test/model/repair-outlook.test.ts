import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { etaOf, extentsBy, rateRange } from '../../src/model/repair-outlook.ts';

/** Chance events at a rate, counted over some seconds. */
function countedAt(rate: number, seconds: number, random: () => number): number {
  let count = 0;
  for (let at = -Math.log(1 - random()) / rate; at < seconds; at += -Math.log(1 - random()) / rate) count++;
  return count;
}

/** mulberry32 */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('the range of a rate', () => {
  it('holds the true rate, and so ETA the true end, in more than nine of ten', () => {
    const random = seeded(7);
    const rates = [2, 5, 20, 100];
    const held = rates.flatMap((rate) =>
      Array.from({ length: 200 }, () => {
        const eta = etaOf(rate * 600, [{ moved: countedAt(rate, 5, random), seconds: 5 }]);
        return eta !== null && eta.least <= 600 && (eta.most === null || eta.most >= 600);
      }),
    );
    expect(held.filter(Boolean).length / held.length).toBeGreaterThan(0.9);
  });

  it('is of several watches the range of all, and narrower the more was seen', () => {
    const short = rateRange([{ moved: 25, seconds: 5 }])!;
    const long = rateRange([{ moved: 3000, seconds: 600 }])!;
    expect(long.most - long.least).toBeLessThan((short.most - short.least) / 5);
    expect(
      rateRange([
        { moved: 25, seconds: 5 },
        { moved: 3000, seconds: 600 },
      ]),
    ).toEqual(short);
  });

  it('is none of nothing, and ETA is none of what stands still or has no total', () => {
    expect(rateRange([])).toBeNull();
    expect(rateRange([{ moved: 3, seconds: 0 }])).toBeNull();
    expect(etaOf(100, [{ moved: 0, seconds: 5 }])).toBeNull();
    expect(etaOf(null, [{ moved: 9, seconds: 5 }])).toBeNull();
    expect(etaOf(100, [{ moved: 2, seconds: 5 }])).toMatchObject({ most: null });
  });
});

describe('the extents of a downstairs', () => {
  it('are those of each of its completed repairs, where none was aborted and none runs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30_000 }),
        fc.integer({ min: 1, max: 5 }),
        (extents, completed) => {
          const over = { completed, aborted: 0, extents: extents * completed, isRunning: false };
          expect(extentsBy(over)).toBe(extents);
          expect(extentsBy({ ...over, aborted: 1 })).toBeNull();
          expect(extentsBy({ ...over, isRunning: true })).toBeNull();
          expect(extentsBy({ ...over, completed: 0 })).toBeNull();
          expect(extentsBy({ ...over, extents: null })).toBeNull();
        },
      ),
    );
  });
});
