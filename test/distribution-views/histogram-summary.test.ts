import { describe, expect, it } from 'vitest';
import { compareDistributions } from '../../src/distribution/distribution-compare.ts';
import { groupDistributions } from '../../src/distribution/distribution-group.ts';
import type { Distribution } from '../../src/model/histogram.ts';
import { drawComparisons } from '../../src/distribution-views/comparison-lines.ts';
import type { DistributionContext } from '../../src/distribution-views/distribution-context.ts';
import { drawDistributionSummary } from '../../src/distribution-views/distribution-summary.ts';
import { onSled, quantize } from '../support/distributions.ts';

const PIPE: DistributionContext = {
  width: null,
  color: false,
  headers: true,
  unicode: true,
  unit: 'ns',
  percentile: 'range',
  human: false,
};

const ZONE = 'oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50';

const FLEET: readonly Distribution[] = [
  onSled(14, { zone: ZONE, pid: 1, type: 'read' }, quantize({ 524_288: 50, 1_048_576: 48, 2_097_152: 2 })),
  onSled(15, { zone: ZONE, pid: 2, type: 'read' }, quantize({ 524_288: 60, 1_048_576: 39, 2_097_152: 1 })),
  onSled(16, { zone: ZONE, pid: 3, type: 'read' }, quantize({ 4_194_304: 99, 67_108_864: 1 })),
];

function summary(by: readonly string[], change: Partial<DistributionContext> = {}): string {
  return [...drawDistributionSummary(groupDistributions(FLEET, by), { ...PIPE, ...change })].join('');
}

describe('the summary of distributions', () => {
  it('shows counts, and percentiles as the bounds of their bucket, and says so', () => {
    expect(summary(['sled']).split('\n')).toEqual([
      'TYPE  SLED           CUBBY  COUNT            P50           P90           P99         P99.9           MAX',
      'read  3/BRM42220014     14    100  0.524–1.05 ms  1.05–2.10 ms  2.10–4.19 ms  2.10–4.19 ms  2.10–4.19 ms',
      'read  3/BRM42220015     15    100  0.524–1.05 ms  1.05–2.10 ms  1.05–2.10 ms  2.10–4.19 ms  2.10–4.19 ms',
      'read  3/BRM42220016     16    100   4.19–8.39 ms  4.19–8.39 ms  4.19–8.39 ms   67.1–134 ms   67.1–134 ms',
      '(percentiles by nearest rank, each shown as the bounds of the bucket that holds it; max too)',
      '',
    ]);
  });

  it('shows estimates where they are asked for, and says how they were made', () => {
    const text = summary([], { percentile: 'estimate' });
    // 300 samples: the 150th is the 40th of 87 in 1048576..2097151: 1048576 * (1 + 79 / 174) is 1524653
    expect(text).toContain(' 1.52 ms ');
    expect(text).toMatch(/each estimated in its bucket as if samples were spread evenly over it/);
    expect(text).toContain('67.1–134 ms');
  });

  it('is ASCII where that is all the reader can see', () => {
    // eslint-disable-next-line no-control-regex
    expect(summary(['pid'], { unicode: false })).toMatch(/^[\u0000-\u007f]*$/);
  });

  it.each([140, 120, 100, 80])(
    'keeps within a terminal of %d columns, and says what it left out',
    (width) => {
      const text = summary(['pid'], { width });
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
      expect(text).toContain(width < 120 ? ' 34aa5f9c ' : 'propolis 34aa5f9c');
      expect(text).toContain('P99');
      if (width < 120) expect(text).toMatch(/\(columns hidden to fit the terminal: /);
    },
  );

  it('says that there are no samples', () => {
    expect([...drawDistributionSummary(groupDistributions([], []), PIPE)]).toEqual(['no samples\n']);
  });

  it('shows a group without samples as such', () => {
    const grouping = groupDistributions([onSled(1, { type: 'read' }, quantize({}))], []);
    expect([...drawDistributionSummary(grouping, PIPE)].join('')).toMatch(/^read +0 +- +- +- +- +-$/m);
  });

  it('says what was not added and what no distribution has', () => {
    const old = { shape: 'lquantize 0..9/1', buckets: [{ low: 0n, high: 0n, count: 1n }] };
    const grouping = groupDistributions([...FLEET, onSled(2, { type: 'read' }, old)], ['client']);
    const text = [...drawDistributionSummary(grouping, PIPE)].join('');
    expect(text).toContain(
      'were not added, 2 are shown: buckets of different shapes: lquantize 0..9/1, quantize',
    );
    expect(text).toContain('no distribution has a client\n');
  });

  it('leaves the headings out and colors them as it is told', () => {
    expect(summary([], { headers: false })).not.toContain('COUNT');
    expect(summary([], { color: true })).toContain('\u001b[1mCOUNT\u001b[22m');
  });
});

describe('the lines of a comparison', () => {
  const draw = (by: readonly string[], change: Partial<DistributionContext> = {}) =>
    [...drawComparisons(compareDistributions(groupDistributions(FLEET, by)), { ...PIPE, ...change })].join(
      '',
    );

  it('name the group that departs, how far and which way, and the test', () => {
    expect(draw(['sled']).split('\n').slice(0, 2)).toEqual([
      'read: 1 of 3 groups departs from the rest',
      '  3/BRM42220016 (cubby 16)  slower: D 1.00, p < 0.0001; median 3 buckets up, 4.19–8.39 ms; ' +
        'p99 1 bucket up, 4.19–8.39 ms',
    ]);
    expect(draw(['sled'])).toMatch(/\(test: two-sample Kolmogorov-Smirnov on the buckets, .* Holm; /);
  });

  it('say what could not be compared', () => {
    expect(draw([])).toContain('read: nothing could be compared\n  only one group has enough samples');
    expect([...drawComparisons([], PIPE)]).toEqual(['nothing to compare: no samples\n']);
  });

  it('keep to the width, and do not call bytes slow', () => {
    const text = draw(['sled'], { width: 60, unit: 'none' });
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    expect(text).toContain('higher:');
  });
});
