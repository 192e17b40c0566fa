import { expect, it } from 'vitest';
import { openIntervals } from '../../src/cli/run/live-intervals.ts';
import { quantize } from '../support/distributions.ts';
import { makeSled } from '../support/sleds.ts';

function shown(width: number, intervals: readonly (readonly [string, number, number])[]): readonly string[] {
  const lines: string[] = [];
  const out = {
    width: () => width,
    color: false,
    unicode: false,
    write: (text: string) => void lines.push(...text.split('\n')),
  };
  const stream = {
    push: () =>
      intervals.map(([time, first, second]) => ({
        time,
        distributions: [
          { keys: { type: 'read' }, histogram: quantize({ 1024: first }) },
          { keys: { type: 'write' }, histogram: quantize({ 1048576: second }) },
        ],
      })),
  };
  const { push, close } = openIntervals(() => stream, ['sled'], { out: out as never });
  push(makeSled(14), '');
  close();
  return lines;
}

it('writes headings once, and again where an interval has other columns', () => {
  const lines = shown(60, [
    ['10:00', 5, 6],
    ['10:01', 7, 8],
    // The same count in each line needs no column.
    ['10:02', 9, 9],
  ]);
  const headings = lines.filter((line) => line.includes('TYPE'));
  expect(headings).toHaveLength(2);
  expect(headings[0]).toContain('COUNT');
  expect(headings[1]).not.toContain('COUNT');
});

it('is ASCII where that is all the reader can see', () => {
  // eslint-disable-next-line no-control-regex
  expect(shown(200, [['10:00', 5, 6]]).join('')).toMatch(/^[\u0000-\u007f]*$/);
});
