import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import type { ImportOptions } from './import-action.ts';
import { SOURCE_NAMES, SOURCES } from '../../import/sources/index.ts';
import { repeatedValue } from '../options/option-values.ts';

const KIND_WIDTH = Math.max(...SOURCE_NAMES.map((name) => name.length)) + 2;

const HELP = `Kinds:
${SOURCE_NAMES.map((name) => `  ${name.padEnd(KIND_WIDTH)}${SOURCES[name].help}`).join('\n')}

Exit status:
  0    whole: written, or nothing to change, or shown without --write
  3    something must be changed by hand; the output says what
  64   wrong usage: a file of another kind, a rack that no source names
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   sources contradict each other or may be cut, or the inventory is wrong
  130  interrupted: nothing was written

Examples:
  omdb db sleds 2>&1 | cruc-fleet inventory import --rack 3 -
  cruc-fleet inventory import --from omdb-sleds sleds.txt pilot-sp-ls sps.txt --rack 3 --write
  cruc-fleet inventory import sleds.txt sled_info.json --choose BRM42220036.cubby=14`;

/** Adds `inventory import`: what other tools say of sleds, written into the inventory. */
export function addImport(inventory: Command, { surroundings, setExitCode }: CommandContext): void {
  inventory
    .command('import')
    .summary('write the inventory from what omdb, pilot, the API and others print')
    .description(
      'Joins what other tools print about sleds, by serial, and shows what would change in the inventory. It visits ' +
        'no sled. Where sources contradict each other it asks you to choose. What you typed in the file stays as it is.',
    )
    .argument('[files...]', 'files; the text of each tells its kind; - is standard input')
    .option('-i, --inventory <file>', 'the inventory; it need not exist yet (default: as for every command)')
    .option('--from <kind file...>', 'a file and its kind; for several, pairs one after another')
    .option(
      '-r, --rack <id>',
      'the rack of sleds whose rack no source names; ID=UUID for a rack of the API',
      repeatedValue,
    )
    .option(
      '--choose <id=value>',
      'which of several contradicting values to take, such as BRM42220036.cubby=14',
      repeatedValue,
    )
    .option('--keep', 'where a source contradicts the inventory, keep the inventory')
    .option('--take', 'where a source contradicts the inventory, take the source')
    .option('--partial', 'accept sources that may be cut')
    .option('--write', 'write the inventory, after asking')
    .option('--yes', 'with --write: do not ask')
    .addHelpText('after', `\n${HELP}`)
    .action(async (files: readonly string[], options: ImportOptions) => {
      const { importInventory } = await import('./import-action.ts');
      setExitCode(await importInventory(files, options, surroundings));
    });
}
