import { readFileSync } from 'node:fs';
import type { ClientChannel, SFTPWrapper } from 'ssh2';
import ssh2 from 'ssh2';
import type { Simulation } from '../../../src/simulator/simulate.ts';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** Null when the channel closed without one. */
  readonly status: number | null;
  readonly signal: string | null;
}

/** Logs in to a sled (by `rack/cubby`), checking the host key against the simulation's known_hosts. */
export function login(
  simulation: Simulation,
  sled: string,
  options: ssh2.ConnectConfig = {},
): Promise<ssh2.Client> {
  const id = simulation.world.sled(sled).id;
  const { host, port } = simulation.sleds.find((candidate) => candidate.id === id)!;
  return loginTo(simulation, host, port, options);
}

export function loginTo(
  simulation: Simulation,
  host: string,
  port: number,
  options: ssh2.ConnectConfig = {},
): Promise<ssh2.Client> {
  const line = readFileSync(simulation.knownHostsFile, 'utf8')
    .split('\n')
    .find((candidate) => candidate.startsWith(`[${host}]:${port} `));
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('connect', () => client.setNoDelay(true));
    client.on('ready', () => resolve(client));
    client.on('error', reject);
    client.on('close', () => reject(new Error('closed before it was ready')));
    client.connect({
      host,
      port,
      username: 'root',
      privateKey: readFileSync(simulation.identityFile),
      hostVerifier: (key: Buffer) => line?.split(' ')[2] === key.toString('base64'),
      readyTimeout: 10_000,
      ...options,
    });
  });
}

export function open(client: ssh2.Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) reject(error);
      else resolve(channel);
    });
  });
}

export async function run(client: ssh2.Client, command: string, stdin = ''): Promise<Ran> {
  const channel = await open(client, command);
  let [stdout, stderr] = ['', ''];
  let status: number | null = null;
  let signal: string | null = null;
  channel.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  channel.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  channel.on('exit', (code: number | null, name?: string) => {
    status = code;
    signal = name ?? null;
  });
  const closed = new Promise((resolve) => channel.once('close', resolve));
  channel.end(stdin);
  await closed;
  return { stdout, stderr, status, signal };
}

export function sftp(client: ssh2.Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    client.sftp((error, session) => {
      if (error) reject(error);
      else resolve(session);
    });
  });
}

/** Waits until something is so, looking again at each turn of the event loop. */
export async function until(isSo: () => boolean, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('it never came to be so');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
