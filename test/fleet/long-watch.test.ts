import { describe, expect, it } from 'vitest';
import { watchLong } from '../../src/fleet/long-watch.ts';
import { FleetError } from '../../src/model/error.ts';
import type { SledOutcome } from '../../src/model/report.ts';
import { answered, failed } from '../support/reports.ts';
import { makeTarget } from '../support/sleds.ts';
import { createTime } from './support/passing-time.ts';

/** Watches one sled whose visits end as it is said, and writes down what happens. */
function watchOne(
  visit: (n: number, until: AbortSignal, time: ReturnType<typeof createTime>) => Promise<SledOutcome>,
) {
  const time = createTime();
  const stop = new AbortController();
  const log: string[] = [];
  let visits = 0;
  const done = watchLong(
    makeTarget(1),
    {
      seconds: 100,
      random: () => 0,
      now: time.now,
      pause: time.pause,
      visit: async (_, onText, signal) => {
        visits += 1;
        log.push(`${time.now() / 1000} begin ${visits}`);
        onText(`text of ${visits}`);
        return await visit(visits, signal, time);
      },
    },
    {
      onText: (program, text) => log.push(`${time.now() / 1000} ${program}: ${text}`),
      onLost: (error, againMs) =>
        log.push(`${time.now() / 1000} lost: ${error.message}, again in ${againMs / 1000}`),
      onEnded: (program, { status }) => log.push(`${time.now() / 1000} end ${program} ${status}`),
    },
    stop.signal,
  );
  return { time, stop, log, done };
}

describe('a watch without an end', () => {
  it('begins the next program before the limit of the one that runs, so that both report for a while', async () => {
    const { time, stop, log, done } = watchOne(async (_, signal, { pause }) => {
      await pause(100_000, signal);
      return answered(1, []);
    });
    await time.pass(190_000);
    expect(log.filter((line) => !line.includes('text'))).toEqual([
      '0 begin 1',
      '85 begin 2',
      '100 end 1 answered',
      '170 begin 3',
      '185 end 2 answered',
    ]);
    stop.abort();
    await time.pass(0);
    await done;
  });

  it('tries a sled that is lost again, later each time, and from the beginning once it was heard', async () => {
    const { time, stop, log, done } = watchOne(async (n, signal, { pause }) => {
      if (n === 4) await pause(40_000, signal);
      return failed(1, 'refused');
    });
    await time.pass(44_500);
    expect(
      log.filter((line) => line.includes('lost')).map((line) => line.replace(/.*again/, 'again')),
    ).toEqual(['again in 0.5', 'again in 1', 'again in 2', 'again in 0.5', 'again in 1']);
    stop.abort();
    await time.pass(0);
    await done;
  });

  it('ends when it is told to, once the programs have ended', async () => {
    let isEnded = false;
    const { time, stop, done } = watchOne(async (_, signal, { pause }) => {
      await pause(100_000, signal);
      await pause(3_000, new AbortController().signal);
      isEnded = true;
      const error = new FleetError('interrupted', 'interrupted');
      return { ...failed(1), error } as SledOutcome;
    });
    await time.pass(10_000);
    stop.abort();
    await time.pass(2_000);
    expect(isEnded).toBe(false);
    await time.pass(2_000);
    await done;
    expect(isEnded).toBe(true);
  });
});
