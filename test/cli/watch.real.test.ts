import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { createTerminal } from '../../src/term/terminal.ts';
import { withRack } from '../support/rack.ts';
import { startProgram } from '../support/run-program.ts';
import { openSlowLink } from '../support/slow-link.ts';
import { PATIENCE } from '../support/patience.ts';

/** Watched in real time: what a sled says comes when it says it. */
const rack = withRack({
  sledsPerRack: 3,
  propolisPerSled: 1,
  downstairsPerSled: 0,
  pantryPerRack: 0,
  seed: 8,
  ioRate: 0,
  time: 'real',
});

const session = (sled: string) => rack.sessions(sled)[0]!;

/** A terminal that somebody types at. */
function person() {
  let out = '';
  const pipe = new PassThrough();
  pipe.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const stream = Object.assign(pipe, { isTTY: true, columns: 100, rows: 30 });
  const err = new PassThrough();
  err.resume();
  const ends = { readerGone: () => {}, failed: () => {} };
  let press: (text: string) => void = () => {};
  let exit: () => void = () => {};
  return {
    /** What is done where a bug ends the process. */
    exit: () => exit(),
    written: () => out,
    press: (text: string) => press(text),
    surroundings: {
      terminal: createTerminal(
        stream as unknown as NodeJS.WriteStream,
        err as unknown as NodeJS.WriteStream,
        { TERM: 'xterm' },
        ends,
      ),
      onExit: (callback: () => void) => {
        exit = callback;
        return () => {};
      },
      keys: (onTyped: (text: string) => void) => {
        press = onTyped;
        return () => {};
      },
    },
  };
}

describe.concurrent('watch', () => {
  it('off a terminal tells changes, losses and returns as lines, over a renewal too, and leaves nothing running', async () => {
    // The program of 17 s is renewed after 2 s at most, and its end is not waited for.
    const running = rack.start(['watch', '--sled', '0', '-o', 'ndjson', '--program', '17s']);
    const events = () =>
      running
        .stdout()
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line));
    const ill = session('3/0');
    await vi.waitFor(() => expect(events().some(({ event }) => event === 'seen')).toBe(true), PATIENCE);
    await vi.waitFor(() => expect(rack.simulation.tracing('3/0')).toBeGreaterThan(2), PATIENCE);
    rack.crucible('3/0').setStates(ill, ['active', 'faulted', 'active']);
    const changes = () => events().filter(({ event }) => event === 'changed');
    await vi.waitFor(() => expect(changes()).toHaveLength(1), PATIENCE);
    expect(changes()[0]).toMatchObject({
      type: 'event',
      from: 'active/active/active',
      to: 'active/faulted/active',
      health: 'degraded',
      upstairs_id: ill.upstairsId,
    });
    running.interrupt();
    const { status, stderr } = await running.ended;
    expect(stderr).toMatch(/^watched 1 of 1 sleds for .*: 1 degraded/);
    expect(status).toBe(0);
    // Nothing was seen twice, gone or silent by the renewal.
    expect(new Set(events().map(({ event }) => event))).toEqual(new Set(['watched', 'seen', 'changed']));
    const seen = events().filter(({ event }) => event === 'seen');
    expect(new Set(seen.map((each) => each.session_id)).size).toBe(seen.length);
    await vi.waitFor(() => expect(rack.simulation.tracing('3/0')).toBe(0), PATIENCE);
  });

  it('says that a sled was lost and is watched again, and ends with 3 while it is not', async () => {
    await rack.simulation.setFault('3/1', 'refused');
    const running = rack.start(['watch', '--sled', '1', '--program', '17s']);
    await vi.waitFor(() => expect(running.stdout()).toMatch(/3\/1 not watched: .* refused/), PATIENCE);
    await rack.simulation.setFault('3/1', null);
    await vi.waitFor(() => expect(running.stdout()).toMatch(/3\/1 is watched again/), PATIENCE);
    running.interrupt('SIGTERM');
    expect(await running.ended).toMatchObject({ status: 130 });
    await rack.simulation.setFault('3/1', 'refused');
    const lost = await rack.run(['watch', '--sled', '1', '--for', '300ms']);
    expect(lost.stderr).toMatch(/0 of 1 sleds .*: no upstairs was seen; not watched at the end: 3\/1/);
    expect(lost.status).toBe(3);
  });

  it('over a link that cannot carry what a sled says tells that it comes late, and when it is in time again', async () => {
    const { host, port } = rack.simulation.sleds.find(({ cubby }) => cubby === 2)!;
    const link = await openSlowLink(host, port);
    const known = readFileSync(rack.simulation.knownHostsFile, 'utf8').replaceAll(
      `[${host}]:${port}`,
      `[127.0.0.1]:${link.port}`,
    );
    const [hosts, inventory] = ['slow_hosts', 'slow.yaml'].map((name) => join(rack.folder, name));
    writeFileSync(hosts!, known);
    const yaml = rack
      .inventoryOf('3/2')
      .replace(/known_hosts: .*/, `known_hosts: ${hosts}`)
      .replace(/(host: )[^,]+(, port: )\d+/, `$1127.0.0.1$2${link.port}`);
    writeFileSync(inventory!, yaml);
    const running = startProgram(['watch', '-i', inventory!, '-o', 'ndjson']);
    await vi.waitFor(() => expect(running.stdout()).toMatch(/"seen"/), PATIENCE);
    link.limit(400);
    await vi.waitFor(() => expect(running.stdout()).toMatch(/its reports come \ds late/), PATIENCE);
    link.limit(null);
    await vi.waitFor(() => expect(running.stdout()).toMatch(/reports again/), PATIENCE);
    running.interrupt();
    expect(await running.ended).toMatchObject({ status: 0 });
    await link.close();
  });

  it('on a terminal draws the rack, takes keys, and gives the terminal back', async () => {
    const { written, press, exit, surroundings } = person();
    const running = rack.start(['watch', '--sled', '2'], surroundings);
    await vi.waitFor(() => expect(written()).toMatch(/1 of 1 sleds live; \d+ ok/), PATIENCE);
    expect(written()).toMatch(/\| 2 ok \d/);
    press('?');
    await vi.waitFor(() => expect(written()).toContain('choose a line'), PATIENCE);
    // Whatever ends the process: the terminal is given back.
    exit();
    expect(written().endsWith('\u001B[?1049l')).toBe(true);
    press('xq');
    expect(await running.ended).toMatchObject({ status: 0 });
    expect(written().startsWith('\u001B[?1049h')).toBe(true);
    expect(written().endsWith('\u001B[?1049l')).toBe(true);
  });
});
