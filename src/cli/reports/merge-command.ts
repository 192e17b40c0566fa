import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addDistributionOptions } from '../options/distribution-options.ts';
import { addFilterOptions } from '../options/filter-options.ts';
import type { MergeOptions } from './merge-action.ts';
import { addOutputOptions } from '../options/output-options.ts';

const HELP = `A report is what a command printed with -o json; a folder of --record will do, and so will what merge itself printed
with -o json. Their order does not matter, nor does one that is given twice. Of a sled in several runs the newest answer
counts; where the newest run got none, the older answer is shown and marked with its age.

Give reports without filters and --columns, of one probe, and with one --by: merge takes filters itself.

Exit status:
  0    every sled of every shard answered in full
  3    incomplete: a sled did not answer, or not in full, or a shard is missing
  64   wrong usage: no such file, not a report, or reports that cannot be one
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   a report or recording is damaged, cut, empty or of a newer version

Examples:
  cruc-fleet ds-state --shard 1/3 -o json > 1.json       on each of three machines its part
  cruc-fleet merge 1.json 2.json 3.json                  all of them as one answer
  cruc-fleet merge 'reports/*.json' --degraded -o csv
  cruc-fleet merge monday.json failed-again.json         a run, and a later one with --failed-last
  ssh site cat report.json | cruc-fleet merge here.json -`;

/** Adds `merge`: several reports as one. */
export function addMergeCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command
    .description(
      'Makes one answer of several reports of the same question: shards, sites, or a run and a later one of the sleds ' +
        'that did not answer. No sled is visited.',
    )
    .argument(
      '<reports...>',
      'files of -o json, folders of --record, patterns of their names; - is standard input',
    );
  addFilterOptions(command.optionsGroup('Rows:'));
  addDistributionOptions(command);
  addOutputOptions(command, 'rows', 'printed', 'distributions', 'texts')
    .option('--no-fold', 'of exec: print each sled by itself')
    .addHelpText('after', `\n${HELP}`);
  command.action(async (names: readonly string[], options: MergeOptions) => {
    const { merge } = await import('./merge-action.ts');
    setExitCode(await merge(names, options, surroundings));
  });
}
