import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasNatsServer, NATS_SERVER } from '../support/nats-hub.ts';
import { CABLE, makeNetwork, networkMissing, type Network } from '../support/network.ts';
import { run } from '../support/run-program.ts';
import { isLong } from '../support/sized.ts';

const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
const [HUB] = CABLE.here[0].split('/');

/** Two machines: a hub and who asks on one, a site with a leaf node on the other. Its one sled refuses connections. */
describe.skipIf(!isLong || !hasNatsServer || networkMissing() !== null)('a site whose cable is cut', () => {
  let folder: string;
  const started: ChildProcess[] = [];
  let network: Network;
  const start = (namespace: string, ...argv: readonly string[]) => {
    const [program, ...words] = network.within(namespace, ...argv);
    started.push(spawn(program, words, { stdio: 'ignore' }));
  };
  const hub = ['--relay', 'nats://127.0.0.1:4222', '--creds'];
  const ask = () => {
    const words = [
      'ds-state',
      ...hub,
      join(folder, 'storage.creds'),
      '--site',
      'west',
      '--silent-after',
      '1s',
    ];
    const [program, ...argv] = network.within(network.here, process.execPath, BIN, ...words, '-o', 'json');
    const { stdout } = spawnSync(program, argv, { encoding: 'utf8' });
    return JSON.parse(stdout).sleds[0].error.message as string;
  };
  const cable = (what: 'up' | 'down') => network.ip(network.there, 'link', 'set', 'wire', what);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-cable-'));
    network = makeNetwork();
    await run(['relay', 'config', '--sites', 'west', '--askers', 'storage', '--out', folder]);
    const conf = join(folder, 'nats.conf');
    const users = /^authorization \{[\s\S]*/m.exec(readFileSync(conf, 'utf8'))![0];
    appendFileSync(
      conf,
      `leafnodes { listen: "${HUB}:7422", authorization { user: leaf, password: test } }\n`,
    );
    writeFileSync(
      join(folder, 'leaf.conf'),
      `listen: "127.0.0.1:4222"\nleafnodes { reconnect: 1, remotes: [{ url: "nats://leaf:test@${HUB}:7422" }] }\n${users}`,
    );
    writeFileSync(
      join(folder, 'inventory.yaml'),
      'version: 1\nracks:\n  - id: 3\n    sleds:\n      - { cubby: 0, host: 127.0.0.1 }\n',
    );
    start(network.here, NATS_SERVER, '-c', conf);
    start(network.there, NATS_SERVER, '-c', join(folder, 'leaf.conf'));
    const runner = ['runner', ...hub, join(folder, 'west.creds'), '-i', join(folder, 'inventory.yaml')];
    start(network.there, process.execPath, BIN, ...runner);
  });
  afterAll(async () => {
    for (const each of started) {
      const ended = once(each, 'exit');
      each.kill('SIGTERM');
      await ended;
    }
    network.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is not reached within the time that silence may take, and answers when the cable is back', async () => {
    const answers = { timeout: 120_000, interval: 500 };
    await expect.poll(ask, answers).toMatch(/refused the connection/);
    cable('down');
    expect(ask()).toMatch(/^site west was not reached: nothing came back within 1s/);
    cable('up');
    await expect.poll(ask, answers).toMatch(/refused the connection/);
  });
});
