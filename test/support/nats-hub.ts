import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import { run, startProgram, type Running } from './run-program.ts';
import type { Surroundings } from '../../src/cli/surroundings.ts';

export const NATS_SERVER = '/usr/sbin/nats-server';

/** Whether the real server is on this machine. */
export const hasNatsServer = existsSync(NATS_SERVER);

/** A hub of the real server on loopback, with what `relay config` made. */
export interface NatsHub {
  /** Of these tests alone; it goes with them. */
  readonly folder: string;
  readonly url: string;
  readonly pid: number;
  readonly creds: (name: string) => string;
  /** `--relay` and `--creds`, for somebody. */
  readonly as: (name: string) => readonly string[];
  /** Starts a runner in this process, and resolves once the hub has it. */
  readonly runner: (
    site: string,
    inventory: string,
    more?: readonly string[],
    change?: Partial<Surroundings>,
  ) => Promise<Running>;
  /** Ends the server as a crash would. */
  readonly kill: () => Promise<void>;
  /** Starts it again where it was. */
  readonly start: () => Promise<void>;
}

/** Starts a hub before the tests around it and stops it after them, with every runner that was started. */
export function withHub(
  sites: string,
  askers: string,
  configuration: () => readonly string[] = () => [],
): NatsHub {
  const runners: Running[] = [];
  let folder = '';
  let server: ChildProcess | null = null;
  let port = -1;
  const hub: NatsHub = {
    get folder() {
      return folder;
    },
    get url() {
      return `${configuration().includes('--tls-cert') ? 'tls://localhost' : 'nats://127.0.0.1'}:${port}`;
    },
    get pid() {
      return server?.pid ?? 0;
    },
    creds: (name) => join(folder, `${name}.creds`),
    as: (name) => ['--relay', hub.url, '--creds', hub.creds(name)],
    async runner(site, inventory, more = [], change = {}) {
      const argv = ['runner', ...hub.as(site), '-i', inventory, ...more];
      const running = startProgram(argv, change);
      runners.push(running);
      await until(() => running.stderr().includes('is connected to the hub'));
      return running;
    },
    async kill() {
      await end(server, 'SIGKILL');
    },
    async start() {
      server = spawn(
        NATS_SERVER,
        ['-c', join(folder, 'nats.conf'), '-p', String(port), '--ports_file_dir', folder],
        { stdio: 'ignore' },
      );
      const file = join(folder, `nats-server_${server.pid}.ports`);
      await until(() => existsSync(file) && readFileSync(file, 'utf8').includes('://'));
      port = Number(new URL(JSON.parse(readFileSync(file, 'utf8')).nats[0]).port);
    },
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-hub-'));
    const made = await run([
      'relay',
      'config',
      '--sites',
      sites,
      '--askers',
      askers,
      '--out',
      folder,
      ...configuration(),
    ]);
    if (made.status !== 0) throw new Error(made.stderr);
    await hub.start();
  });
  afterAll(async () => {
    for (const each of runners) each.interrupt();
    await Promise.all(runners.map(({ ended }) => ended));
    await end(server, 'SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });
  return hub;
}

/** The limit of the test ends what never comes. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(10);
}

async function end(server: ChildProcess | null, signal: NodeJS.Signals): Promise<void> {
  if (server === null || server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill(signal);
  // A stopped one hears of its end only when it goes on.
  server.kill('SIGCONT');
  await ended;
}
