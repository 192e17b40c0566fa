import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ladderOf, llquantizeShape, lquantizeShape, QUANTIZE } from '../../src/distribution/bucket-ladder.ts';
import { groupDistributions } from '../../src/distribution/distribution-group.ts';
import type { DistributionContext } from '../../src/distribution-views/distribution-context.ts';
import { drawHistogram, drawHistograms } from '../../src/distribution-views/histogram-picture.ts';
import { formatHistogram, type Buckets } from '../../src/simulator/d/aggregated-histogram.ts';
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

const FLUSH = quantize({
  524_288: 19,
  1_048_576: 134,
  2_097_152: 317,
  4_194_304: 502,
  8_388_608: 46,
  16_777_216: 5,
  33_554_432: 2,
});

describe('the picture of a histogram', () => {
  it('is that of DTrace off a terminal, trailing blanks too', () => {
    // the first histogram of perf-ds-client.d in Crucible's README of its D scripts
    expect(drawHistogram(FLUSH, PIPE)).toBe(
      [
        '',
        '           value  ------------- Distribution ------------- count    ',
        '          262144 |                                         0        ',
        '          524288 |@                                        19       ',
        '         1048576 |@@@@@                                    134      ',
        '         2097152 |@@@@@@@@@@@@                             317      ',
        '         4194304 |@@@@@@@@@@@@@@@@@@@@                     502      ',
        '         8388608 |@@                                       46       ',
        '        16777216 |                                         5        ',
        '        33554432 |                                         2        ',
        '        67108864 |                                         0        ',
        '',
      ].join('\n'),
    );
  });

  const KINDS: readonly [string, Buckets][] = [
    [QUANTIZE, { kind: 'quantize' }],
    [lquantizeShape(0n, 100n, 10n), { kind: 'lquantize', base: 0, step: 10, levels: 10 }],
    [llquantizeShape(10n, 0n, 3n, 20n), { kind: 'llquantize', factor: 10, low: 0, high: 3, steps: 20 }],
  ];

  it.each(KINDS)(
    'is what libdtrace prints, whatever the counts, their signs and what is left out: %s',
    (shape, kind) => {
      const ladder = ladderOf(shape)!;
      const counts = fc.dictionary(
        fc.integer({ min: 0, max: ladder.length - 1 }).map(String),
        fc.oneof(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 2_000_000_000 })),
        { maxKeys: 8 },
      );
      fc.assert(
        fc.property(counts, (counts) => {
          const all = new Float64Array(ladder.length);
          for (const [i, count] of Object.entries(counts)) all[Number(i)] = count;
          const buckets = ladder.flatMap((bounds, i) =>
            all[i] === 0 ? [] : [{ ...bounds, count: BigInt(all[i]!) }],
          );
          expect(drawHistogram({ shape, buckets }, PIPE)).toBe(formatHistogram(kind, all, 1n));
        }),
      );
    },
  );

  it('draws the buckets that came where the reach of a shape is not known', () => {
    const mine = {
      shape: 'mine',
      buckets: [
        { low: null, high: -1n, count: 0n },
        { low: 0n, high: 9n, count: 3n },
        { low: 10n, high: null, count: 1n },
      ],
    };
    expect(drawHistogram(mine, PIPE).split('\n').slice(2, 5)).toEqual([
      '             < 0 |                                         0        ',
      '               0 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@           3        ',
      '           >= 10 |@@@@@@@@@@                               1        ',
    ]);
  });

  it.each([200, 120, 80, 60, 45, 40, 30])('keeps within a terminal of %d columns', (width) => {
    for (const human of [false, true]) {
      const lines = drawHistogram(FLUSH, { ...PIPE, width, human })
        .split('\n')
        .slice(1, -1);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      // the value and the count stay exact
      expect(lines[5]).toMatch(/^ *4194304 .*\| *@+ *502 *$/);
    }
  });

  it('makes the bar as long as the terminal allows, to the same rounding', () => {
    const [, , , , , , longest] = drawHistogram(FLUSH, { ...PIPE, width: 128 }).split('\n');
    // 128 columns less 28 for the others; 100 * 502 / 1025 is 48.98
    expect(longest).toBe(`         4194304 |${'@'.repeat(49)}${' '.repeat(51)} 502      `);
  });

  it('stays exact for counts past 2^53', () => {
    const big = quantize({ 1: 2n ** 63n, 2: 2n ** 63n + 1n });
    const lines = drawHistogram(big, PIPE).split('\n');
    expect(lines[3]).toBe(`               1 |${'@'.repeat(20)}${' '.repeat(20)} 9223372036854775808`);
    expect(lines[4]).toBe(`               2 |${'@'.repeat(20)}${' '.repeat(20)} 9223372036854775809`);
  });

  it('shows times beside the values where they are asked for', () => {
    const lines = drawHistogram(quantize({ 1_048_576: 1 }), { ...PIPE, human: true }).split('\n');
    expect(lines[3]).toBe(`         1048576 1.05 ms |${'@'.repeat(40)} 1        `);
    expect(lines[1]!.indexOf('-')).toBe(lines[3]!.indexOf('|') + 1);
    const bytes = drawHistogram(quantize({ 1_048_576: 1 }), { ...PIPE, human: true, unit: 'none' });
    expect(bytes).toBe(drawHistogram(quantize({ 1_048_576: 1 }), PIPE));
  });
});

describe('pictures of groups', () => {
  const titles = (by: readonly string[]) => {
    const keys = { zone: 'oxz_\u001b[2Jevil', pid: 20_001, type: 'write-unwritten', client: 2 };
    const { groups } = groupDistributions([onSled(14, keys, FLUSH)], by);
    return [...drawHistograms(groups, PIPE)].map((text) => text.split('\n')[1]);
  };

  it('have the keys of the group as a title', () => {
    expect(titles([])).toEqual(['  write-unwritten']);
    expect(titles(['fleet'])).toEqual(['  all']);
    expect(titles(['sled', 'client'])).toEqual(['  write-unwritten  3/BRM42220014 (cubby 14)  client 2']);
  });

  it('show nothing that a terminal would obey', () => {
    expect(titles(['pid'])).toEqual(['  write-unwritten  3/BRM42220014 (cubby 14)  oxz_?[2Jevil  PID 20001']);
  });

  it('are set apart by an empty line', () => {
    const { groups } = groupDistributions(
      [onSled(1, { type: 'read' }, FLUSH), onSled(1, { type: 'write' }, FLUSH)],
      [],
    );
    const text = [...drawHistograms(groups, PIPE)].join('');
    expect(text).toContain('0        \n\n  write\n           value');
  });
});
