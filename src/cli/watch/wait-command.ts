import { Option, type Command } from 'commander';
import { CONDITIONS } from '../../wait/conditions/index.ts';
import type { CommandContext } from '../command-context.ts';
import { addConnectionOptions, addForceOption, setHelp } from '../options/connection-options.ts';
import { addFilterOptions } from '../options/filter-options.ts';
import { countValue, durationValue, repeatedValue, windowValue } from '../options/option-values.ts';
import { addRelayOptions } from '../options/relay-options.ts';
import { addTalkOptions } from '../options/output-options.ts';
import { addSelectionOptions } from '../options/selection-options.ts';
import { WAIT_FILTERS, type WaitOptions } from './wait-options.ts';

/** Adds `wait`: it looks again and again until all is as it is wanted, or the time is over. */
export function addWaitCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command.description(
    'Waits until the selected upstairs are as you want them, in several looks in a row, and every selected sled answers.',
  );
  addSelectionOptions(command);
  addFilterOptions(command.optionsGroup('Whom it is about:'), WAIT_FILTERS);
  command
    .optionsGroup('What for:')
    .option(
      '--for <condition>',
      'healthy (the default), or another of those below; several all count',
      repeatedValue,
    )
    .option('--quorum <n>', 'each upstairs that is in use has at least so many active downstairs', countValue)
    .option('--looks <n>', 'how many looks in a row must be good', countValue, 2)
    .addOption(
      new Option('--every <time>', 'from the begin of one look to the begin of the next')
        .argParser(durationValue)
        .default(10_000, '10 s'),
    )
    .option('-w, --window <time>', 'how long each look watches, in whole seconds', windowValue, 3);
  addForceOption(addConnectionOptions(command));
  addRelayOptions(command);
  setHelp(command, '--timeout', 'how long to wait at most; a look that has begun is finished (default: 30m)');
  setHelp(command, '--deadline', 'limit for each look');
  addTalkOptions(command.optionsGroup('Output:'));
  command.addHelpText('after', `\n${CONDITIONS_HELP}\n\n${EXIT_STATUS}\n\n${EXAMPLES}`);
  command.action(async (options: WaitOptions) => {
    const { waitFor } = await import('./wait-action.ts');
    setExitCode(await waitFor(options, surroundings));
  });
}

const WIDTH = Math.max(...CONDITIONS.map(({ takes }) => takes.length)) + 2;

const CONDITIONS_HELP = `Conditions:
${CONDITIONS.map(({ takes, help }) => `  ${takes.padEnd(WIDTH)}${help}`).join('\n')}`;

const EXIT_STATUS = `Exit status:
  0    it is so, and every selected sled answered in full
  1    the time is over, and something was still missing
  3    the time is over, and in the last look a sled did not answer in full
  64   wrong usage
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   the inventory is missing or wrong, or OpenSSH's configuration is wrong
  130  interrupted`;

const EXAMPLES = `Examples:
  cruc-fleet wait --rack 3                                every upstairs of rack 3 is well
  cruc-fleet wait --rack 3 --for no-repairs --timeout 2h  no repair runs any more
  cruc-fleet wait --rack 3 --quorum 2                     none has fewer than two active downstairs
  cruc-fleet wait --for 'impact 3/14 safe' && update-sled 3/14   before a sled is taken down; docs/place.md has a script`;
