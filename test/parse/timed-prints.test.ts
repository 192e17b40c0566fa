import { expect, it } from 'vitest';
import { intervalNames, parseTimedPrints } from '../../src/parse/timed-prints.ts';

const S = 1_000_000_000;

it('a text is taken apart at the lines that close an interval', () => {
  const text = `one\ninterval=0 elapsed_ns=${10 * S} time_ns=${1_700_000_010 * S}\ntwo\n`;
  expect(parseTimedPrints(text)).toEqual([
    { text: 'one\n', beganMs: 1_700_000_000_000 },
    { text: 'two\n', beganMs: null },
  ]);
  expect(parseTimedPrints('all\n')).toEqual([{ text: 'all\n', beganMs: null }]);
  expect(parseTimedPrints(`interval=0 elapsed_ns=x time_ns=y\n`)).toEqual([{ text: '\n', beganMs: null }]);
});

it.each([
  ['a little before', -2],
  ['a little after', 3],
])('the same interval has one name on a sled that began %s the other', (_, seconds) => {
  const nameOf = intervalNames(10);
  const at = (number: number) =>
    nameOf(number, Date.parse('2026-11-28T02:10:00Z') + (seconds + number * 10) * 1000);
  expect([at(0), at(1), at(2)]).toEqual([
    '2026-11-28T02:10:00Z',
    '2026-11-28T02:10:10Z',
    '2026-11-28T02:10:20Z',
  ]);
});

it('intervals are counted on from the first, whatever is done to the clock meanwhile', () => {
  const nameOf = intervalNames(60);
  expect(nameOf(0, null)).toBe(null);
  expect(nameOf(1, Date.parse('2026-11-28T02:11:29Z'))).toBe('2026-11-28T02:11:00Z');
  expect(nameOf(2, Date.parse('1970-01-01T00:00:09Z'))).toBe('2026-11-28T02:12:00Z');
  expect(nameOf(3, null)).toBe('2026-11-28T02:13:00Z');
});

it('a clock that shows no date there is gives intervals no name', () => {
  const text = `one\ninterval=0 elapsed_ns=0 time_ns=9${'0'.repeat(30)}\n`;
  const [print] = parseTimedPrints(text);
  expect(print).toEqual({ text: 'one\n', beganMs: null });
  expect(intervalNames(1)(0, print?.beganMs ?? null)).toBe(null);
});
