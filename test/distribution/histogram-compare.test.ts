import { describe, expect, it } from 'vitest';
import { compareDistributions, type Comparison } from '../../src/distribution/distribution-compare.ts';
import { groupDistributions } from '../../src/distribution/distribution-group.ts';
import type { Histogram } from '../../src/model/histogram.ts';
import {
  cumulativeShares,
  distanceChance,
  greatestDistance,
  kolmogorovTail,
} from '../../src/distribution/kolmogorov-smirnov.ts';
import { onSled, quantize } from '../support/distributions.ts';

function compareSleds(...histograms: readonly Histogram[]): Comparison {
  const distributions = histograms.map((histogram, cubby) => onSled(cubby, { type: 'read' }, histogram));
  const [comparison] = compareDistributions(groupDistributions(distributions, ['sled']));
  return comparison!;
}

const verdicts = (comparison: Comparison) =>
  comparison.groups.map((each) => `${String(each.group.keys['cubby'])} ${each.verdict}`);

describe('kolmogorovTail', () => {
  // Smirnov's table (Ann. Math. Stat. 19, 1948): 1 - L(x)
  it.each([
    [0.03, 1],
    [0.4, 0.997192],
    [0.5, 0.963945],
    [0.83, 0.496],
    [1, 0.27],
    [1.17, 0.129423],
    [1.19, 0.117703],
    [1.36, 0.049486],
    [1.63, 0.009846],
    [1.95, 0.000997],
  ])('at %d is %d', (x, chance) => {
    expect(kolmogorovTail(x)).toBeCloseTo(chance, 3);
  });

  it('has no step where its series change', () => {
    expect(kolmogorovTail(1.18 - 1e-9)).toBeCloseTo(kolmogorovTail(1.18), 8);
    expect(kolmogorovTail(0.04 - 1e-9)).toBeCloseTo(kolmogorovTail(0.04), 8);
  });
});

describe('the distance of two samples in buckets', () => {
  it('is the greatest difference of the shares up to a bucket', () => {
    const a = cumulativeShares([10n, 20n, 70n])!; // 0.1 0.3 1
    const b = cumulativeShares([50n, 30n, 20n])!; // 0.5 0.8 1
    expect(greatestDistance(a, b)).toBeCloseTo(0.5, 12);
    expect(greatestDistance(b, a)).toBeCloseTo(-0.5, 12);
    expect(cumulativeShares([0n, 0n])).toBeNull();
  });

  it('has the chance of the limit distribution with the correction for small samples', () => {
    // n = m = 100: root of 50 is 7.0711; (7.0711 + 0.12 + 0.0156) * 0.2 = 1.44133; 2 e^(-2 * 2.07744) = 0.03137
    expect(distanceChance(0.2, 100, 100)).toBeCloseTo(0.03137, 4);
  });
});

