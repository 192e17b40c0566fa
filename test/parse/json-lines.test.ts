import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonLines, readJson } from '../../src/parse/json-lines.ts';
import { anyCharacter } from '../support/any-character.ts';

describe('parseJsonLines', () => {
  it('reads an object a line', () => {
    const text =
      '{"zone":"oxz_a","pid":7,"time_ns":5,"status":{"up_count":3,"ds_state":["Active","Active","Active"]}}\n\n';
    expect(parseJsonLines(text)).toEqual({
      values: [
        {
          zone: 'oxz_a',
          pid: 7,
          time_ns: 5,
          status: { up_count: 3, ds_state: ['Active', 'Active', 'Active'] },
        },
      ],
      issues: [],
      other: [],
    });
  });

  it('keeps integers past 2^53 exact, as their digits', () => {
    const text =
      '{"time_ns":1754300000123456789,"a":"1754300000123456789","b":-9007199254740993,"c":9007199254740991,"d":[18446744073709551615],"e":0.1234567890123456}\n';
    expect(parseJsonLines(text).values).toEqual([
      {
        time_ns: '1754300000123456789',
        a: '1754300000123456789',
        b: '-9007199254740993',
        c: 9_007_199_254_740_991,
        d: ['18446744073709551615'],
        e: 0.123_456_789_012_345_6,
      },
    ]);
  });

  it('keeps them whatever strings stand around them', () => {
    const word = fc.string({
      unit: fc.constantFrom('"', '\\', '1234567890123456', ',', ':', '-', '9'),
      maxLength: 8,
    });
    const integer = fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n });
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word, integer), { maxLength: 6 }), (entries) => {
        const text = entries.map(
          ([name, said, n]) => `[${JSON.stringify(name)},${JSON.stringify(said)},${n}]`,
        );
        const value = (n: bigint) => (Number.isSafeInteger(Number(n)) ? Number(n) : String(n));
        expect(readJson(`[${text.join(', ')}]`)).toEqual(
          entries.map(([name, said, n]) => [name, said, value(n)]),
        );
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    '{1234567890123456789: 1}',
    '{"a":1,1234567890123456789}',
    '{"a":1,1234567890123456789:2}',
    '[-0123456789012345678]',
    '[1234567890123456789 1]',
    '[1234567890123456789.]',
    '[--1234567890123456789]',
    '{"a" 1234567890123456789}',
  ])('%s is no JSON with them either', (text) => {
    expect(readJson(text)).toBeUndefined();
  });

  it('keeps them exact with spaces around them', () => {
    const space = ' \n\r\t'.repeat(10);
    expect(readJson(`{"a" :${space}-1234567890123456789${space},"b":[\t1234567890123456789\t]}`)).toEqual({
      a: '-1234567890123456789',
      b: ['1234567890123456789'],
    });
  });

  it('reads no value that is nested deeper than any report, however many brackets one has', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect([readJson(nested(64)), readJson(nested(65))]).toEqual([expect.anything(), undefined]);
    expect(readJson(`[${Array(200).fill('{"a":[]}').join(',')}]`)).toHaveLength(200);
  });

  it('keeps reports that could not be read, and says each reason of a process once, with how often it came', () => {
    const line = (pid: number, error: string) => JSON.stringify({ zone: 'oxz_a', pid, time_ns: 5, error });
    const text = [line(7, 'the report is cut'), line(7, 'the report is cut'), line(8, 'no')].join('\n');
    const { values, issues } = parseJsonLines(`${text}\n{"err":"alone"}\n`);
    expect(values).toHaveLength(4);
    expect(issues).toEqual([
      {
        code: 'unreadable',
        message: 'a report of oxz_a (PID 7) could not be read: the report is cut (2 times)',
      },
      { code: 'unreadable', message: 'a report of oxz_a (PID 8) could not be read: no' },
      { code: 'unreadable', message: 'a report could not be read: alone' },
    ]);
  });

  it('says of many reasons that there are more, so that memory is bounded', () => {
    const lines = Array.from({ length: 60 }, (_, n) => `{"zone":"z","pid":${n},"error":"e${n}"}`);
    const { values, issues } = parseJsonLines(`${lines.join('\n')}\n`);
    expect([values.length, issues.length]).toEqual([60, 51]);
    expect(issues.at(-1)!.message).toBe('10 more reports could not be read');
  });

  it('turns every line that is no object into an issue, a cut one too', () => {
    const { values, issues } = parseJsonLines('[1]\n"x"\nhello\n{"zone":"oxz_a","pi');
    expect(values).toEqual([]);
    expect(issues.map((issue) => issue.code)).toEqual(Array(4).fill('unparsed_line'));
  });

  it('keeps prompts and notes apart', () => {
    const { issues, other } = parseJsonLines("# dtrace -s x.d\ndtrace: script 'x.d' matched 1 probe\n");
    expect([issues, other.length]).toEqual([[], 2]);
  });

  it('gives back every object, never throws, and is never silent about a line that is cut', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ stringUnit: anyCharacter })),
        fc.nat(),
        (object, at) => {
          fc.pre(!('error' in object) && !('err' in object) && !/\d{16}/.test(JSON.stringify(object)));
          const line = JSON.stringify(object);
          expect(parseJsonLines(`${line}\n`).values).toEqual([JSON.parse(line)]);
          const cut = parseJsonLines(line.slice(0, 1 + (at % (line.length - 1))));
          expect([cut.values.length, cut.issues.length]).toEqual([0, 1]);
        },
      ),
    );
    fc.assert(fc.property(fc.string(), (text) => void readJson(text)));
  });
});
