import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { listValue } from '../options/option-values.ts';
import type { RelayConfigOptions } from './relay-config.ts';

const HELP = `It writes nats.conf and one file of credentials for each site and asker, all with mode 0600. What is there keeps its keys,
so that a site is added by running it again with all names. Give a file of credentials to its site or asker alone; the
hub needs only nats.conf, which holds no secret.

An asker may ask every probe of every site, or what stands behind its name: oncall=west/ds-state+east/*.

Examples:
  cruc-fleet relay config --sites west,east --askers storage
  cruc-fleet relay config --sites west,east --askers storage,oncall=west/ds-state --out hub \\
    --listen 0.0.0.0:4222 --tls-cert /etc/nats/hub.crt --tls-key /etc/nats/hub.key
  nats-server -c hub/nats.conf`;

/** Adds `relay config`: what a hub, its sites and its askers need. */
export function addRelayCommand(relay: Command, { surroundings }: CommandContext): void {
  relay.description('Makes what a hub of sites needs: docs/sites.md explains how they go together.');
  const config = relay
    .command('config')
    .summary('write the configuration of a hub, and credentials for its sites and askers')
    .description(
      'Writes the configuration of a nats-server and credentials with least rights: a site hears and answers its own ' +
        'questions, an asker asks what it may and hears its own answers.',
    )
    .requiredOption('--sites <names>', 'the sites', listValue)
    .requiredOption('--askers <names>', 'who asks, each perhaps with what it may ask', listValue)
    .option('--out <folder>', 'where to write', 'relay')
    .option('--listen <host:port>', 'where the hub listens', '127.0.0.1:4222')
    .option('--tls-cert <file>', 'the certificate of the hub, as the hub finds it')
    .option('--tls-key <file>', 'its key, as the hub finds it')
    .option(
      '--store <folder>',
      'where the hub keeps heartbeats and reports (default: jetstream beside nats.conf)',
    )
    .addHelpText('after', `\n${HELP}`);
  config.action(async (options: RelayConfigOptions) => {
    const { writeRelayConfig } = await import('./relay-config.ts');
    await writeRelayConfig(options, surroundings);
  });
}
