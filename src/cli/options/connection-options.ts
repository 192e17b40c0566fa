import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { Gateway, HostKeyPolicy, Login, LoginOrigins, Target } from '../../model/target.ts';
import { FEW_FAILURES } from '../../transport/login-trials.ts';
import { countValue, durationValue } from './option-values.ts';
import { addSshConfigOption, type SshConfigOption } from './ssh-config-option.ts';

/** The options that say how sleds are reached, above what the inventory says. */
export interface ConnectionOptions extends SshConfigOption {
  readonly hostKey?: HostKeyPolicy;
  readonly connectTimeout?: number;
  readonly uploadTimeout: number;
  readonly timeout?: number;
  readonly deadline?: number;
  readonly concurrency?: number;
  readonly handshakes?: number;
  readonly maxAuthFailures: number;
  readonly sushJob?: string;
  readonly transport?: 'ssh2' | 'openssh';
  readonly force?: boolean;
  readonly auditLog?: string;
  readonly explain?: boolean;
}

/** For commands that take a lock on the sleds. */
export function addForceOption(command: Command): Command {
  return command.option('--force', 'run even where another run of cruc-fleet is under way on the sled');
}

/** For commands that can explain every sled's failure: not for the one that explains. */
export function addExplainOption(command: Command): Command {
  return command.option(
    '--explain',
    'print on standard error the steps of doctor for each sled that did not answer in full',
  );
}

/** For commands that can be asked through a tool of Oxide. */
export function addSushOption(command: Command): Command {
  return command.option(
    '--sush-job <file>',
    'the signed job for racks with via: sush (experimental: not tried on a real rack)',
  );
}

/** A run may take so much longer than its window: compiling, listing processes, a loaded sled. */
export const RUN_MARGIN_MS = 20_000;

export function addConnectionOptions(command: Command): Command {
  return addSshConfigOption(command.optionsGroup('Connections:'))
    .addOption(
      new Option(
        '--host-key <policy>',
        'unknown host keys: refuse them, accept those of hosts not seen before, or check none',
      ).choices(['strict', 'accept-new', 'off']),
    )
    .addOption(
      new Option(
        '--transport <name>',
        "the SSH client: our own, or this machine's ssh with its configuration",
      )
        .choices(['ssh2', 'openssh'])
        .default('ssh2'),
    )
    .option(
      '--connect-timeout <time>',
      'limit for reaching a sled and logging in (default: from the inventory)',
      durationValue,
    )
    .addOption(
      new Option('--upload-timeout <time>', 'limit for putting the scripts on a sled')
        .argParser(durationValue)
        .default(30_000, '30 s'),
    )
    .option(
      '--timeout <time>',
      'limit for the probe on a sled (default: the window plus 20 s)',
      durationValue,
    )
    .option(
      '--deadline <time>',
      'limit for the whole run; then commands on sleds are ended, and sleds without an answer are named',
      durationValue,
    )
    .option(
      '--concurrency <n>',
      'sleds that are visited at the same time (default: as many as open files and memory allow)',
      countValue,
    )
    .option(
      '--handshakes <n>',
      'SSH handshakes under way at the same time (default: 32 for each CPU here)',
      countValue,
    )
    .option(
      '--max-auth-failures <n>',
      'once so many sleds behind a gateway refused the same keys, the rest is not tried',
      countValue,
      FEW_FAILURES,
    )
    .option(
      '--audit-log <file>',
      'add a line of JSON to a file for each command that is run on a sled: who, when, what, and how it ended',
    );
}

/** The targets as the command line changes the way to them, their gateways too. */
export function withConnectionOptions(
  targets: readonly Target[],
  options: ConnectionOptions,
  cwd: string,
): readonly Target[] {
  const { hostKey, connectTimeout } = options;
  const given = {
    ...(hostKey === undefined ? {} : { hostKeyPolicy: hostKey }),
    ...(connectTimeout === undefined ? {} : { connectTimeoutMs: connectTimeout }),
  };
  const said: LoginOrigins = Object.fromEntries(Object.keys(given).map((field) => [field, 'command line']));
  const change = <L extends Login>(login: L): L => {
    return { ...login, ...given, origins: { ...login.origins, ...said } };
  };
  const changeGateway = (gateway: Gateway): Gateway => {
    const { behind } = gateway;
    return { ...change(gateway), behind: behind && changeGateway(behind) };
  };
  const { sushJob } = options;
  return targets.map(({ sled, login, gateways, tool }) => ({
    sled,
    login: change(login),
    gateways: gateways.map(changeGateway),
    ...(tool === undefined
      ? {}
      : { tool: sushJob === undefined ? tool : { ...tool, jobFile: resolve(cwd, sushJob) } }),
  }));
}

/** Says of an option what it is for this command. */
export function setHelp(command: Command, flag: string, text: string): void {
  const option = command.options.find((each) => each.long === flag);
  if (option !== undefined) option.description = text;
}
