import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseCounts,
  parseGuestCounts,
  parseVolumeCounts,
  readDefaultCount,
} from '../../src/parse/counts.ts';
import { fixture } from './fixtures.ts';

const VOLUME = '5d8b2d34-40e3-4166-84c6-6094ec201d19';

function string(text: string): string {
  return `  ${text.padEnd(50)}`;
}

function value(number: bigint): string {
  return ` ${String(number).padStart(16)}`;
}

describe('parseCounts', () => {
  it('reads the keys and the number of each line by the columns of the default format', () => {
    const text = `\n${string(VOLUME)}${string('volume-read-done')}${value(49n)}\n ${'28022'.padStart(8)}${string('read')}${value(9_007_199_254_740_993n)}\n${value(-3n)}\n\n`;
    expect(parseCounts(text)).toEqual({
      counts: [
        { keys: [VOLUME, 'volume-read-done'], count: 49n },
        { keys: [28022, 'read'], count: 9_007_199_254_740_993n },
        { keys: [], count: -3n },
      ],
      issues: [],
      other: [],
    });
  });

  it('gives back whatever keys and numbers were printed', () => {
    const key = fc.oneof(
      fc.integer({ min: -999_999, max: 9_999_999 }),
      fc.stringMatching(/^[a-z][a-z0-9 _.-]{0,60}[a-z]$/),
    );
    const entry = fc.record({
      keys: fc.array(key, { maxLength: 4 }),
      count: fc.bigInt({ min: -(1n << 62n), max: 1n << 62n }),
    });
    const print = (keys: readonly (string | number)[], count: bigint): string =>
      `${keys.map((each) => (typeof each === 'number' ? ` ${String(each).padStart(8)}` : string(each))).join('')}${value(count)}\n`;
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
        // A key longer than its columns that holds blanks cannot be told from two keys.
        fc.pre(
          entries.every(({ keys }) =>
            keys.every((each) => String(each).length <= 50 || !/ /.test(String(each))),
          ),
        );
        const text = entries.map(({ keys, count }) => print(keys, count)).join('');
        const { counts, issues } = parseCounts(text);
        expect(issues).toEqual([]);
        expect(counts).toEqual(entries);
      }),
    );
  });

  it('says of a last line without its end that its number may be cut, and does not count it', () => {
    const { counts, issues } = parseCounts(`${string('read')}${value(12n)}\n${string('write')}${value(12n)}`);
    expect(counts).toHaveLength(1);
    expect(issues.map((issue) => issue.code)).toEqual(['unparsed_line']);
  });

  it('turns every other line into an issue', () => {
    expect(parseCounts('hello 5\nhello\n').issues).toHaveLength(2);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { counts, issues, other } = parseCounts(text);
        expect(counts.length + issues.length + other.length > 0).toBe(text.trim() !== '');
      }),
    );
  });
});

describe('readDefaultCount', () => {
  it('takes no line of other columns for an aggregation', () => {
    for (const line of ['oxz_a 1 2 3', '  read    12', '12', '  PID 12', `x${string('read')}${value(1n)}`]) {
      expect(readDefaultCount(line)).toBeNull();
    }
    expect(readDefaultCount(`${string('read')}${value(1n)}`)).toEqual({ keys: ['read'], count: 1n });
  });
});

describe("the seed's counts", () => {
  it('of tracegw are read, in both spellings of its versions', () => {
    const seed = parseGuestCounts(fixture('seed/tracegw.txt'));
    expect(seed.issues).toEqual([]);
    expect(seed.other).toHaveLength(3);
    const expected = ['read', 'write', 'flush'].flatMap((type) => [
      { keys: {}, type, phase: 'start', count: 1000n },
      { keys: {}, type, phase: 'done', count: 1000n },
    ]);
    expect(seed.counts).toEqual(expected);
    const today = parseGuestCounts(
      ' read-start:1000    read-done:1000\nwrite-start:1000   write-done:1000\n',
    );
    expect(today).toEqual({ counts: expected.slice(0, 4), issues: [], other: [] });
  });

  it('of trace-vol are read, though their columns were moved', () => {
    const { counts, issues, other } = parseVolumeCounts(fixture('seed/trace-vol.txt'));
    expect(issues).toEqual([]);
    expect(other).toHaveLength(2);
    const keys = { volume: VOLUME };
    expect(counts).toEqual([
      { keys, type: 'flush', phase: 'done', count: 12n },
      { keys, type: 'flush', phase: 'start', count: 12n },
      { keys, type: 'write', phase: 'done', count: 39n },
      { keys, type: 'write', phase: 'start', count: 39n },
      { keys, type: 'read', phase: 'done', count: 49n },
      { keys, type: 'read', phase: 'start', count: 49n },
    ]);
  });

  it('of trace-vol in its own columns are the same, and writeunwritten is one type everywhere', () => {
    const text = `${string(VOLUME)}${string('volume-writeunwritten-start')}${value(7n)}\n`;
    expect(parseVolumeCounts(text).counts).toEqual([
      { keys: { volume: VOLUME }, type: 'write-unwritten', phase: 'start', count: 7n },
    ]);
  });

  it('that are no counts of IO are issues', () => {
    expect(parseGuestCounts('read-start:x\nread-start:1 and\n').issues).toHaveLength(2);
    expect(parseVolumeCounts(`${string('a')}${value(1n)}\n`).issues).toHaveLength(1);
  });
});
