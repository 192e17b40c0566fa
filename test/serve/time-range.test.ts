import { describe, expect, it } from 'vitest';
import { movesOf, partsOf, readRange, type TimeRange } from '../../src/serve/time-range.ts';

const NOW = Date.parse('2026-11-27T12:00:30Z');
const HOUR = 3_600_000;
const range = (since: string, until: string) => readRange(since, until, NOW) as TimeRange;

describe('the time that a page of the history shows', () => {
  it('is the last day unless told, and goes on by the minute', () => {
    expect(range('', '')).toEqual({
      from: Date.parse('2026-11-26T12:00:00Z'),
      to: Date.parse('2026-11-27T12:01:00Z'),
      isNow: true,
    });
  });

  it('says what is wrong with what somebody wrote', () => {
    expect(readRange('soon', '', NOW)).toHaveProperty('problem', expect.stringMatching(/^since: 'soon'/));
    expect(readRange('', '<b>', NOW)).toHaveProperty('problem', expect.stringMatching(/^until: '<b>'/));
    expect(readRange('1h', '2h', NOW)).toEqual({ problem: 'since must be before until, and before now' });
  });

  it('is zoomed and moved by links that lead to ranges again', () => {
    const day = range('2026-11-25T00:00:00Z', '2026-11-26T00:00:00Z');
    const moves = Object.fromEntries(
      movesOf(day, NOW).map(([name, { since, until }]) => [name, range(since, until)]),
    );
    expect(moves['zoom in']).toMatchObject({ from: day.from + 6 * HOUR, to: day.to - 6 * HOUR });
    expect(moves['zoom out']).toMatchObject({ from: day.from - 12 * HOUR, to: day.to + 12 * HOUR });
    expect(moves['earlier']).toMatchObject({ from: day.from - 24 * HOUR, to: day.from });
    expect(moves['later']).toMatchObject({ from: day.to, to: day.to + 24 * HOUR });
    expect(partsOf(day, 8).map(({ words }) => range(words.since, words.until).to)).toEqual(
      Array.from({ length: 8 }, (_, n) => day.from + (n + 1) * 3 * HOUR),
    );
  });

  it('never ends in the future: what would is of now', () => {
    const last = range('1h', '');
    for (const [name, { since, until }] of movesOf(last, NOW)) {
      const moved = readRange(since, until, NOW);
      expect(moved, name).not.toHaveProperty('problem');
      expect((moved as TimeRange).to, name).toBeLessThanOrEqual(last.to);
    }
  });
});
