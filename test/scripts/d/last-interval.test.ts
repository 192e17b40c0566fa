import { describe, expect, test } from 'vitest';
import { COUNTS, LATENCIES } from './made.ts';
import { runScript, runScriptWith } from './run-script.ts';

/** When and how long each interval was, as the lines behind them say. */
function intervalsOf(lines: readonly string[]): readonly (readonly [elapsed: bigint, time: bigint])[] {
  return lines.flatMap((line) => {
    const [, elapsed, time] = /^interval=\d+ elapsed_ns=(\d+) time_ns=(\d+)$/.exec(line) ?? [];
    return elapsed === undefined || time === undefined ? [] : [[BigInt(elapsed), BigInt(time)] as const];
  });
}

const SECOND = 1_000_000_000n;

describe.each([
  ...COUNTS.map(({ script, source }) => ({ script, isNeeded: source.limit === 'needed pid' })),
  ...LATENCIES.map(({ script }) => ({ script, isNeeded: false })),
])('the last interval of $script', ({ script, isNeeded }) => {
  const named = (seconds: number, interval: number): readonly (string | number)[] =>
    isNeeded ? [101, seconds, interval, 'FIELDS'] : [seconds, interval, 0, 'FIELDS'];

  test('ends when nothing is counted any more, not when dtrace notices', () => {
    const run = runScriptWith(script, 'statusrate', '700ms', named(3, 1));
    run.seconds(5);
    const intervals = intervalsOf(run.lines);
    expect(intervals.map(([elapsed]) => elapsed)).toEqual([SECOND, SECOND, SECOND]);
    const [first = 0n, second = 0n, third = 0n] = intervals.map(([, time]) => time);
    expect([second - first, third - second]).toEqual([SECOND, SECOND]);
  });

  test('ends at once where it is interrupted', () => {
    const run = runScript(script, named(30, 2));
    run.seconds(2.75);
    run.interrupt();
    expect(intervalsOf(run.lines).map(([elapsed]) => elapsed)).toEqual([2n * SECOND, (SECOND * 3n) / 4n]);
  });
});
