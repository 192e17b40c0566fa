import { describe, expect, it } from 'vitest';
import { totalCount } from '../../src/model/histogram.ts';
import { readHistograms } from '../../src/parse/histograms.ts';
import { UNKNOWN_HABITS, type PrintHabits } from '../../src/parse/print-habits.ts';
import { drawLlquantize, drawLquantize, drawQuantize, llquantizeBounds } from './draw-histogram.ts';

/** What a printa shows, in its own format or dtrace's, and how its histograms are named. */
function read(text: string, habits: Partial<PrintHabits> = {}) {
  const { printed, issues } = readHistograms(text, { habits: { ...UNKNOWN_HABITS, ...habits } });
  return {
    histograms: printed.map(({ keys, place, histogram }) => [
      ...Object.values(keys),
      ...(place.joint === null ? [] : [place.joint]),
      Number(totalCount(histogram)),
    ]),
    issues: issues.map(({ message }) => message),
  };
}

const drawn = (count: bigint): string => drawQuantize(new Map([[1024n, count]]));
const string = (text: string): string => `  ${text.padEnd(50)}`;

describe('the keys of a histogram', () => {
  it('stand above an empty line where a format ends them with a line end', () => {
    expect(read(`read\n${drawn(3n)}\nwrite\n${drawn(5n)}\n`)).toEqual({
      histograms: [
        ['read', 3],
        ['write', 5],
      ],
      issues: [],
    });
  });

  it('stand right under the histogram before where a format ends with the histogram', () => {
    expect(read(`read${drawn(3n)}write${drawn(5n)}`).histograms).toEqual([
      ['read', 3],
      ['write', 5],
    ]);
  });

  it('stand under the histogram where a format prints them after it', () => {
    const { histograms, issues } = read(`${drawn(3n)} for read\n${drawn(5n)} for write\n`);
    expect(histograms).toEqual([
      ['for read', 3],
      ['for write', 5],
    ]);
    expect(issues).toEqual([]);
  });

  it('may be texts with blanks, empty texts and texts beyond ASCII, in columns of bytes', () => {
    const byte = (text: string) => `  ${text}${' '.repeat(50 - Buffer.byteLength(text))}`;
    const lines = [
      `${byte('größe µs')}${byte('a  b')}`,
      `${byte('')}${byte('read')}`,
      `${byte('read')}${byte('')}`,
      `${byte('007')} ${'7'.padStart(8)}`,
      byte('read $ now'),
    ];
    expect(read(lines.map((line) => `${line}${drawn(1n)}\n`).join('')).histograms).toEqual([
      ['größe µs', 'a  b', 1],
      ['', 'read', 1],
      ['read', '', 1],
      ['007', 7, 1],
      ['read $ now', 1],
    ]);
  });

  it('of two histograms of one printa are the same, and each has its place', () => {
    expect(
      read(`\n${string('read')}${drawn(3n)}${drawn(5n)}\n${string('write')}${drawn(1n)}${drawn(2n)}\n`),
    ).toEqual({
      histograms: [
        ['read', '1 of 2', 3],
        ['read', '2 of 2', 5],
        ['write', '1 of 2', 1],
        ['write', '2 of 2', 2],
      ],
      issues: [],
    });
  });

  it('are not lent to a histogram of another printa that has none', () => {
    expect(read(`\n${string('read')}${drawn(3n)}\n\n${drawn(5n)}\n`).histograms).toEqual([['read', 3], [5]]);
  });

  it('are not a line of numbers that stands above one without keys', () => {
    const count = `${string('read')} ${'12'.padStart(16)}\n`;
    const { histograms, issues } = read(`\n${count}${drawn(5n)}\n`);
    expect(histograms).toEqual([[5]]);
    expect(issues).toEqual([expect.stringMatching(/a line that is not part of a histogram: read +12/)]);
  });
});

describe('a number at the end of the keys', () => {
  const lines = (numbers: readonly (readonly [string, number, bigint])[]) =>
    numbers.map(([key, number, count]) => `${key}   ${number}\n${drawn(count)}\n`).join('');

  it('is a count where it is that of the histogram below, each time', () => {
    const text = lines([
      ['read', 3, 3n],
      ['write', 5, 5n],
    ]);
    expect(read(text).histograms).toEqual([
      ['read', 3],
      ['write', 5],
    ]);
  });

  it('is a key where it is not, or where histograms could not be told apart without it', () => {
    const clients = lines([
      ['read', 0, 3n],
      ['read', 1, 1n],
    ]);
    expect(read(clients).histograms).toEqual([
      ['read', 0, 3],
      ['read', 1, 1],
    ]);
    const alike = lines([
      ['read', 1, 1n],
      ['read', 2, 2n],
    ]);
    expect(read(alike).histograms).toEqual([
      ['read', 1, 1],
      ['read', 2, 2],
    ]);
  });

  it('is a key, whatever it is, where the script prints no numbers beside histograms', () => {
    const text = lines([
      ['read', 3, 3n],
      ['write', 5, 5n],
    ]);
    expect(read(text, { withNumbers: [], keys: [2] }).histograms).toEqual([
      ['read', 3, 3],
      ['write', 5, 5],
    ]);
  });

  it('is a value, whatever it is, where the script has one key fewer', () => {
    const text = lines([
      ['read', 4096, 3n],
      ['write', 5, 5n],
    ]);
    expect(read(text, { withNumbers: [1], keys: [1] }).histograms).toEqual([
      ['read', 3],
      ['write', 5],
    ]);
  });

  it('that may be either is shown as a key, and that is said', () => {
    const { histograms, issues } = read(lines([['read', 4096, 3n]]), { withNumbers: [1], keys: [1, 2] });
    expect(histograms).toEqual([['read', 4096, 3]]);
    expect(issues).toEqual([expect.stringMatching(/may be a value of another aggregation/)]);
  });
});

