import { Option, type Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { listValue } from '../options/option-values.ts';
import { addHubOptions } from '../options/relay-options.ts';
import type { SitesOptions } from './sites-action.ts';

const HELP = `The hub keeps the last heartbeat of each runner for 30 days, where it runs with JetStream; a runner sends one every 15
seconds. A site that is named and has none is shown as missing. No sled is asked.

Exit status:
  0    every site was heard of within a minute
  3    a site was not, or its runner cannot read its inventory
  64   wrong usage
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   the credentials are missing or wrong

Examples:
  cruc-fleet sites --relay tls://hub.example:4222 --creds me.creds
  cruc-fleet sites --site west,east -o json`;

/** Adds `sites`: the roster of heartbeats. */
export function addSitesCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command.description(
    'Lists the sites of a hub by the heartbeats that it keeps: when each runner was last heard of, its version, its ' +
      'racks and sleds, and what it answers.',
  );
  addHubOptions(command.optionsGroup('Hub:')).option(
    '--site <names>',
    'these sites (default: $CRUC_FLEET_SITES, else all that the hub knows)',
    listValue,
  );
  command
    .optionsGroup('Output:')
    .addOption(
      new Option('-o, --output <format>', 'how to print the list')
        .choices(['table', 'json'])
        .default('table'),
    )
    .addHelpText('after', `\n${HELP}`);
  command.action(async (options: SitesOptions) => {
    const { showSites } = await import('./sites-action.ts');
    setExitCode(await showSites(options, surroundings));
  });
}
