import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { SimulationOptions } from '../../src/simulator/simulate.ts';
import { startMailServer, type MailServer } from './mail-server.ts';
import { makeKeyFile, startSshd, type Sshd } from './openssh-server.ts';
import { withRack, type Rack } from './rack.ts';
import { run } from './run-program.ts';

/** Simulated sleds behind real sshds and a real gateway, with a mail server that speaks SMTP. */
export interface OpensshRack {
  readonly rack: Rack;
  /** Whether the sleds are reached at their sshds behind the gateway, or at those of the simulator, which cost less. */
  reachBy(way: 'openssh' | 'simulator'): void;
  /** Its host key is another one each time that it starts, and is not accepted before `trust`. */
  stopGateway(): Promise<void>;
  startGateway(): Promise<void>;
  trust(): void;
  /** Whether the dtrace of every sled says that it dropped something. */
  setDrops(drops: boolean): void;
  /** Runs a check at that time, with this file as its memory. */
  check(now: number, stateFile: string, ...more: readonly string[]): Promise<CheckedWithMail>;
}

interface CheckedWithMail {
  readonly status: number;
  readonly stdout: string;
  readonly mails: readonly { readonly subject: string; readonly text: string }[];
}

/** Starts them before the tests around it, and stops them after. */
export function withOpensshRack(options: SimulationOptions): OpensshRack {
  let mailServer: MailServer;
  let gateway: Sshd;
  let authorizedKeys: readonly string[];
  const sleds: Sshd[] = [];

  const rack = withRack(options, async () => {
    mailServer = await startMailServer();
    authorizedKeys = [makeKeyFile(join(rack.folder, 'id'))];
    for (const { id } of rack.simulation.sleds) {
      const { PATH, HOME } = rack.simulation.environmentFor(id);
      sleds.push(await startSshd({ authorizedKeys, environment: { PATH, HOME } }));
    }
    gateway = await startSshd({ authorizedKeys });
    letDtraceDrop();
    reachBy('openssh');
    trust();
  });

  afterAll(async () => {
    await Promise.all([gateway, ...sleds].map((server) => server.stop()));
    await mailServer.stop();
  });

  function reachBy(way: 'openssh' | 'simulator'): void {
    const { identityFile, knownHostsFile } = rack.simulation;
    const isReal = way === 'openssh';
    const login = isReal
      ? `user: ${gateway.user}, identity_file: id, known_hosts: known_hosts`
      : `user: root, identity_file: ${identityFile}, known_hosts: ${knownHostsFile}`;
    const lines = [
      'version: 1',
      `defaults: { ${login}, identities_only: true, connect_timeout: 60s }`,
      'racks:',
      '  - id: 3',
      ...(isReal ? [`    gateways: ["127.0.0.1:${gateway.port}"]`] : []),
      '    sleds:',
      ...(isReal ? sleds : rack.simulation.sleds).map(
        ({ port }, n) => `      - { cubby: ${n}, host: 127.0.0.1, port: ${port} }`,
      ),
    ];
    writeFileSync(join(rack.folder, 'openssh.yaml'), lines.join('\n'));
  }

  function trust(): void {
    const known = [gateway, ...sleds].map(({ knownHosts }) => knownHosts).join('');
    writeFileSync(join(rack.folder, 'known_hosts'), known);
  }

  /** Has the dtrace of all sleds complain before it runs, where it is told to. */
  function letDtraceDrop(): void {
    const dtrace = join(rack.simulation.rootDir, 'bin', 'dtrace');
    renameSync(dtrace, `${dtrace}.real`);
    const script = [
      '#!/bin/sh',
      `[ -f '${join(rack.folder, 'drops')}' ] && echo 'dtrace: 12 drops on CPU 0' >&2`,
      'exec "$0.real" "$@"',
    ];
    writeFileSync(dtrace, `${script.join('\n')}\n`, { mode: 0o755 });
  }

  return {
    rack,
    reachBy,
    setDrops: (drops) => {
      if (drops) writeFileSync(join(rack.folder, 'drops'), '');
      else rmSync(join(rack.folder, 'drops'));
    },
    trust,
    stopGateway: () => gateway.stop(),
    startGateway: async () => {
      gateway = await startSshd({ authorizedKeys, port: gateway.port });
    },
    check: async (now, stateFile, ...more) => {
      const before = mailServer.mails.length;
      // An upstairs reports a little less than once a second: in one second it may be silent.
      const argv = ['check', '--window', '2s', '--cron', '-i', join(rack.folder, 'openssh.yaml')];
      const memory = ['--state-file', stateFile];
      const mail = ['--mail-to', 'ada@example.com', '--mail-from', 'c@example.com'];
      const smtp = ['--smtp', `smtp://127.0.0.1:${mailServer.port}`];
      const { status, stdout } = await run([...argv, ...memory, ...mail, ...smtp, ...more], {
        now: () => new Date(now),
      });
      const mails = mailServer.mails
        .slice(before)
        .map(({ parsed }) => ({ subject: parsed.subject ?? '', text: parsed.text ?? '' }));
      return { status, stdout, mails };
    },
  };
}
