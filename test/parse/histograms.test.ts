import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/model/column.ts';
import type { Bucket, Distribution, Histogram } from '../../src/model/histogram.ts';
import { keysOfProbe } from '../../src/pasted/latency-keys.ts';
import { PROBES } from '../../src/probes/index.ts';
import { parseHistograms } from '../../src/parse/histograms.ts';
import {
  drawLlquantize,
  drawLquantize,
  drawQuantize,
  llquantizeBounds,
  QUANTIZE_LABELS,
} from './draw-histogram.ts';
import { fixture } from './fixtures.ts';

const KEYS = 'zone=oxz_propolis-server_34aa5f9c pid=28022 type=write-unwritten client=1';

function only(distributions: readonly Distribution[]): Distribution {
  expect(distributions).toHaveLength(1);
  return distributions[0]!;
}

function totalOf(histogram: Histogram): bigint {
  return histogram.buckets.reduce((sum, bucket) => sum + bucket.count, 0n);
}

/** Bucket by label, as quantize names it. */
function countsOf(histogram: Histogram): ReadonlyMap<bigint, bigint> {
  return new Map(
    histogram.buckets.map(({ low, high, count }) => [low !== null && low > 0n ? low : high!, count] as const),
  );
}

const count = fc.oneof(
  fc.constant(0n),
  fc.bigInt({ min: 0n, max: 20n }),
  fc.bigInt({ min: 0n, max: 1n << 62n }),
);

/** Names keys as `parse` does for a probe. */
function keysOf(name: string) {
  const probe = PROBES.find((each) => each.name === name)!;
  return { nameKeys: (keys: readonly Cell[]) => keysOfProbe(probe, keys) ?? {} };
}

