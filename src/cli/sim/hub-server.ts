import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FleetError } from '../../model/error.ts';
import type { Surroundings } from '../surroundings.ts';

/** Where Debian and people put it, beside what PATH says. */
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin'];
const START_MS = 10_000;
const LOOK_EVERY_MS = 20;

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
  { startProgram, onExit, elapsed }: Pick<Surroundings, 'startProgram' | 'onExit' | 'elapsed'>,
): Promise<HubServer> {
  const words = ['-c', join(folder, 'nats.conf'), '-p', '-1', '--ports_file_dir', folder];
  const server = startProgram(program, words);
  let said = '';
  server.on('error', (error) => (said += error.message));
  server.stdout.resume();
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const ended = once(server, 'close');
  const forget = onExit(() => void server.kill('SIGKILL'));
  const stop = async (): Promise<void> => {
    server.kill('SIGTERM');
    await ended;
    forget();
  };
  const until = elapsed() + START_MS;
  while (elapsed() < until && server.exitCode === null) {
    const port = await portIn(join(folder, `nats-server_${server.pid}.ports`));
    if (port !== null) return { port, stop };
    await pause(LOOK_EVERY_MS);
  }
  await stop();
  throw new FleetError('usage', `${program} did not start: ${said.trim().split('\n').pop() ?? ''}`);
}

async function portIn(file: string): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [, port] = /"nats":\s*\["nats:\/\/[^"]*:(\d+)"/.exec(text) ?? [];
  return port === undefined ? null : Number(port);
}
