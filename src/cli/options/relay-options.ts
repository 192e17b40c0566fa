import { resolve } from 'node:path';
import type { Command } from 'commander';
import { FleetError } from '../../model/error.ts';
import type { Surroundings } from '../surroundings.ts';
import { durationValue, listValue } from './option-values.ts';

/** The options by which sites are asked by their runners, in place of sleds from here. */
export interface RelayOptions {
  readonly relay?: string;
  readonly creds?: string;
  readonly relayCa?: string;
  readonly site?: readonly string[];
  readonly silentAfter?: number;
}

/** A site that says nothing for so long is not waited for. */
export const SILENT_AFTER_MS = 10_000;

/** How the hub is found: by every command that speaks to it. */
export function addHubOptions(command: Command): Command {
  return command
    .option(
      '--relay <url>',
      'the hub: tls://hub.example:4222 (default: $CRUC_FLEET_RELAY, where runners are told)',
    )
    .option('--creds <file>', 'who we are to the hub (default: $CRUC_FLEET_CREDS); mode 0600')
    .option(
      '--relay-ca <file>',
      "the authority of the hub's certificate, where this system does not know it",
    );
}

/** For a command that asks: its question goes to the runners of sites. */
export function addRelayOptions(command: Command): Command {
  return command
    .optionsGroup('Sites, asked by their runners (docs/sites.md):')
    .option('--relay <url>', 'ask sites through this hub, tls://hub.example:4222, and no sled from here')
    .option('--creds <file>', 'who we are to the hub (default: $CRUC_FLEET_CREDS); mode 0600')
    .option('--relay-ca <file>', "the authority of the hub's certificate, where this system does not know it")
    .option(
      '--site <names>',
      'the sites (default: $CRUC_FLEET_SITES, else those whose heartbeat the hub keeps)',
      listValue,
    )
    .option(
      '--silent-after <time>',
      'a site that says nothing for so long is not waited for (default: 10s)',
      durationValue,
    );
}

/** How to come to the hub, from options and the environment. Throws `usage` where something of it is missing. */
export function hubWays(options: RelayOptions, { env, cwd }: Pick<Surroundings, 'env' | 'cwd'>) {
  const relay = options.relay ?? env['CRUC_FLEET_RELAY'];
  if (relay === undefined || relay === '') {
    throw new FleetError(
      'usage',
      'no hub is named: give --relay tls://hub.example:4222, or set CRUC_FLEET_RELAY',
    );
  }
  const creds = options.creds ?? env['CRUC_FLEET_CREDS'];
  if (creds === undefined || creds === '') {
    throw new FleetError(
      'usage',
      'no credentials are named: give --creds FILE, or set CRUC_FLEET_CREDS; cruc-fleet relay config makes them',
    );
  }
  return {
    relay,
    creds: resolve(cwd, creds),
    caFile: options.relayCa === undefined ? null : resolve(cwd, options.relayCa),
  };
}

/** Options that say how sleds are reached from here, and what is kept of that, which --relay leaves to the sites. */
const OF_HERE: Readonly<Record<string, string>> = {
  inventory: '--inventory is of sleds that are asked from here; with --relay each site has its own',
  failedLast: '--failed-last is of runs from here; name the site, or its racks or sleds, instead',
  record: '--record keeps what sleds printed, which stays at the sites; keep the report with -o json',
  explain: '--explain visits sleds; run doctor at the site',
  force: '--force acts on the sleds; run it at the site',
  sushJob: '--sush-job is for sleds that are asked from here; give it to the runner',
  sshConfig: '--ssh-config is for sleds that are asked from here; give it to the runner',
  hostKey: '--host-key is for sleds that are asked from here; give it to the runner',
  connectTimeout: '--connect-timeout is for sleds that are asked from here; give it to the runner',
  timeout: '--timeout is for sleds that are asked from here; --deadline limits the whole run',
  concurrency: '--concurrency is for sleds that are asked from here; give it to the runner',
  handshakes: '--handshakes is for sleds that are asked from here; give it to the runner',
  disk: '--disk is of facts that are kept here, which --relay does not read; filter by --upstairs',
  instance: '--instance is of facts that are kept here, which --relay does not read; filter by --zone',
};

/** Refuses what would be ignored without a word. */
export function refuseOfHere(options: object): void {
  for (const [name, why] of Object.entries(OF_HERE)) {
    if (Reflect.get(options, name) !== undefined && Reflect.get(options, name) !== false) {
      throw new FleetError('usage', why);
    }
  }
  if (Reflect.get(options, 'transport') === 'openssh') {
    throw new FleetError('usage', '--transport is for sleds that are asked from here; give it to the runner');
  }
}

/** Refuses what is only for a run over a relay where there is none. */
export function refuseWithoutRelay(options: RelayOptions): void {
  if (options.relay !== undefined) return;
  const alone = (['site', 'creds', 'relayCa', 'silentAfter'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (alone === undefined) return;
  const flag = { site: '--site', creds: '--creds', relayCa: '--relay-ca', silentAfter: '--silent-after' }[
    alone
  ];
  throw new FleetError(
    'usage',
    `${flag} is for runs over a hub; name it with --relay tls://hub.example:4222`,
  );
}
