import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { hasNatsServer, withHub } from '../support/nats-hub.ts';
import { withRack } from '../support/rack.ts';
import { run, startProgram, type Running } from '../support/run-program.ts';
import { PATIENCE } from '../support/patience.ts';

const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
/** The records that a watch has written so far. */
function events(running: Running): readonly Record<string, unknown>[] {
  return running
    .stdout()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

describe.skipIf(!hasNatsServer).concurrent('sites that are watched through a hub', () => {
  const rack = withRack({
    sledsPerRack: 2,
    propolisPerSled: 1,
    downstairsPerSled: 0,
    pantryPerRack: 0,
    seed: 8,
    ioRate: 0,
    time: 'real',
  });
  const hub = withHub('west,east,north', 'storage,oncall=west/ds-state');
  const children: ChildProcess[] = [];
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  const watch = (sites: string, more: readonly string[] = []) =>
    startProgram(['watch', ...hub.as('storage'), '--site', sites, '-o', 'ndjson', ...more]);
  const told = (running: Running, event: string, text: RegExp) =>
    vi.waitFor(() => {
      const found = events(running).filter(
        (each) => each['event'] === event && text.test(String(each['text'])),
      );
      expect(found, running.stdout()).not.toEqual([]);
      return found;
    }, PATIENCE);
  /** Each test has a sled of its own. */
  const tracing = (sled: string) => rack.simulation.tracing(sled);

  it('tell what happens as it does, and of one without a runner that it is not watched', async () => {
    const words = ['run', 'upstairs_info', '--sled', '0', '-w', '6s', '-o', 'ndjson'];
    const audit = [join(hub.folder, 'west.jsonl'), join(hub.folder, 'me.jsonl')] as const;
    const runner = await hub.runner('west', rack.inventory, [
      '--host-key',
      'off',
      '--audit-log',
      audit[0],
      '--allow',
      'watch,upstairs_info',
    ]);
    const running = watch('west,north', ['--sled', '0', '--audit-log', audit[1]]);
    await told(running, 'lost', /^north:\?\/\? not watched: site north has no runner/);
    await told(running, 'seen', /^west:3\/0 /);
    const rows = startProgram([...words, ...hub.as('storage'), '--site', 'west,north']);
    const atFirstRow = vi.waitFor(() => {
      const written = rows.stdout();
      expect(written).toMatch(/"type":"row"/);
      return written;
    }, PATIENCE);
    const [ill] = rack.sessions('3/0');
    rack.crucible('3/0').setStates(ill!, ['active', 'faulted', 'active']);
    const [changed] = await told(running, 'changed', /^west:3\/0 /);
    expect(changed).toMatchObject({
      sled: expect.stringMatching(/^west:3\//),
      to: 'active/faulted/active',
      health: 'degraded',
      upstairs_id: ill!.upstairsId,
    });
    running.interrupt();
    const { status, stderr } = await running.ended;
    expect(status).toBe(3);
    expect(stderr).toMatch(/^watched 1 of 2 sleds .*: 1 degraded.*not watched at the end: north:\?\/\?/);
    await vi.waitFor(() => expect(tracing('3/0')).toBe(0), PATIENCE);
    await vi.waitFor(() => expect(runner.stderr()).toMatch(/storage asked watch .*: stopped/), PATIENCE);
    const lines = readFileSync(audit[1], 'utf8');
    expect(lines).toMatch(/"site":"west".*"probe":"watch".*"state":"interrupted"/);
    expect(lines.match(/"site":"north"/g)).toHaveLength(1);

    // Each row is written when it comes, and once.
    expect(await atFirstRow).not.toMatch(/"type":"sled"/);
    const streamed = await rows.ended;
    expect(streamed, streamed.stderr).toMatchObject({ status: 3 });
    const records = streamed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const times = records
      .filter(({ type }) => type === 'row')
      .map((row) => `${row.session_id} ${row.time_ns}`);
    expect(new Set(times).size).toBe(times.length);
    const sleds = records.filter(({ type }) => type === 'sled');
    expect(new Set(sleds.map(({ status: state, stage }) => stage ?? state))).toEqual(
      new Set(['answered', 'relay']),
    );

    const whole = await run(['watch', ...hub.as('storage'), '--site', 'west', '--sled', '0', '--for', '4s']);
    expect(whole, whole.stderr).toMatchObject({ status: 0 });
    const refused = await run(['watch', ...hub.as('oncall'), '--site', 'west', '--for', '1s']);
    expect(refused).toMatchObject({
      status: 3,
      stdout: /site west refused the question: the hub does not permit/,
    });
  });

  /** The built program, as a supervisor runs it. */
  async function startRunner(): Promise<{ readonly kill: () => Promise<void>; readonly log: string }> {
    const log = join(hub.folder, `east-${children.length}.jsonl`);
    const words = ['-i', rack.inventory, '--host-key', 'off', '--audit-log', log];
    const child = spawn(process.execPath, [BIN, 'runner', ...hub.as('east'), ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(child);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await vi.waitFor(() => expect(said).toContain('is connected to the hub'), PATIENCE);
    const kill = async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    };
    return { kill, log };
  }

  it('are watched again when a runner that was killed is there again, and each question says when it was killed', async () => {
    const ask = [
      'ds-state',
      '--sled',
      '1',
      '-o',
      'json',
      ...hub.as('storage'),
      '--site',
      'east',
      '--silent-after',
      '6s',
      '-w',
    ];
    const whyOf = (stdout: string): string => JSON.parse(stdout).sleds[0].error.message;
    const first = await startRunner();
    const running = watch('east', ['--sled', '1', '--silent-after', '6s']);
    await told(running, 'seen', /^east:3\/1 /);
    await first.kill();
    await told(
      running,
      'lost',
      /^east:3\/1 .*: site east (?:accepted the question and fell silent|has no runner)/,
    );
    // What it had started on the sleds ends with it.
    await vi.waitFor(() => expect(tracing('3/1')).toBe(0), PATIENCE);
    const before = await run([...ask, '1s']);
    expect(before.status).toBe(3);
    expect(whyOf(before.stdout)).toMatch(/^site east has no runner/);

    const second = await startRunner();
    await told(running, 'back', /^east:3\/1 is watched again/);
    const asking = startProgram([...ask, '30s']);
    await vi.waitFor(() => {
      expect(existsSync(second.log) && readFileSync(second.log, 'utf8')).toMatch(/get-ds-state\.sh/);
    }, PATIENCE);
    await second.kill();
    const during = await asking.ended;
    expect(during.status).toBe(3);
    expect(whyOf(during.stdout)).toMatch(/^site east accepted the question and fell silent/);
    await vi.waitFor(() => expect(tracing('3/1')).toBe(0), PATIENCE);

    const third = await startRunner();
    const whole = await run([...ask, '1s']);
    await third.kill();
    expect(whole, whole.stderr).toMatchObject({ status: 0 });
    const after = await run([...ask, '1s']);
    expect(whyOf(after.stdout)).toMatch(/^site east has no runner/);
    await vi.waitFor(() => {
      const states = events(running).filter(({ event }) => event === 'lost' || event === 'back');
      expect(states.at(-1)).toMatchObject({ event: 'lost' });
    }, PATIENCE);
    running.interrupt();
    expect((await running.ended).status).toBe(3);
  });
});