describe('parseHistograms', () => {
  it('reads the histogram of the description, with our keys before it', () => {
    const text =
      `${KEYS}\n` +
      '           value  ------------- Distribution ------------- count    \n' +
      '          262144 |                                         0        \n' +
      '          524288 |@@@@@                                    19       \n' +
      '         1048576 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@      134      \n' +
      '         2097152 |                                         0        \n' +
      '\n';
    expect(parseHistograms(text)).toEqual({
      issues: [],
      other: [],
      notes: [],
      distributions: [
        {
          keys: { zone: 'oxz_propolis-server_34aa5f9c', pid: 28022, type: 'write-unwritten', client: 1 },
          histogram: {
            shape: 'quantize',
            buckets: [
              { low: 524288n, high: 1048575n, count: 19n },
              { low: 1048576n, high: 2097151n, count: 134n },
            ],
          },
        },
      ],
    });
  });

  it('reads keys that are not known or look like numbers as what they are', () => {
    const text = `zone=- pid=7 volume=a416a597-5ec5-417f-a913-e2ee78bff1dc session=10000000${drawQuantize(new Map())}\n`;
    expect(only(parseHistograms(text).distributions).keys).toEqual({
      zone: null,
      pid: 7,
      volume: 'a416a597-5ec5-417f-a913-e2ee78bff1dc',
      session: '10000000',
    });
  });

  it('gives back every count of quantize, whatever the counts', () => {
    const histogram = fc
      .dictionary(fc.constantFrom(...QUANTIZE_LABELS.map(String)), count, { maxKeys: 20 })
      .map((counts) => new Map(Object.entries(counts).map(([label, n]) => [BigInt(label), n])));
    fc.assert(
      fc.property(fc.array(histogram, { minLength: 1, maxLength: 4 }), (histograms) => {
        const text = histograms.map((each, i) => `pid=${i} type=read${drawQuantize(each)}\n`).join('');
        const { distributions, issues } = parseHistograms(text);
        expect(issues).toEqual([]);
        expect(distributions.map((each) => each.keys['pid'])).toEqual(histograms.map((_, i) => i));
        for (const [i, each] of distributions.entries()) {
          expect(each.histogram.shape).toBe('quantize');
          const filled = [...histograms[i]!].filter(([, n]) => n !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));
          expect([...countsOf(each.histogram)]).toEqual(filled);
        }
      }),
    );
  });

  it('knows what values a bucket of quantize holds', () => {
    const counts = new Map([-4n, -1n, 0n, 1n, 1024n, 1n << 62n].map((label) => [label, 5n] as const));
    expect(only(parseHistograms(`${drawQuantize(counts)}\n`).distributions).histogram.buckets).toEqual([
      { low: -7n, high: -4n, count: 5n },
      { low: -1n, high: -1n, count: 5n },
      { low: 0n, high: 0n, count: 5n },
      { low: 1n, high: 1n, count: 5n },
      { low: 1024n, high: 2047n, count: 5n },
      { low: 1n << 62n, high: (1n << 63n) - 1n, count: 5n },
    ]);
  });

  it('reads counts past 2^53 exactly', () => {
    const counts = new Map([[64n, 9_007_199_254_740_993n]]);
    expect(countsOf(only(parseHistograms(`${drawQuantize(counts)}\n`).distributions).histogram)).toEqual(
      counts,
    );
  });

  it('reads histograms without any count', () => {
    const { distributions, issues } = parseHistograms(`pid=1${drawQuantize(new Map())}\n`);
    expect(issues).toEqual([]);
    expect(only(distributions).histogram).toEqual({ shape: 'quantize', buckets: [] });
  });

  it('reads negative counts, whose bars stand to the left', () => {
    for (const counts of [
      new Map([[8n, -3n]]),
      new Map([
        [8n, -3n],
        [16n, 5n],
        [32n, 0n],
        [64n, -1n],
      ]),
    ]) {
      const { distributions, issues } = parseHistograms(`${drawQuantize(counts)}\n`);
      expect(issues).toEqual([]);
      expect(countsOf(only(distributions).histogram)).toEqual(
        new Map([...counts].filter(([, n]) => n !== 0n)),
      );
    }
  });

  it('reads bars of block characters', () => {
    const text =
      '           value  ------------- Distribution ------------- count    \n' +
      '               4 |                                         0        \n' +
      '               8 |█████████████▎                           1        \n' +
      '              16 |██████████████████████████▋              2        \n' +
      '              32 |                                         0        \n\n';
    const { distributions, issues } = parseHistograms(text);
    expect(issues).toEqual([]);
    expect(totalOf(only(distributions).histogram)).toBe(3n);
    expect(parseHistograms(text.replace('▋', '▌')).issues.map((issue) => issue.code)).toEqual([
      'contradiction',
    ]);
  });

  it('gives back every count of lquantize, with the bounds of its buckets', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 3, max: 500 }),
        fc.array(count, { minLength: 5, maxLength: 30 }),
        (low, step, counts) => {
          const { distributions, issues } = parseHistograms(`pid=1${drawLquantize(low, step, counts)}\n`);
          expect(issues).toEqual([]);
          const { histogram } = only(distributions);
          const levels = counts.length - 2;
          const expected = counts.flatMap((n, i): readonly Bucket[] => {
            if (n === 0n) return [];
            const from = BigInt(low + (i - 1) * step);
            if (i === 0) return [{ low: null, high: BigInt(low) - 1n, count: n }];
            if (i === levels + 1) return [{ low: from, high: null, count: n }];
            return [{ low: from, high: from + BigInt(step) - 1n, count: n }];
          });
          expect(histogram.buckets.filter((bucket) => bucket.count !== 0n)).toEqual(expected);
        },
      ),
    );
  });

  it('gives two pictures of one lquantize one shape, whatever rows they show', () => {
    const shapeOf = (counts: readonly bigint[]): string =>
      only(parseHistograms(`pid=1${drawLquantize(0, 10, counts)}\n`).distributions).histogram.shape;
    expect(shapeOf([0n, 0n, 0n, 7n, 0n, 0n, 0n])).toBe('lquantize /10');
    expect(shapeOf([3n, 0n, 0n, 7n, 0n, 0n, 0n])).toBe('lquantize /10');
    expect(shapeOf([0n, 0n, 0n, 7n, 0n, 0n, 9n])).toBe('lquantize /10');
  });

  it('gives back every count of llquantize, with the bounds of its buckets', () => {
    const bounds = llquantizeBounds(10, 0, 4, 20);
    fc.assert(
      fc.property(
        fc.array(count, { minLength: bounds.length + 1, maxLength: bounds.length + 1 }),
        (counts) => {
          const { distributions, issues } = parseHistograms(`pid=1${drawLlquantize(bounds, counts)}\n`);
          expect(issues).toEqual([]);
          const expected = counts.flatMap((n, i): readonly Bucket[] => {
            if (n === 0n) return [];
            const low = i === 0 ? null : BigInt(bounds[i - 1]!);
            const high = i === bounds.length ? null : BigInt(bounds[i]!) - 1n;
            return [{ low, high, count: n }];
          });
          expect(only(distributions).histogram.buckets.filter((bucket) => bucket.count !== 0n)).toEqual(
            expected,
          );
        },
      ),
    );
    const counts = bounds.map(() => 1n);
    const { shape } = only(
      parseHistograms(`pid=1${drawLlquantize(bounds, [1n, ...counts])}\n`).distributions,
    ).histogram;
    expect(shape).toBe('llquantize 10/20');
  });

  it('reads keys in the default format of dtrace by their columns', () => {
    const keysOf = (line: string) =>
      only(parseHistograms(`${line}${drawQuantize(new Map([[8n, 1n]]))}\n`).distributions).keys;
    const string = (text: string): string => `  ${text.padEnd(50)}`;
    expect(keysOf(`${string('flush for downstairs client')} ${'1'.padStart(16)}`)).toEqual({
      key_1: 'flush for downstairs client',
      key_2: 1,
    });
    expect(keysOf(` ${'28022'.padStart(8)}${string('two  blanks')}`)).toEqual({
      key_1: 28022,
      key_2: 'two  blanks',
    });
    expect(keysOf(`${string('x'.repeat(50))}${string('y')}`)).toEqual({ key_1: 'x'.repeat(50), key_2: 'y' });
    expect(keysOf(`${string('z'.repeat(60))} ${'7'.padStart(8)}`)).toEqual({
      key_1: 'z'.repeat(60),
      key_2: 7,
    });
    expect(keysOf('')).toEqual({});
  });

  it('reads the lines of a script that is not quiet, whose first key shares a line with CPU and probe', () => {
    const text =
      'CPU     ID                    FUNCTION:NAME\n' +
      ` 12  84104                         :tick-5s a416a597-5ec5-417f-a913-e2ee78bff1dc    volume-write-done ${drawQuantize(new Map([[8n, 2n]]))}\n` +
      `a416a597-5ec5-417f-a913-e2ee78bff1dc     volume-read-done ${drawQuantize(new Map([[8n, 3n]]))}\n`;
    const { distributions, issues } = parseHistograms(text, keysOf('perf-vol'));
    expect(issues).toEqual([]);
    expect(distributions.map((each) => each.keys)).toEqual([
      { volume: 'a416a597-5ec5-417f-a913-e2ee78bff1dc', type: 'write' },
      { volume: 'a416a597-5ec5-417f-a913-e2ee78bff1dc', type: 'read' },
    ]);
  });

  it('says so when bars and counts do not agree', () => {
    const text = `pid=1${drawQuantize(
      new Map([
        [8n, 30n],
        [16n, 10n],
      ]),
    )}\n`;
    const { distributions, issues } = parseHistograms(text.replace(' 30 ', ' 90 '));
    expect(issues.map((issue) => issue.code)).toEqual(['contradiction']);
    expect(issues[0]?.message).toContain('pid=1');
    expect(totalOf(only(distributions).histogram)).toBe(100n);
  });

  it('says so when a row within is missing', () => {
    const lines = `pid=1${drawQuantize(
      new Map([
        [8n, 30n],
        [16n, 10n],
        [32n, 1n],
      ]),
    )}\n`.split('\n');
    const { issues } = parseHistograms(lines.filter((line) => !line.includes(' 16 |')).join('\n'));
    expect(issues.map((issue) => issue.code)).toContain('contradiction');
  });

  it('turns rows without a head, and every other line, into issues', () => {
    const { distributions, issues } = parseHistograms('               8 |@@   12       \nhello\n');
    expect(distributions).toEqual([]);
    expect(issues.map((issue) => issue.message)).toEqual([
      'a row of a histogram without its head: 8 |@@   12',
      'a line that is not part of a histogram: hello',
    ]);
  });

  it('turns drops that stand among the lines into an issue', () => {
    const { issues } = parseHistograms('dtrace: 4 aggregation drops on CPU 0\n');
    expect(issues.map((issue) => issue.code)).toEqual(['drops']);
  });

  it('never gives another total for a text that is cut anywhere without saying so', () => {
    const counts = [
      new Map([
        [1024n, 1000n],
        [2048n, 0n],
        [4096n, 3n],
      ]),
      new Map([
        [64n, 9_007_199_254_740_993n],
        [128n, 17n],
      ]),
      new Map([[1n << 62n, 12n]]),
    ];
    const text = counts.map((each, i) => `pid=${i} type=read${drawQuantize(each)}\n`).join('');
    const whole = parseHistograms(text).distributions;
    for (let end = 0; end < text.length; end++) {
      const cut = parseHistograms(text.slice(0, end));
      const silent = cut.issues.length === 0;
      for (const [i, each] of cut.distributions.entries()) {
        if (silent) expect(each).toEqual(whole[i]);
        expect(totalOf(each.histogram)).toBeLessThanOrEqual(totalOf(whole[i]!.histogram));
      }
      const blocksWhole = text.slice(0, end).split(/(?<= \n)\n/).length - 1;
      expect(cut.distributions.length).toBeGreaterThanOrEqual(blocksWhole);
    }
  });

  it('says of a pasted text too when its last histogram has no end, though blank lines may be gone', () => {
    const text = `pid=1${drawQuantize(
      new Map([
        [8n, 30n],
        [16n, 10n],
      ]),
    )}`;
    expect(parseHistograms(text, { pasted: true }).issues).toEqual([]);
    expect(parseHistograms(text.trimEnd(), { pasted: true }).issues).toEqual([]);
    const lines = text.split('\n');
    const cut = parseHistograms(`${lines.slice(0, -2).join('\n')}\n`, { pasted: true });
    expect(cut.issues.map((issue) => issue.code)).toEqual(['warning']);
  });

  it('never throws, and loses no line', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '           value  ------------- Distribution ------------- count    ',
        '          262144 |                                         0        ',
        '          524288 |@@@@@                                    19       ',
        '        < 524288 |@@@@@                                    19       ',
        '       >= 524288 |@@@@@',
        KEYS,
        '  write',
        '',
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 15 }), (lines) => {
        const { distributions, issues, other } = parseHistograms(lines.join('\n'));
        const isSaid = distributions.length + issues.length + other.length > 0;
        expect(isSaid).toBe(lines.join('\n').trim() !== '');
      }),
    );
  });

  it('takes time in proportion to the text', () => {
    const picture = `${KEYS}${drawQuantize(new Map([[8n, 2n]]))}\n`;
    expect(parseHistograms(picture.repeat(20_000)).distributions).toHaveLength(20_000);
    expect(parseHistograms(`${' '.repeat(2_000_000)}|${' '.repeat(2_000_000)}\n`).issues).toHaveLength(1);
  });
});

