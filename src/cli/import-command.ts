import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import type { ImportOptions } from './import-action.ts';
import { SOURCE_NAMES, SOURCES } from '../import/sources/index.ts';
import { repeatedValue } from './option-values.ts';

const KIND_WIDTH = Math.max(...SOURCE_NAMES.map((name) => name.length)) + 2;

const HELP = `Kinds:
${SOURCE_NAMES.map((name) => `  ${name.padEnd(KIND_WIDTH)}${SOURCES[name].help}`).join('\n')}

Exit status:
  0    whole: written, or nothing to change, or shown without --write
  3    something is to be mended by hand, which is said
  64   wrong usage: a file of another kind, a rack that nobody tells
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
      'Joins what other tools print of sleds, by serial, and shows what it changes in the inventory. It visits no ' +
        'sled. What contradicts is asked, never chosen; what stands in the file stays as it is typed.',
    )
    .argument('[files...]', 'files; the kind of each is told from its text; - is standard input')
    .option(
      '-i, --inventory <file>',
      'the inventory, which need not be there yet (default: as for every command)',
    )
    .option('--from <kind file...>', 'a file and its kind; several of them behind each other')
    .option(
      '-r, --rack <id>',
      'the rack of sleds where no source tells it; ID=UUID for a rack of the API',
      repeatedValue,
    )
    .option(
      '--choose <id=value>',
      'which of contradicting values holds, such as BRM42220036.cubby=14',
      repeatedValue,
    )
    .option('--keep', 'where a source contradicts the inventory, the inventory holds')
    .option('--take', 'where a source contradicts the inventory, the source holds')
    .option('--partial', 'take sources that may not be whole')
    .option('--write', 'write the inventory, once somebody has said yes')
    .option('--yes', 'with --write: do not ask')
    .addHelpText('after', `\n${HELP}`)
    .action(async (files: readonly string[], options: ImportOptions) => {
      const { importInventory } = await import('./import-action.ts');
      setExitCode(await importInventory(files, options, surroundings));
    });
}
