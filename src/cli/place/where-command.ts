import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { UNKNOWN_REASONS } from '../../facts/value.ts';
import type { CommandContext } from '../command-context.ts';
import { addConnectionOptions } from '../options/connection-options.ts';
import { addFailedLastOption } from '../ask/failed-last.ts';
import { windowValue } from '../options/option-values.ts';
import { addOutputOptions } from '../options/output-options.ts';
import { addSelectionOptions } from '../options/selection-options.ts';
import type { WhereOptions } from './where-action.ts';

const REASON_WIDTH = Math.max(...Object.keys(UNKNOWN_REASONS).map((name) => name.length)) + 2;

export const HTTP_HELP = `A VM is asked over HTTP, by curl on its sled, what its upstairs talks to. The question goes through the queue of the
guest's IO: no command but where, explain, impact and a wait for impact asks, a sled asks for one disk after another,
3 s for each, none once 4 did not answer, and a disk whose last request is unanswered is not asked for again for 10
minutes. --no-http leaves it out.`;

const HELP = `${HTTP_HELP}

Why a value is ?, in the column unknown:
${Object.entries(UNKNOWN_REASONS)
  .map(([name, meaning]) => `  ${name.padEnd(REASON_WIDTH)}${meaning}`)
  .join('\n')}

Exit status:
  0    every downstairs was placed: its region and its sled are known
  3    a sled did not answer in full, or a downstairs could not be placed
  64   wrong usage: nothing is called so
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   the inventory is wrong, or kept facts may be read by others
  130  interrupted

Examples:
  cruc-fleet where 3f2b1c9e              an upstairs, by the beginning of its id
  cruc-fleet where web/boot --ds 1       downstairs 1 of the disk boot of project web
  cruc-fleet where "propolis 34aa5f9c"   every disk of a VM, by its zone
  cruc-fleet where boot -o wide          with sources, ages and doubts of every value`;

/** Adds `where`: which sled, region, zone, pool and disk each downstairs of an upstairs is on. */
export function addWhereCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command
    .description(
      'Says both ends of every copy of a disk: whose disk the upstairs serves, and on which sled, in which zone and ' +
        'pool, on which physical disk each downstairs is. It joins what sleds and VMs say now with what facts import ' +
        'has kept; every value has a source and an age, and what is not known is ? with a reason.',
    )
    .argument('<name>', 'an upstairs (or the beginning of its id), a zone, a disk, or PROJECT/DISK');
  addFailedLastOption(addSelectionOptions(command));
  command
    .optionsGroup('Asking:')
    .option('--ds <index>', 'this downstairs alone: 0, 1 or 2', indexValue)
    .option('--no-http', 'ask no VM: what its upstairs talks to is then known from kept facts alone')
    .option('--offline', 'ask no sled either: what is kept, alone')
    .option('-w, --window <time>', 'how long each sled is watched for its upstairs', windowValue, 3);
  addConnectionOptions(command);
  addOutputOptions(command, 'rows');
  command.addHelpText('after', `\n${HELP}`);
  command.action(async (word: string, options: WhereOptions) => {
    const { where } = await import('./where-action.ts');
    setExitCode(await where(word, options, surroundings));
  });
}

function indexValue(text: string): number {
  if (!/^[012]$/.test(text)) throw new InvalidArgumentError('give 0, 1 or 2.');
  return Number(text);
}