describe("the seed's histograms", () => {
  it('of perf-ds-net are read whole', () => {
    const { distributions, issues } = parseHistograms(fixture('seed/perf-ds-net.txt'), {
      ...keysOf('perf-ds-net'),
    });
    expect(issues).toEqual([]);
    expect(distributions.map(({ keys }) => [keys['type'], keys['client']])).toEqual([
      ['flush', 1],
      ['flush', 2],
      ['flush', 0],
      ['write', 1],
      ['write', 0],
      ['write', 2],
      ['read', 0],
      ['read', 2],
      ['read', 1],
    ]);
    expect(distributions.map(({ histogram }) => totalOf(histogram))).toEqual([
      1025n,
      1025n,
      1025n,
      1000n,
      1000n,
      1000n,
      3000n,
      3000n,
      3000n,
    ]);
  });

  it('of perf-vol are read whole, the blank line that the document dropped apart', () => {
    const { distributions, issues, other } = parseHistograms(fixture('seed/perf-vol.txt'), {
      ...keysOf('perf-vol'),
      pasted: true,
    });
    expect(issues).toEqual([]);
    const volume = 'a416a597-5ec5-417f-a913-e2ee78bff1dc';
    expect(distributions.map(({ keys, histogram }) => [keys, totalOf(histogram)])).toEqual([
      [{ volume, type: 'write' }, 30n],
      [{ volume, type: 'flush' }, 14n],
      [{ volume, type: 'read' }, 56n],
    ]);
    expect(other).toHaveLength(4);
    expect(parseHistograms(fixture('seed/perf-vol.txt')).issues).toHaveLength(1);
  });

  it('of perfgw are read, and the last one is said to be cut', () => {
    const { distributions, issues } = parseHistograms(fixture('seed/perfgw.txt'), {
      ...keysOf('perfgw'),
      pasted: true,
    });
    expect(distributions.map(({ keys, histogram }) => [keys['type'], totalOf(histogram)])).toEqual([
      ['write', 1000n],
      ['read', 1000n],
      ['flush', 1001n],
    ]);
    expect(issues).toEqual([
      { code: 'warning', message: 'the histogram of flush is cut: the count of its last row is missing' },
    ]);
  });
});
