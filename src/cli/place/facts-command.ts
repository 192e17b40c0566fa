import { Option, type Command } from 'commander';
import { FACT_SOURCE_NAMES, FACT_SOURCES } from '../../facts/sources/index.ts';
import type { CommandContext } from '../command-context.ts';
import type { ImportFactsOptions, ListFactsOptions } from './facts-actions.ts';

const KIND_WIDTH = Math.max(...FACT_SOURCE_NAMES.map((name) => name.length)) + 2;

const HELP = `Kinds:
${FACT_SOURCE_NAMES.map((name) => `  ${name.padEnd(KIND_WIDTH)}${FACT_SOURCES[name].help}`).join('\n')}

Exit status:
  0    every file was read in full, and is kept
  3    a file may be cut, or a part of it could not be read: what could is kept
  64   wrong usage: a file of another kind; nothing is kept
  70   a bug in cruc-fleet
  78   the folder of facts cannot be used, or others may read it

Examples:
  cruc-fleet facts import disks.txt regions.txt sleds.txt
  omdb db disks info ID 2>&1 | cruc-fleet facts import --as-of 2026-11-27T06:00Z -
  cruc-fleet facts list`;

/** Adds `facts`: what is known of disks, regions and sleds from files, with its age. */
export function addFactsCommand(facts: Command, { surroundings, setExitCode }: CommandContext): void {
  facts.description('Keeps what omdb, the Oxide API and others print of disks, regions, pools and sleds.');
  const actions = async () => await import('./facts-actions.ts');
  facts
    .command('import')
    .summary('keep what files tell of places')
    .description(
      'Reads files, each of a kind that its headings or keys show, and keeps what they tell, with its age. A file in ' +
        'place of one that was imported by the same name takes its place. The key of a disk, which a volume ' +
        'construction request holds, is never kept.',
    )
    .argument('<files...>', 'what the commands below print; - is standard input')
    .option('--from <kind>', 'the kind of all the files, where their text may be of several')
    .option('--as-of <time>', 'when they were printed (default: the time of each file)')
    .addHelpText('after', `\n${HELP}`)
    .action(async (files: readonly string[], options: ImportFactsOptions) => {
      setExitCode(await (await actions()).importFacts(files, options, surroundings));
    });
  facts
    .command('list')
    .summary('what is kept, and how old it is')
    .description('Lists every source that is kept, with its age and how much it tells.')
    .addOption(
      new Option('-o, --output <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .option('--no-headers', 'leave the headings out')
    .action(async (options: ListFactsOptions) => {
      await (await actions()).listFacts(options, surroundings);
    });
  facts
    .command('clear')
    .summary('forget all of it')
    .description('Removes everything that is kept of places.')
    .action(async () => {
      await (await actions()).clearAllFacts(surroundings);
    });
}
