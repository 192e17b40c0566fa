import { describe, expect, it } from 'vitest';
import { askFleet } from '../../src/fleet/ask.ts';
import { openPool, type PoolSettings } from '../../src/fleet/connection-pool.ts';
import { describeError, FleetError } from '../../src/model/error.ts';
import type { Job } from '../../src/model/job.ts';
import type { Target } from '../../src/model/target.ts';
import type { Connection, RunResult, Transport } from '../../src/model/transport.ts';
import { guardedText, makeGuard, marked } from '../support/guarded.ts';
import { result } from '../support/scripted-transport.ts';
import { makeTarget } from '../support/sleds.ts';

const never = new AbortController().signal;

/** Sleds whose connections are counted, and can be cut. */
function countedSleds() {
  const log: string[] = [];
  const open = new Map<string, { cut(loss: FleetError): void }[]>();
  const failing = new Map<string, FleetError>();
  let answer: (command: string) => RunResult = () => result('SunOS\n');
  const transport: Transport = {
    connect: async ({ sled, login }: Target): Promise<Connection> => {
      log.push(`connect ${sled.cubby}`);
      const failure = failing.get(sled.id);
      if (failure !== undefined) throw failure;
      let lost: FleetError | null = null;
      const standing = open.get(sled.id) ?? [];
      open.set(sled.id, standing);
      standing.push({ cut: (loss) => (lost = loss) });
      return {
        via: null,
        warnings: login.keepaliveMs > 0 ? [] : ['no keepalive'],
        run: async (command) => {
          if (lost !== null) throw new FleetError('connection_lost', 'gone', { cause: lost });
          return marked(command, answer(guardedText(command)));
        },
        lost: () => lost,
        close: async () => void log.push(`close ${sled.cubby}`),
      };
    },
    close: async () => void log.push('close the transport'),
  };
  return {
    transport,
    log,
    fail: (target: Target, error: FleetError | null) =>
      error === null ? failing.delete(target.sled.id) : failing.set(target.sled.id, error),
    cut: (target: Target) =>
      open.get(target.sled.id)?.forEach((each) => each.cut(new FleetError('connection_lost', 'it rebooted'))),
    answerBy: (how: typeof answer) => {
      answer = how;
    },
  };
}

/** A pool over some sleds, with a clock that stands until it is moved. */
function pooled(count: number, change: Partial<PoolSettings> = {}, mayRepeat = true) {
  const sleds = countedSleds();
  const targets = Array.from({ length: count }, (_, n) => makeTarget(n));
  let nowMs = 0;
  const elapsed = () => nowMs;
  const pool = openPool(sleds.transport, { most: count, elapsed, random: () => 0.999, ...change });
  const job: Job = {
    what: 'test',
    bundle: null,
    payload: { script: 'uname', isCounted: false, lock: null },
    mayRepeat,
    read: ({ stdout }) => ({ status: 'answer', rows: [{ stdout }], issues: [] }),
  };
  const round = async (signal = never, concurrency = 64) => {
    sleds.log.length = 0;
    const { outcomes } = await askFleet(targets, job, {
      transport: pool,
      clock: { now: () => new Date(0), elapsed },
      guard: makeGuard(),
      limits: {
        concurrency,
        uploadTimeoutMs: 1000,
        runTimeoutMs: 1000,
        maxOutputBytes: 1000,
        totalOutputBytes: 1000,
      },
      signal,
    });
    return outcomes.map((outcome) =>
      outcome.status === 'answered'
        ? ['answered', ...outcome.warnings].join('; ')
        : `${outcome.error.code}: ${describeError(outcome.error)}`,
    );
  };
  return { ...sleds, pool, targets, round, wait: (ms: number) => (nowMs += ms) };
}

