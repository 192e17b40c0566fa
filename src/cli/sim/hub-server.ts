import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FleetError } from '../../model/error.ts';
import type { Surroundings } from '../surroundings.ts';

/** Where Debian and people put it, beside what PATH says. */
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin'];
const START_MS = 10_000;
const LOOK_EVERY_MS = 20;

/** It ends with its standard input, which ends with us, whatever ends us. */
const WITH_US = '"$0" "$@" & read -r _; kill "$!"; wait "$!"';

/** A nats-server on loopback. */
export interface HubServer {
  readonly port: number;
  /** Ends it, and resolves when it has ended. */
  readonly stop: () => Promise<void>;
}

/** The path of nats-server; null where none is installed. */
export async function findHubServer({ env }: Pick<Surroundings, 'env'>): Promise<string | null> {
  const folders = [...(env['PATH'] ?? '').split(':').filter((folder) => folder !== ''), ...USUAL_FOLDERS];
  for (const folder of folders) {
    const path = join(folder, 'nats-server');
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}

/** Starts it on a free port, with the configuration in a folder, and waits until it listens. */
export async function startHubServer(
  program: string,
  folder: string,
  { startProgram, elapsed }: Pick<Surroundings, 'startProgram' | 'elapsed'>,
): Promise<HubServer> {
  const words = ['-c', join(folder, 'nats.conf'), '-p', '-1', '--ports_file_dir', folder];
  const server = startProgram('/bin/sh', ['-c', WITH_US, program, ...words]);
  let said = '';
  server.on('error', (error) => (said += error.message));
  // It may have ended when it is told to.
  server.stdin.on('error', () => {});
  server.stdout.resume();
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const ended = once(server, 'close');
  const stop = async (): Promise<void> => {
    server.stdin.end();
    await ended;
  };
  const until = elapsed() + START_MS;
  while (elapsed() < until && server.exitCode === null) {
    const port = await portIn(folder);
    if (port !== null) return { port, stop };
    await pause(LOOK_EVERY_MS);
  }
  await stop();
  throw new FleetError('usage', `${program} did not start: ${said.trim().split('\n').pop() ?? ''}`);
}

async function portIn(folder: string): Promise<number | null> {
  const file = (await readdir(folder)).find((name) => /^nats-server_\d+\.ports$/.test(name));
  if (file === undefined) return null;
  const text = await readFile(join(folder, file), 'utf8').catch(() => '');
  const [, port] = /"nats":\s*\["nats:\/\/[^"]*:(\d+)"/.exec(text) ?? [];
  return port === undefined ? null : Number(port);
}
