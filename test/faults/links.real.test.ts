import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeNetwork, networkMissing, type Network } from '../support/network.ts';
import { makeKeyFile, requireSshd } from '../support/openssh-server.ts';
import { descendantsOf } from '../support/processes.ts';
import { LINK_FAULTS, type LinkFault } from './rows/links.ts';
import { sampleOf } from './sample.ts';
import { readReport } from './seen.ts';
import { ALL_FAULTS } from './table.ts';
import { isWriting, knownWords, writeWords } from './words.ts';

const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
const PORT = 2222;
const PATIENCE_MS = 60_000;

const missing = requireSshd() ?? networkMissing();

describe.skipIf(missing !== null)(`a network${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let folder: string;
  const known = knownWords();
  const said: Record<string, { readonly direct: string }> = {};
  const path = (name: string) => join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-links-'));
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    makeKeyFile(path('host'));
    writeFileSync(path('authorized_keys'), `${makeKeyFile(path('id'))}\n`);
    writeFileSync(path('known_hosts'), `* ${readFileSync(path('host.pub'), 'utf8')}`);
    writeFileSync(
      path('sshd_config'),
      [
        `Port ${PORT}`,
        `HostKey ${path('host')}`,
        `AuthorizedKeysFile ${path('authorized_keys')}`,
        'StrictModes no',
        'UsePAM no',
        'PidFile none',
        // Else a shell of root begins with whatever its start-up files do, which may take ten times as long as all else.
        `SetEnv HOME=${folder}`,
        '',
      ].join('\n'),
    );
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    if (isWriting)
      writeWords(
        said,
        ALL_FAULTS.map(({ id }) => id),
      );
  });

  /** A network of this fault alone, with an sshd at each end, for as long as it is used. */
  async function onNetwork<T>(use: (network: Network) => Promise<T>): Promise<T> {
    const network = makeNetwork();
    const servers = [network.here, network.there].map((namespace) => sshd(network, namespace));
    try {
      await Promise.all(servers.map(listening));
      return await use(network);
    } finally {
      await Promise.all(servers.map(ended));
      network.remove();
    }
  }

  function sshd(network: Network, namespace: string): ChildProcess {
    const [command, ...words] = network.within(
      namespace,
      requireSshdPath(),
      '-D',
      '-e',
      '-f',
      path('sshd_config'),
    );
    return spawn(command, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  /** cruc-fleet on this side: the sled behind the cable waits for `go`, the one on this side is well. */
  async function play(
    fault: LinkFault,
    network: Network,
  ): Promise<{ readonly status: number | null; readonly stdout: string }> {
    const [begun, go] = [join(folder, `${fault.id}.begun`), join(folder, `${fault.id}.go`)];
    const sleds = [
      { cubby: 0, host: fault.host, ...fault.sled },
      { cubby: 1, host: '127.0.0.1' },
    ];
    const defaults = {
      port: PORT,
      identity_file: path('id'),
      known_hosts: path('known_hosts'),
      connect_timeout: '60s',
    };
    const inventory = { version: 1, defaults, racks: [{ id: '3', sleds }] };
    const file = join(folder, `${fault.id}.yaml`);
    writeFileSync(file, JSON.stringify(inventory));
    fault.before?.(network);
    const own = `: >${begun}; until [ -e ${go} ]; do sleep 0.05; done; echo there`;
    const script = `case $SSH_CONNECTION in *' 127.0.0.1 '*) echo here;; *) ${own};; esac`;
    const [command, ...words] = network.within(
      network.here,
      process.execPath,
      BIN,
      'exec',
      '-r',
      '*',
      '-i',
      file,
      '-F',
      'none',
      '-o',
      'json',
      '--',
      script,
    );
    const program = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'], env: { HOME: folder } });
    const stdout = text(program.stdout);
    const status = new Promise<number | null>((resolve) => program.once('exit', resolve));
    if (fault.while !== undefined || fault.expect.outcome === 'answered') {
      await vi.waitFor(() => expect(existsSync(begun)).toBe(true), { timeout: PATIENCE_MS, interval: 20 });
    }
    fault.while?.(network);
    // What is asked while the link is down must wait for it: it is there for so long as TCP takes to miss it.
    if (fault.afterwards !== undefined && fault.while !== undefined) await passed(1_000);
    if (fault.expect.outcome === 'answered') fault.afterwards?.(network);
    writeFileSync(go, '');
    return { status: await status, stdout: await stdout };
  }

  // Each is a network, two servers and a program.
  it.concurrent.for(sampleOf(LINK_FAULTS, 3))(
    'is told as it is, and the sled that is well answers: $id',
    async (fault, { expect }) => {
      const { status, stdout } = await onNetwork((network) => play(fault, network));
      const report = readReport({ status: status ?? -1, stdout, stderr: '' });
      const [sled, well] = report.sleds;
      const { outcome, stage, code, exit, endsAtLimit } = fault.expect;
      // What Node adds of its own end is none of ours.
      const words = (sled?.error?.message ?? (sled?.warnings ?? []).join('; ')).replace(
        / - Local \(.*?\)$/,
        '',
      );
      said[fault.id] = { direct: words };
      expect({
        outcome: sled?.status,
        stage: sled?.stage ?? null,
        code: sled?.error?.code ?? null,
        status,
        words,
      }).toMatchObject({ outcome, stage, code, status: exit });
      const leastMs = endsAtLimit ? (fault.limitMs ?? NaN) : 0;
      const elapsedMs = sled?.elapsed_ms ?? NaN;
      expect({ elapsedMs, inTime: elapsedMs >= leastMs && elapsedMs < PATIENCE_MS }).toMatchObject({
        inTime: true,
      });
      expect(well).toMatchObject({ status: 'answered', issues: [], warnings: [] });
      expect(report.rows.map((row) => row['stdout'])).toEqual(
        outcome === 'answered' ? ['there\n', 'here\n'] : ['here\n'],
      );
      if (!isWriting) expect(words).toBe(known[fault.id]?.direct);
    },
  );
});

function passed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

function requireSshdPath(): string {
  const found = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/lib/ssh/sshd'].find((each) =>
    existsSync(each),
  );
  if (found === undefined) throw new Error('no sshd');
  return found;
}

/** Waits until it listens on IPv4 and IPv6. */
function listening(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    server.once('exit', () => reject(new Error(log)));
    server.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
      if ((log.match(/^Server listening on /gm) ?? []).length === 2) resolve();
    });
  });
}

function endOf(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null) {
      resolve();
      return;
    }
    server.once('exit', () => resolve());
    // A connection whose link is gone would wait for it a quarter of an hour.
    for (const pid of descendantsOf(server.pid ?? 0)) endOf(pid);
    server.kill();
  });
}