describe('compareDistributions', () => {
  const usual = quantize({ 1024: 50, 2048: 50 });

  it('computes distance, chance and shifts of the slow sled as by hand', () => {
    const comparison = compareSleds(usual, usual, quantize({ 2048: 50, 4096: 50 }));
    expect(verdicts(comparison)).toEqual(['2 departs', '0 agrees', '1 agrees']);
    const { departure } = comparison.groups[0]!;
    expect(departure).toMatchObject({ distance: 0.5, direction: 'slower', medianShift: 1, p99Shift: 1 });
    // two groups of 100 weigh as one sample of 200: root of 100 * 200 / 300 is 8.16497
    // (8.16497 + 0.12 + 0.01347) * 0.5 = 4.14922; 2 e^(-2 * 17.21602) = 2.225e-15
    expect(departure!.chance / 2.225e-15).toBeCloseTo(1, 2);
    expect(departure!.adjustedChance).toBeCloseTo(3 * departure!.chance, 20);
    expect(comparison.notes).toEqual([]);
  });

  it('names a faster one as such', () => {
    const comparison = compareSleds(usual, usual, usual, quantize({ 256: 100 }));
    expect(verdicts(comparison)[0]).toBe('3 departs');
    expect(comparison.groups[0]!.departure).toMatchObject({ direction: 'faster', medianShift: -2 });
  });

  it('names none where all are alike', () => {
    const comparison = compareSleds(
      usual,
      quantize({ 1024: 49, 2048: 51 }),
      quantize({ 1024: 52, 2048: 48 }),
    );
    expect(verdicts(comparison)).toEqual(['0 agrees', '1 agrees', '2 agrees']);
  });

  it('leaves differences alone that are certain but small', () => {
    const comparison = compareSleds(
      quantize({ 1024: 500_000, 2048: 500_000 }),
      quantize({ 1024: 500_000, 2048: 500_000 }),
      quantize({ 1024: 450_000, 2048: 550_000 }),
    );
    const slow = comparison.groups[2]!;
    expect(slow.verdict).toBe('agrees');
    expect(slow.departure!.adjustedChance).toBeLessThan(1e-9);
    expect(slow.departure!.distance).toBeCloseTo(0.05, 12);
  });

  it('finds a sled whose tail alone is slow', () => {
    const slowTail = quantize({ 1024: 9_700, 1_048_576: 300 });
    const healthy = quantize({ 1024: 9_999, 2048: 1 });
    const comparison = compareSleds(healthy, slowTail, healthy, healthy);
    expect(verdicts(comparison)).toEqual(['1 departs', '0 agrees', '2 agrees', '3 agrees']);
    expect(comparison.groups[0]!.departure).toMatchObject({
      direction: 'slower',
      medianShift: 0,
      p99Shift: 10,
    });
  });

  it('does not blame the others where the slow sled has most of the IO', () => {
    const slow = quantize({ 1_048_576: 10_000_000 });
    const comparison = compareSleds(usual, usual, slow, usual, usual, usual);
    expect(verdicts(comparison)).toEqual([
      '2 departs',
      '0 agrees',
      '1 agrees',
      '3 agrees',
      '4 agrees',
      '5 agrees',
    ]);
  });

  it('finds two slow sleds, the slower first', () => {
    const comparison = compareSleds(
      usual,
      quantize({ 2048: 70, 4096: 30 }),
      usual,
      usual,
      usual,
      quantize({ 65_536: 100 }),
    );
    expect(verdicts(comparison).slice(0, 3)).toEqual(['5 departs', '1 departs', '0 agrees']);
    const [first, second] = comparison.groups;
    expect(second!.departure!.adjustedChance).toBeGreaterThanOrEqual(first!.departure!.adjustedChance);
  });

  it('says mixed where the median is lower and the tail longer', () => {
    const comparison = compareSleds(
      quantize({ 1024: 100 }),
      quantize({ 1024: 100 }),
      quantize({ 256: 80, 65_536: 20 }),
    );
    expect(comparison.groups[0]!.departure!.direction).toBe('mixed');
  });

  it('cannot tell which of two departs', () => {
    const comparison = compareSleds(usual, quantize({ 65_536: 100 }));
    expect(verdicts(comparison)).toEqual(['0 unclear', '1 unclear']);
    expect(comparison.notes).toEqual(['the two groups differ; which of them departs cannot be told']);
    expect(comparison.groups[0]!.departure).toMatchObject({ distance: 1, direction: 'faster' });
    expect(verdicts(compareSleds(usual, usual))).toEqual(['0 agrees', '1 agrees']);
  });

  it('names fewer than half', () => {
    const comparison = compareSleds(
      quantize({ 1: 100 }),
      quantize({ 64: 100 }),
      quantize({ 4096: 100 }),
      quantize({ 65_536: 100 }),
    );
    expect(comparison.groups.filter((each) => each.verdict === 'departs').length).toBeLessThan(2);
    expect(comparison.notes.join()).toContain('there is no rest to depart from');
  });

  it('says which groups have too few samples, and keeps them out of the rest', () => {
    const comparison = compareSleds(usual, quantize({ 65_536: 49 }), usual, usual, quantize({}));
    expect(verdicts(comparison)).toEqual(['0 agrees', '1 untested', '2 agrees', '3 agrees', '4 untested']);
    expect(comparison.groups[1]!.departure).toBeNull();
    expect(comparison.groups[0]!.departure!.distance).toBe(0);
    expect(comparison.notes).toEqual(['2 of 5 groups have fewer than 50 samples and were left out']);
  });

  it('says that one group alone has nothing beside it', () => {
    const comparison = compareSleds(usual);
    expect(verdicts(comparison)).toEqual(['0 untested']);
    expect(comparison.notes).toEqual([
      'only one group has enough samples: there is nothing to compare it with',
    ]);
  });

  it('leaves negative counts out', () => {
    const comparison = compareSleds(usual, usual, quantize({ 1: 1000, 2: -100 }));
    expect(verdicts(comparison)[2]).toBe('2 untested');
    expect(comparison.notes[0]).toContain('counts below zero');
  });

  it('counts shifts in buckets of the shape, those too that nobody printed', () => {
    const comparison = compareSleds(usual, usual, quantize({ 65_536: 100 }));
    // from 1024 to 65,536 are six powers of two
    expect(comparison.groups[0]!.departure).toMatchObject({ medianShift: 6, p99Shift: 5 });
  });

  it('compares reads with reads, never with writes', () => {
    const distributions = [0, 1, 2].flatMap((cubby) => [
      onSled(cubby, { type: 'read' }, usual),
      onSled(cubby, { type: 'write' }, quantize({ 65_536: 100 })),
    ]);
    const comparisons = compareDistributions(groupDistributions(distributions, ['sled']));
    expect(comparisons.map((each) => each.what)).toEqual([{ type: 'read' }, { type: 'write' }]);
    for (const { groups } of comparisons)
      expect(groups.every((each) => each.verdict === 'agrees')).toBe(true);
  });

  it('takes counts past 2^53', () => {
    const big = quantize({ 1024: 2n ** 60n, 2048: 2n ** 60n });
    const comparison = compareSleds(big, big, quantize({ 2048: 2n ** 61n }));
    expect(comparison.groups[0]).toMatchObject({ samples: 2n ** 61n, verdict: 'departs' });
    expect(comparison.groups[0]!.departure!.distance).toBeCloseTo(0.5, 12);
  });

  it('does not name a sled by chance more often than the significance says', () => {
    // a generator of fixed seed: 200 racks of eight sleds, all drawing from one distribution
    let state = 42;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    let named = 0;
    for (let rack = 0; rack < 200; rack++) {
      const sleds = Array.from({ length: 8 }, () => {
        const counts: Record<string, number> = {};
        for (let i = 0; i < 60; i++) {
          const label = String(2 ** (10 + Math.floor(random() * 12)));
          counts[label] = (counts[label] ?? 0) + 1;
        }
        return quantize(counts);
      });
      named += verdicts(compareSleds(...sleds)).some((text) => text.endsWith('departs')) ? 1 : 0;
    }
    expect(named).toBeLessThanOrEqual(5);
  });
});
