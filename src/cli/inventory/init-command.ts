import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import type { InitOptions } from './init-action.ts';
import { repeatedValue } from '../options/option-values.ts';

const HELP = `The global zone of a sled has the first address of the sled's /64. A prefix does not tell which cubby has which /64:
the first cubby gets that prefix, each further cubby the next one, and the file says so. The output of omdb db sleds
has the real addresses: see cruc-fleet inventory import.

Exit status:
  0    the inventory is written
  64   wrong usage, or something is missing and there is no terminal to ask on
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   there is an inventory already, or it cannot be written
  130  interrupted: nothing was written

Examples:
  cruc-fleet inventory init
  cruc-fleet inventory init --rack 3 --address-prefix fd00:1122:3344:101::/64 --gateway root@switch0.west.example
  cruc-fleet inventory init --rack 3 --cubbies 0-9,11-31 --host 'rack3-{cubby}'`;

/** Adds `inventory init`: a first inventory. */
export function addInit(inventory: Command, { surroundings, setExitCode }: CommandContext): void {
  inventory
    .command('init')
    .summary('write a first inventory of one rack')
    .description(
      'Writes a first inventory of one rack, and asks for what the options leave open. It overwrites no file.',
    )
    .option('-i, --inventory <file>', 'the file to write (default: ./inventory.yaml)')
    .option('-r, --rack <id>', 'the id of the rack')
    .option('--cubbies <set>', 'the cubbies that have a sled, such as 0-9,11-31 (default: 0-31)')
    .option('--address-prefix <prefix>', 'the /64 of the first of these cubbies')
    .option('--host <pattern>', 'or the host of each, with {cubby} in it')
    .option('--gateway <host>', 'a gateway to the sleds: [user@]host[:port]', repeatedValue)
    .addHelpText('after', `\n${HELP}`)
    .action(async (options: InitOptions) => {
      const { initInventory } = await import('./init-action.ts');
      setExitCode(await initInventory(options, surroundings));
    });
}
