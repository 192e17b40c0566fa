import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll } from 'vitest';
import { startMailServer, type MailServer } from './mail-server.ts';
import { makeKeyFile, startSshd, type Sshd } from './openssh-server.ts';
import { withRack, type Rack, type RackOptions } from './rack.ts';
import { run } from './run-program.ts';

/** Simulated sleds behind real sshds and a real gateway, with a mail server that speaks SMTP. */
export interface OpensshRack {
  readonly rack: Rack;
  /** Its host key is another one each time that it starts, and is not accepted before `trust`. */
  stopGateway(): Promise<void>;
  startGateway(): Promise<void>;
  trust(): void;
  /** The same of a sled, by its cubby. */
  stopSled(cubby: number): Promise<void>;
  startSled(cubby: number): Promise<void>;
  /** Whether the dtrace of every sled says that it dropped something. */
  setDrops(drops: boolean): void;
  /** In the next check the first sled answers, and no other sled is watched before `release`. */
  hold(): { readonly firstHasAnswered: Promise<void>; release(): void };
  /** Runs a check at that time, with this file as its memory. */
  check(now: number, stateFile: string, ...more: readonly string[]): Promise<CheckedWithMail>;
}

interface CheckedWithMail {
  readonly status: number;
  readonly stdout: string;
  readonly mails: readonly { readonly subject: string; readonly text: string }[];
}

/** Starts them before the tests around it, and stops them after. */
export function withOpensshRack(options: RackOptions): OpensshRack {
  let mailServer: MailServer;
  let gateway: Sshd;
  let authorizedKeys: readonly string[];
  const sleds: Sshd[] = [];
  const environments: { readonly PATH: string; readonly HOME: string }[] = [];

  const rack = withRack(options, async () => {
    mailServer = await startMailServer();
    authorizedKeys = [makeKeyFile(join(rack.folder, 'id'))];
    for (const { id } of rack.simulation.sleds) {
      const { PATH, HOME } = rack.simulation.environmentFor(id);
      const path = `${wrappedDtrace(join(rack.folder, `bin-${sleds.length}`), PATH)}${delimiter}${PATH}`;
      environments.push({ PATH: path, HOME });
      sleds.push(await startSshd({ authorizedKeys, environment: { PATH: path, HOME } }));
    }
    gateway = await startSshd({ authorizedKeys });
    const lines = [
      'version: 1',
      `defaults: { user: ${gateway.user}, identity_file: id, known_hosts: known_hosts, identities_only: true, connect_timeout: 60s }`,
      'racks:',
      '  - id: 3',
      `    gateways: ["127.0.0.1:${gateway.port}"]`,
      '    sleds:',
      ...sleds.map(({ port }, n) => `      - { cubby: ${n}, host: 127.0.0.1, port: ${port} }`),
    ];
    writeFileSync(join(rack.folder, 'openssh.yaml'), lines.join('\n'));
    trust();
  });

  afterAll(async () => {
    await Promise.all([gateway, ...sleds].map((server) => server.stop()));
    await mailServer.stop();
  });

  function trust(): void {
    const known = [gateway, ...sleds].map(({ knownHosts }) => knownHosts).join('');
    writeFileSync(join(rack.folder, 'known_hosts'), known);
  }

  const file = (name: string) => join(rack.folder, name);

  /** A folder with a dtrace before the one of this PATH, which may complain or wait, and runs it. */
  function wrappedDtrace(bin: string, path: string): string {
    mkdirSync(bin);
    const held =
      sleds.length === 0
        ? `[ -f '${file('held')}' ] && { PATH='${path}' dtrace "$@"; status=$?; : >'${file('answered')}'; exit $status; }`
        : `while [ -f '${file('held')}' ]; do sleep 0.02; done`;
    const script = [
      '#!/bin/sh',
      `[ -f '${file('drops')}' ] && echo 'dtrace: 12 drops on CPU 0' >&2`,
      held,
      `PATH='${path}' exec dtrace "$@"`,
    ];
    writeFileSync(join(bin, 'dtrace'), `${script.join('\n')}\n`);
    chmodSync(join(bin, 'dtrace'), 0o755);
    return bin;
  }

  return {
    rack,
    setDrops: (drops) => {
      if (drops) writeFileSync(file('drops'), '');
      else rmSync(file('drops'));
    },
    hold: () => {
      rmSync(file('answered'), { force: true });
      writeFileSync(file('held'), '');
      const firstHasAnswered = new Promise<void>((resolve) => {
        const look = setInterval(() => {
          if (existsSync(file('held')) && !existsSync(file('answered'))) return;
          clearInterval(look);
          resolve();
        }, 10);
      });
      return { firstHasAnswered, release: () => rmSync(file('held'), { force: true }) };
    },
    trust,
    stopGateway: () => gateway.stop(),
    startGateway: async () => {
      gateway = await startSshd({ authorizedKeys, port: gateway.port });
    },
    stopSled: (cubby) => sleds[cubby]!.stop(),
    startSled: async (cubby) => {
      const environment = environments[cubby]!;
      sleds[cubby] = await startSshd({ authorizedKeys, environment, port: sleds[cubby]!.port });
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
