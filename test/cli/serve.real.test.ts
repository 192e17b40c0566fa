import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { withRack } from '../support/rack.ts';
import { startProgram, type Running } from '../support/run-program.ts';
import { PATIENCE } from '../support/patience.ts';

/** Watched in real time: a look is kept after ten seconds, in which the other tests go on. */
const rack = withRack({
  sledsPerRack: 3,
  propolisPerSled: 1,
  downstairsPerSled: 0,
  pantryPerRack: 0,
  seed: 8,
  ioRate: 0,
  time: 'real',
});
const file = (name: string) => join(rack.folder, name);

function serve(...argv: readonly string[]): Running {
  return startProgram(['serve', '--listen', '127.0.0.1:0', ...argv]);
}

async function urlOf(running: Running): Promise<string> {
  return await vi.waitFor(() => {
    const [url] = /^http:\/\/127\.0\.0\.1:\d+\//.exec(running.stdout()) ?? [];
    if (url === undefined) throw new Error(`no address yet: ${running.stderr()}`);
    return url;
  }, PATIENCE);
}

const get = async (url: string, path: string) => await (await fetch(new URL(path, url))).text();

describe.concurrent('serve', () => {
  it('serves what it watches, takes another inventory at SIGHUP, and keeps the old one where that is wrong', async () => {
    const inventory = file('served.yaml');
    writeFileSync(inventory, rack.inventoryOf('3/0', '3/1'));
    const running = serve('-i', inventory, '--concurrency', '2', '--history', file('nowhere/history'));
    const url = await urlOf(running);
    const coverage = async () => JSON.parse(await get(url, '/report.json')).coverage;
    await vi.waitFor(
      async () => expect(await coverage()).toMatchObject({ selected: 2, answered: 2 }),
      PATIENCE,
    );
    await vi.waitFor(async () => expect(await get(url, '/healthz')).toMatch(/^ok: 2 of 2/), PATIENCE);
    // What cannot be kept is said while it runs.
    await vi.waitFor(
      async () => expect(await get(url, '/')).toMatch(/the history .*nowhere.* could not be written/),
      PATIENCE,
    );

    writeFileSync(inventory, 'version: 1\nracks: 7\n');
    running.interrupt('SIGHUP');
    await vi.waitFor(
      async () => expect(await get(url, '/')).toMatch(/the one before it still counts/),
      PATIENCE,
    );
    expect(running.stderr()).toMatch(/still counts: .*racks/);
    expect(await coverage()).toMatchObject({ selected: 2, answered: 2 });

    // One that has more sleds than may be watched is as wrong.
    writeFileSync(inventory, rack.inventoryOf('3/0', '3/1', '3/2'));
    running.interrupt('SIGHUP');
    await vi.waitFor(
      () => expect(running.stderr()).toMatch(/still counts: .*3 sleds are selected/),
      PATIENCE,
    );

    writeFileSync(inventory, rack.inventoryOf('3/1', '3/2'));
    running.interrupt('SIGHUP');
    await vi.waitFor(() => expect(running.stdout()).toContain('read again: 2 sleds'), PATIENCE);
    // The one that stays was never lost.
    expect((await coverage()).answered).toBeGreaterThan(0);
    await vi.waitFor(
      async () => expect(await coverage()).toMatchObject({ selected: 2, answered: 2 }),
      PATIENCE,
    );
    const page = await get(url, '/');
    expect(page).not.toContain('still counts');
    expect(page).toContain('/sled/3/BRM42220002');
    expect(page).not.toContain('/sled/3/BRM42220000');
    await vi.waitFor(() => expect(rack.simulation.tracing('3/0')).toBe(0), PATIENCE);
    running.interrupt();
    expect(await running.ended).toMatchObject({ status: 0 });
    for (const sled of ['3/1', '3/2']) {
      await vi.waitFor(() => expect(rack.simulation.tracing(sled)).toBe(0), PATIENCE);
    }
  });

  it('loses nothing by a restart: the history tells what was seen before', async () => {
    const inventory = file('restarted.yaml');
    writeFileSync(inventory, rack.inventoryOf('3/0'));
    const history = ['--history', file('kept.ndjson')];
    const first = serve('-i', inventory, ...history);
    const url = await urlOf(first);
    const [session] = rack.sessions('3/0');
    await vi.waitFor(
      async () => expect(await get(url, '/history')).toContain(`${session?.upstairsId}`),
      PATIENCE,
    );
    first.interrupt('SIGTERM');
    expect(await first.ended).toMatchObject({ status: 0 });
    const second = serve('-i', inventory, '--no-keep', ...history);
    expect(await get(await urlOf(second), '/history')).toContain(`${session?.upstairsId}`);
    second.interrupt();
    await second.ended;
  });

  it('says what is wrong with its address before it visits a sled', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const inUse = await rack.run(['serve', '--no-keep', '--listen', `127.0.0.1:${port}`]);
    taken.close();
    expect(inUse).toMatchObject({ status: 64, stdout: '' });
    expect(inUse.stderr).toMatch(/another program listens there; choose another port: listen EADDRINUSE/);
    const open = await rack.run(['serve', '--no-keep', '--listen', '0.0.0.0:8080']);
    expect(open.status).toBe(64);
    expect(open.stderr).toContain('ssh -L 8080:127.0.0.1:8080');
  });
});