describe('counts that are less than their bars say', () => {
  const counts = new Map([
    [1024n, 100n],
    [2048n, 50n],
    [4096n, 2n],
  ]);

  it('are quotients where the script normalizes, and a contradiction where it does not', () => {
    const bounds = llquantizeBounds(10, 0, 3, 20);
    const pictures = [
      drawQuantize(counts, 3n),
      drawLquantize(0, 10, [0n, 100n, 50n, 2n, 0n, 0n], 7n),
      drawLlquantize(bounds, [0n, ...bounds.map((_, i) => BigInt(i))], 9n),
    ];
    for (const picture of pictures) {
      const text = `read${picture}\n`;
      expect(read(text, { normalizes: true }).issues).toEqual([]);
      expect(read(text).issues).toEqual([expect.stringMatching(/bars do not agree/)]);
    }
    expect(
      readHistograms(`read${pictures[0]}\n`, { habits: { ...UNKNOWN_HABITS, normalizes: true } }).printed,
    ).toEqual([expect.objectContaining({ isQuotient: true })]);
  });

  it('contradict them even then where no divisor explains them', () => {
    const text = `read${drawQuantize(counts, 3n)}\n`.replace(' 33 ', ' 12 ');
    expect(read(text, { normalizes: true }).issues).toEqual([expect.stringMatching(/bars do not agree/)]);
  });
});

it('bars of -x aggzoom, of which the highest has 95 hundredths of the width, are those of their counts', () => {
  const row = (label: number, columns: number, count: number) =>
    `${String(label).padStart(16)} |${'@'.repeat(columns).padEnd(40)} ${String(count).padEnd(9)}\n`;
  const text = `read\n           value  ------------- Distribution ------------- count    \n${row(512, 0, 0)}${row(1024, 38, 4)}${row(2048, 10, 1)}${row(4096, 0, 0)}\n`;
  expect(read(text)).toEqual({ histograms: [['read', 5]], issues: [] });
});

it('an empty llquantize has two rows, and is whole', () => {
  const empty = drawLlquantize(llquantizeBounds(10, 0, 3, 20), [0n, 0n, 0n]);
  expect(empty.match(/\|/g)).toHaveLength(2);
  expect(read(`read${empty}\n`)).toEqual({ histograms: [['read', 0]], issues: [] });
});

it('a histogram of which no count arrived is said, and is not one of no samples', () => {
  const text = `read${drawn(3n)}`.split('\n').slice(0, 3).join('\n');
  expect(read(`${text}\n`)).toEqual({
    histograms: [],
    issues: [expect.stringMatching(/^the histogram of read is cut/)],
  });
});

describe('a text without measure', () => {
  it('has its first lines read, and says what was not', () => {
    const { issues } = read('x\n'.repeat(400_010));
    expect(issues).toContain('the text goes on after 400000 lines: 20 more characters were not read');
  });

  it('of thousands of histograms without rows has some of them said, and the others counted', () => {
    const head = '\n           value  ------------- Distribution ------------- count    \n';
    const { histograms, issues } = read(head.repeat(1000));
    expect(histograms).toEqual([]);
    expect(issues).toHaveLength(51);
    expect(issues.at(-1)).toBe('950 more histograms are cut, or not as dtrace draws them');
  });

  it('of more histograms than can be held says how many were not read', () => {
    const { histograms, issues } = read(`x${drawn(3n)}\n`.repeat(30_005));
    expect(histograms).toHaveLength(30_000);
    expect(issues).toEqual(['5 histograms after the first 30000 were not read']);
  });

  it.each([
    ['keys of a thousand numbers', `${'  12'.repeat(1000)}${drawn(1n)}\n`],
    ['a line of messages', 'dtrace: '.repeat(1000)],
    ['a message for each line', 'dtrace: 3 drops on CPU 1\n'.repeat(50)],
  ])('is read in time that grows as it does: %s', (_, piece) => {
    // Of CPU: a busy machine takes any time.
    const time = (text: string): number => {
      const before = process.cpuUsage();
      read(text);
      return process.cpuUsage(before).user / 1000;
    };
    time(piece.repeat(20));
    const [short, long] = [time(piece.repeat(25)), time(piece.repeat(400))];
    // Sixteen times the text: a square would be 256 times the time.
    expect(long).toBeLessThan(Math.max(100, 100 * short));
  });
});
