/**
 * Asks light sleds in several rounds over a pool of connections, and prints what each round cost this process as JSON.
 *
 *     node rounds.mjs PORTS_FILE KEY_FILE KNOWN_HOSTS SCRIPTS_FOLDER ROUNDS
 */
import { readFileSync } from 'node:fs';
import { stateSettings } from '../../src/cli/ask/state-run.ts';
import { askFleet } from '../../src/fleet/ask.ts';
import { readBundle } from '../../src/fleet/bundle.ts';
import { openPool } from '../../src/fleet/connection-pool.ts';
import { readGuard } from '../../src/fleet/guard.ts';
import { scriptCommand } from '../../src/fleet/upload.ts';
import type { Job } from '../../src/model/job.ts';
import { dsState } from '../../src/probes/ds-state.ts';
import { createTransport } from '../../src/transport/ssh-transport.ts';
import { makeTarget } from '../support/sleds.ts';

const [portsFile = '', identity = '', knownHosts = '', scripts = '', rounds = ''] = process.argv.slice(2);
const ports: readonly number[] = JSON.parse(readFileSync(portsFile, 'utf8'));
const targets = ports.map((port, n) => {
  const target = makeTarget(0, {
    host: '127.0.0.1',
    port,
    identityFiles: [identity],
    knownHostsFiles: [knownHosts],
    connectTimeoutMs: 60_000,
  });
  return { ...target, sled: { ...target.sled, id: `0/${n}` } };
});
const elapsed = () => performance.now();
const transport = createTransport({
  handshakesAtOnce: 64,
  elapsed,
  random: () => Math.random(),
  now: () => new Date(),
});
const pool = openPool(transport, { most: targets.length, elapsed, random: () => Math.random() });
const bundle = await readBundle(scripts, [dsState.script, ...dsState.needs]);
const settings = stateSettings(2);
const job: Job = {
  what: 'ds-state',
  bundle,
  payload: {
    script: scriptCommand(bundle, dsState.script, dsState.arguments(settings)),
    isCounted: true,
    lock: null,
  },
  mayRepeat: true,
  read: (result) => dsState.read(result, settings),
};
const told: { wallMs: number; cpuMs: number; answered: number }[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const [startMs, before] = [elapsed(), process.cpuUsage()];
  const { outcomes } = await askFleet(targets, job, {
    transport: pool,
    clock: { now: () => new Date(), elapsed },
    guard: await readGuard(scripts, { word: `abcdef${round}`, owner: 'the bench', force: false }),
    limits: {
      concurrency: targets.length,
      uploadTimeoutMs: 60_000,
      runTimeoutMs: 60_000,
      maxOutputBytes: 8 << 20,
      totalOutputBytes: 64 << 20,
    },
    signal: new AbortController().signal,
  });
  const { user, system } = process.cpuUsage(before);
  const answered = outcomes.filter(({ status }) => status === 'answered').length;
  told.push({ wallMs: elapsed() - startMs, cpuMs: (user + system) / 1000, answered });
}
await pool.close();
await transport.close();
process.stdout.write(`${JSON.stringify(told)}\n`);
