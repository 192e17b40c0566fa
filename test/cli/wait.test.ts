import { describe, expect, it } from 'vitest';
import { withRack } from '../support/rack.ts';

const rack = withRack({
  isShellFree: true,
  sledsPerRack: 3,
  propolisPerSled: 1,
  downstairsPerSled: 0,
  pantryPerRack: 0,
  seed: 8,
  ioRate: 0,
  down: new Map([['3/2', 'refused']]),
});

/** Looks at these sleds. */
const wait = (sleds: string, ...argv: readonly string[]) =>
  rack.run(['wait', '--every', '1ms', '--window', '1s', '--sled', sleds, ...argv]);

const sled = (n: number) => rack.sessions(`3/${n}`)[0]!;

describe('wait', () => {
  it('ends with 0 once it is so in as many looks in a row as were asked for', async () => {
    rack.crucible('3/0').setStates(sled(0), ['active', 'faulted', 'active']);
    const running = rack.start(['wait', '--every', '1ms', '-w', '1s', '--looks', '3', '--sled', '0,1']);
    await expect.poll(() => running.stderr(), { timeout: 120_000 }).toMatch(/degraded/);
    rack.crucible('3/0').setStates(sled(0), ['active', 'active', 'active']);
    const { status, stdout, stderr } = await running.ended;
    expect(stdout).toMatch(/^healthy: so in 3 looks in a row, \d+ upstairs on 2 sleds, after /);
    expect(stderr).toMatch(
      /^\S+Z not yet: 3\/\S+ propolis \w{8}, upstairs \w{8}: degraded \(active\/faulted\/active\)\n/,
    );
    expect(stderr).toMatch(/good: 2 of 3 looks in a row\n$/);
    expect(status).toBe(0);
  });

  it('ends with 1 at its time-out, and with 3 where a sled was silent', async () => {
    rack.crucible('3/1').setStates(sled(1), ['active', 'active', 'live_repair']);
    const short = ['--timeout', '2ms'];
    const repair = await wait('1', ...short, '--for', 'no-repairs', '-q');
    expect(repair.stdout).toMatch(
      /^no-repairs: not so after [\d.]+ m?s \(--timeout 2ms\)\n {2}3\/\S+ .*: repairing \(active\/active\/live_repair\)\n$/,
    );
    expect(repair).toMatchObject({ status: 1, stderr: '' });
    expect(await wait('1', ...short, '--quorum', '2', '--looks', '1')).toMatchObject({ status: 0 });
    const silent = await wait('1,2', ...short, '--quorum', '2', '--looks', '1');
    expect(silent.stdout).toMatch(
      /^quorum=2: not so after [\d.]+ m?s \(--timeout 2ms\)\n {2}3\/\S+ did not answer: /,
    );
    expect(silent.status).toBe(3);
  });

  it('waits for one upstairs, and takes the filters that say whom it is about', async () => {
    const id = sled(1).upstairsId.slice(0, 8);
    const one = ['--timeout', '2ms', '--looks', '1'];
    expect(await wait('0,1', ...one, '--for', `upstairs=${id}:repairing`)).toMatchObject({ status: 0 });
    const ok = await wait('0,1', ...one, '--for', `upstairs=${id}:ok`);
    expect(ok.stdout).toContain(`upstairs ${id}: repairing`);
    expect(ok.status).toBe(1);
    const none = await wait('0', ...one, '--upstairs', 'ffffffff');
    expect(none.stdout).toContain('  no upstairs was seen\n');
    expect(none.status).toBe(1);
  });

  it('is ended by Ctrl-C with 130, also between two looks', async () => {
    const running = rack.start(['wait', '--every', '1h', '-w', '1s', '--sled', '1']);
    await expect.poll(() => running.stderr(), { timeout: 120_000 }).toMatch(/not yet/);
    running.interrupt();
    expect(await running.ended).toMatchObject({ status: 130, stdout: '' });
  });

  it.each([
    [['--for', 'well'], /there is no condition 'well'; the conditions are healthy, no-repairs, upstairs=/],
    [['--for', 'upstairs=c0b9:well'], /give the beginning of an upstairs id .* and a health/],
    [['--quorum', '4'], /an upstairs has 3 downstairs/],
    [['--for', 'quorum=0'], /give a number from 1 to 3/],
  ])('refuses %j', async (argv, said) => {
    const { status, stderr } = await wait('1', ...argv);
    expect(stderr).toMatch(said);
    expect(status).toBe(64);
  });
});