describe('a pool of connections', () => {
  it('asks a second round on the connections of the first, and closes them at the end', async () => {
    const { round, log, pool } = pooled(3);
    expect(await round()).toEqual(['answered', 'answered', 'answered']);
    expect(log).toEqual(['connect 0', 'connect 1', 'connect 2']);
    expect(await round()).toEqual(['answered', 'answered', 'answered']);
    expect(log).toEqual([]);
    expect(pool.idle()).toBe(3);
    await pool.close();
    // The transport is closed by who made it.
    expect(log).toEqual(['close 0', 'close 1', 'close 2']);
  });

  it('connects again where a connection died between two rounds, and says so', async () => {
    const { round, log, cut, targets } = pooled(2);
    await round();
    cut(targets[0]!);
    expect(await round()).toEqual(['answered; connected again: it rebooted', 'answered']);
    expect(log).toEqual(['close 0', 'connect 0']);
    expect(await round()).toEqual(['answered', 'answered']);
    expect(log).toEqual([]);
  });

  it.each([
    ['asks again in the same round', true, 'answered; asked again: gone'],
    ['does not ask again', false, 'connection_lost: gone: it rebooted'],
  ])('%s where a job %s be repeated and the loss shows only when it is asked', async (_, mayRepeat, said) => {
    const { round, cut, targets, answerBy } = pooled(1, {}, mayRepeat);
    await round();
    let asked = 0;
    answerBy(() => {
      asked += 1;
      if (asked > 1) return result('SunOS\n');
      cut(targets[0]!);
      throw new FleetError('connection_lost', 'gone', {
        cause: new FleetError('connection_lost', 'it rebooted'),
      });
    });
    const [outcome] = await round();
    expect(outcome?.replace('connected again: it rebooted; ', '')).toBe(said);
    // What is lost in one round stands in the next.
    answerBy(() => result('SunOS\n'));
    expect((await round())[0]).toMatch(/^answered/);
  });

  it('tells of a sled that fails in every round, and tries it less and less often', async () => {
    const { round, log, fail, targets, wait } = pooled(2);
    fail(targets[1]!, new FleetError('refused', 'nothing listens there'));
    expect(await round()).toEqual(['answered', 'refused: nothing listens there']);
    expect(await round()).toEqual([
      'answered',
      'not_tried: not tried in this round: it failed once, and is tried again in 1 s: nothing listens there',
    ]);
    expect(log).toEqual([]);
    wait(500);
    expect((await round())[1]).toBe('refused: nothing listens there');
    wait(500);
    expect((await round())[1]).toContain('it failed 2 times in a row');
    fail(targets[1]!, null);
    wait(500);
    expect(await round()).toEqual(['answered', 'answered']);
    expect(log).toEqual(['connect 1']);
  });

  it('has no more connections open than it may, and uses again what it can', async () => {
    const { round, log, pool } = pooled(5, { most: 3 });
    const openAt = (lines: readonly string[], before: number) =>
      Math.max(...lines.map((_, n) => before + balance(lines.slice(0, n + 1))));
    const balance = (lines: readonly string[]) =>
      lines.reduce((sum, line) => sum + (line.startsWith('connect') ? 1 : -1), 0);
    expect(await round(never, 3)).toEqual(Array.from({ length: 5 }, () => 'answered'));
    expect(openAt(log, 0)).toBe(3);
    expect(pool.idle()).toBe(3);
    expect(await round(never, 3)).toEqual(Array.from({ length: 5 }, () => 'answered'));
    expect(openAt(log, 3)).toBeLessThanOrEqual(3);
    expect(log.filter((line) => line.startsWith('connect')).length).toBeLessThan(5);
    // Where more are asked for at once, the others are not kept.
    await round(never, 5);
    expect(pool.idle()).toBe(3);
  });

  it('keeps no connection for longer than an hour', async () => {
    const { round, log, wait } = pooled(2);
    await round();
    wait(3_600_000);
    expect(await round()).toEqual(['answered', 'answered']);
    expect(log).toEqual(['close 0', 'connect 0', 'close 1', 'connect 1']);
  });

  it('holds idle connections by keepalive, also where a login has none', async () => {
    const { pool, targets } = pooled(1);
    const [target] = targets;
    const without = { ...target!, login: { ...target!.login, keepaliveMs: 0 } };
    expect((await pool.connect(without, never)).warnings).toEqual([]);
  });

  it('gives two rounds at once a connection each, and closes what comes back after its end', async () => {
    const { pool, targets, log } = pooled(1);
    const [first, second] = await Promise.all([
      pool.connect(targets[0]!, never),
      pool.connect(targets[0]!, never),
    ]);
    expect(log).toEqual(['connect 0', 'connect 0']);
    await second.close();
    await pool.close();
    expect(log).toEqual(['connect 0', 'connect 0', 'close 0']);
    await first.close();
    await first.close();
    expect(log).toEqual(['connect 0', 'connect 0', 'close 0', 'close 0']);
    expect(pool.idle()).toBe(0);
  });

  it('counts an interrupt as nobody’s failure', async () => {
    const { round, fail, targets } = pooled(1);
    fail(targets[0]!, new FleetError('interrupted', 'interrupted while connecting'));
    const abort = new AbortController();
    abort.abort();
    expect((await round(abort.signal))[0]).toContain('not_tried');
    fail(targets[0]!, null);
    expect(await round()).toEqual(['answered']);
  });
});
