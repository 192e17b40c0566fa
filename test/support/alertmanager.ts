import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { required } from './required.ts';

/** As Debian and others name it. */
const program = [
  '/usr/bin/prometheus-alertmanager',
  '/usr/bin/alertmanager',
  '/usr/local/bin/alertmanager',
].find((path) => existsSync(path));

/** What an Alertmanager tells of an alert, as far as tests look at it. */
export interface KnownAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly status: { readonly state: string };
}

export interface Alertmanager {
  /** Without a path. */
  readonly url: string;
  /** Those that are firing. */
  alerts(): Promise<readonly KnownAlert[]>;
  stop(): Promise<void>;
}

/** Whether an Alertmanager can be started. */
export function requireAlertmanager(): string | null {
  return required(program !== undefined, 'Alertmanager (prometheus-alertmanager) is not installed');
}

/** A real Alertmanager on loopback that knows nobody else and notifies nobody. */
export async function startAlertmanager(): Promise<Alertmanager> {
  if (program === undefined) throw new Error('Alertmanager is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-alertmanager-'));
  const configuration = join(folder, 'alertmanager.yml');
  writeFileSync(configuration, 'route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n');
  const child = spawn(
    program,
    [
      `--config.file=${configuration}`,
      `--storage.path=${join(folder, 'data')}`,
      '--cluster.listen-address=',
      // It says in its log which port it got.
      '--web.listen-address=127.0.0.1:0',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const url = await listening(child);
  return {
    url,
    alerts: async () => {
      const answer = await fetch(`${url}/api/v2/alerts`);
      return (await answer.json()) as readonly KnownAlert[];
    },
    stop: () =>
      new Promise((resolve) => {
        child.on('exit', () => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
        child.kill();
      }),
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`Alertmanager did not start: ${log}`)));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      const address = /msg="Listening on" address=(\S+)/.exec(log)?.[1];
      if (address !== undefined) resolve(`http://${address}`);
    });
  });
}
