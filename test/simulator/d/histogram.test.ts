import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bucketCount,
  bucketOf,
  formatHistogram,
  weight,
  type Buckets,
} from '../../../src/simulator/d/aggregated-histogram.ts';

const QUANTIZE: Buckets = { kind: 'quantize' };

/** `·` marks a trailing blank. */
function marked(text: string): string {
  return text.replaceAll(/ +$/gm, (blanks) => '·'.repeat(blanks.length));
}

function filled(buckets: Buckets, values: readonly (readonly [bigint, number])[]): Float64Array {
  const counts = new Float64Array(bucketCount(buckets));
  for (const [value, count] of values) {
    const bucket = bucketOf(buckets, value);
    counts[bucket] = (counts[bucket] ?? 0) + count;
  }
  return counts;
}

describe('quantize', () => {
  test('is laid out as libdtrace lays it out, trailing blanks included', () => {
    const counts = filled(QUANTIZE, [
      [524_288n, 19],
      [1_048_576n, 134],
    ]);
    expect(marked(formatHistogram(QUANTIZE, counts, 1n))).toBe(
      [
        '',
        '           value  ------------- Distribution ------------- count····',
        '          262144 |                                         0········',
        '          524288 |@@@@@                                    19·······',
        '         1048576 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@      134······',
        '         2097152 |                                         0········',
        '',
      ].join('\n'),
    );
  });

  test('prints the zero rows between, and bars rounded to the nearest column', () => {
    const rows: readonly (readonly [bigint, number])[] = [
      [262_144n, 1],
      [524_288n, 4],
      [1_048_576n, 1],
      [4_194_304n, 3],
      [8_388_608n, 3],
      [16_777_216n, 2],
    ];
    const bars = formatHistogram(QUANTIZE, filled(QUANTIZE, rows), 1n)
      .split('\n')
      .slice(2, -1)
      .map((line) => [
        line.split('|')[0]?.trim(),
        line.match(/@/g)?.length ?? 0,
        line.trimEnd().split(' ').at(-1),
      ]);
    expect(bars).toEqual([
      ['131072', 0, '0'],
      ['262144', 3, '1'],
      ['524288', 11, '4'],
      ['1048576', 3, '1'],
      ['2097152', 0, '0'],
      ['4194304', 9, '3'],
      ['8388608', 9, '3'],
      ['16777216', 6, '2'],
      ['33554432', 0, '0'],
    ]);
  });

  test('without data prints the rows -1, 0 and 1', () => {
    const lines = formatHistogram(QUANTIZE, filled(QUANTIZE, []), 1n).split('\n');
    expect(lines.slice(2, -1).map((line) => line.split('|')[0]?.trim())).toEqual(['-1', '0', '1']);
  });

  test('only negative counts stand right-justified before the line', () => {
    const text = formatHistogram(QUANTIZE, filled(QUANTIZE, [[4n, -2]]), 1n);
    expect(text).toContain(`               4 ${'@'.repeat(40)}| -2`);
  });

  test('counts of both signs share the width', () => {
    const text = formatHistogram(
      QUANTIZE,
      filled(QUANTIZE, [
        [4n, -1],
        [8n, 1],
      ]),
      1n,
    );
    expect(text).toContain(`               4 ${' '.repeat(10)}${'@'.repeat(10)}|${' '.repeat(20)} -1`);
    expect(text).toContain(`               8 ${' '.repeat(20)}|${'@'.repeat(10)}${' '.repeat(10)} 1`);
  });

  test('a value falls in the bucket nearest to zero that bounds it', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 63n - 1n }), (value) => {
        const label = labelOf(value);
        if (value >= 1n) {
          expect(label <= value && value < label * 2n).toBe(true);
        } else if (value < 0n) {
          expect(label >= value && label * 2n < value).toBe(true);
        } else {
          expect(label).toBe(0n);
        }
      }),
    );
    expect(labelOf(-5n)).toBe(-4n);
    expect(labelOf(2n ** 63n - 1n)).toBe(2n ** 62n);
    expect(labelOf(-(2n ** 63n))).toBe(-(2n ** 62n));
  });

  function labelOf(value: bigint): bigint {
    const text = formatHistogram(QUANTIZE, filled(QUANTIZE, [[value, 1]]), 1n);
    const row = text.split('\n').find((line) => line.includes('@'));
    return BigInt(row?.split('|')[0]?.trim() ?? '');
  }

  test('is weighed by bucket value times count', () => {
    expect(
      weight(
        QUANTIZE,
        filled(QUANTIZE, [
          [5n, 2],
          [0n, 7],
        ]),
      ),
    ).toEqual({ sum: 8, zero: 7 });
  });
});

describe('lquantize', () => {
  const buckets: Buckets = { kind: 'lquantize', base: 0, step: 10, levels: 3 };

  test('labels the open ends and prints one row around the data', () => {
    const text = formatHistogram(
      buckets,
      filled(buckets, [
        [-1n, 1],
        [5n, 1],
        [99n, 2],
      ]),
      1n,
    );
    expect(
      text
        .split('\n')
        .slice(2, -1)
        .map((line) => line.slice(0, 16)),
    ).toEqual([
      '             < 0',
      '               0',
      '              10',
      '              20',
      '           >= 30',
    ]);
    const middle = formatHistogram(buckets, filled(buckets, [[15n, 1]]), 1n);
    expect(
      middle
        .split('\n')
        .slice(2, -1)
        .map((line) => line.split('|')[0]?.trim()),
    ).toEqual(['0', '10', '20']);
  });
});

describe('llquantize', () => {
  const buckets: Buckets = { kind: 'llquantize', factor: 10, low: 0, high: 2, steps: 10 };

  test('is linear inside each power of the factor', () => {
    const text = formatHistogram(
      buckets,
      filled(buckets, [
        [0n, 1],
        [5n, 1],
        [37n, 1],
        [420n, 1],
        [5000n, 1],
      ]),
      1n,
    );
    const rows = text.split('\n').filter((line) => line.includes('@'));
    expect(rows.map((line) => line.slice(0, 16).trim())).toEqual(['< 1', '5', '30', '400', '>= 1000']);
  });
});
