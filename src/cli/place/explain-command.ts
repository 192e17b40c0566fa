import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addFailedLastOption } from '../ask/failed-last.ts';
import { addConfigFileOptions, addHistoryOption } from '../options/config-options.ts';
import { addConnectionOptions } from '../options/connection-options.ts';
import { addFactFilterOptions } from '../options/fact-filter-options.ts';
import { windowValue } from '../options/option-values.ts';
import { addOutputOptions } from '../options/output-options.ts';
import { addSelectionOptions } from '../options/selection-options.ts';
import type { ExplainOptions } from './explain-options.ts';
import { HTTP_HELP } from './where-command.ts';

const HELP = `What is not active is traced: the process of the VM is listened to for 25 s, by DTrace and at its own messages about
connections alone. That gives the index and the address of exactly the downstairs that cannot be connected, and the
error. Of one sled 4 processes are traced at most. --no-trace leaves it out. The last log lines of a service are read
with tail in its zone, 12 at most.

${HTTP_HELP}

Only what was read is said, and what follows from it, with its evidence. A command that would clear it is printed, and
never run.

Exit status:
  0    every copy that is not active was placed, and of those that are lost all was read that was to be
  3    a sled did not answer in full, or something is not known
  64   wrong usage: nothing is called so
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   the inventory is wrong, or kept facts may be read by others
  130  interrupted

Examples:
  cruc-fleet explain 3f2b1c9e                 an upstairs, by the beginning of its id
  cruc-fleet explain web/boot --no-trace      a disk, in ten seconds
  cruc-fleet explain --instance web/vm-1      every disk of an instance
  cruc-fleet explain boot -o markdown         for a ticket`;

/** Adds `explain`: why an upstairs is as it is, as far as it can be read. */
export function addExplainCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command
    .description(
      'Puts together what an engineer would look up by hand: states now and since when, both ends of every copy, the ' +
        'services of those that are lost with their last log lines, what the upstairs meets when it connects, pools ' +
        'and repairs; then what follows from it, each sentence with its evidence, and what is not known.',
    )
    .argument('[name]', 'an upstairs (or the beginning of its id), a zone, a disk, or PROJECT/DISK');
  addFailedLastOption(addSelectionOptions(command));
  addFactFilterOptions(command);
  command
    .optionsGroup('Asking:')
    .option('--no-trace', 'do not listen to the process of the VM, which takes 25 s')
    .option('--no-http', 'ask no VM: what its upstairs talks to is then known from the trace and kept facts')
    .option('--offline', 'ask no sled either: what is kept, alone')
    .option('-w, --window <time>', 'how long each sled is watched for its upstairs', windowValue, 3);
  addHistoryOption(addConfigFileOptions(command.optionsGroup('Since when:')));
  addConnectionOptions(command);
  addOutputOptions(command, 'rows');
  command.addHelpText('after', `\n${HELP}`);
  command.action(async (word: string | undefined, options: ExplainOptions) => {
    const { explain } = await import('./explain-action.ts');
    setExitCode(await explain(word, options, surroundings));
  });
}
