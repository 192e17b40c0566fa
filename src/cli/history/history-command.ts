import { Argument, type Command } from 'commander';
import { HISTORY_KINDS } from '../../history/history-rows.ts';
import type { CommandContext } from '../command-context.ts';
import { addConfigFileOptions, addHistoryOption } from '../options/config-options.ts';
import type { HistoryCommandOptions } from './history-action.ts';
import { addFactFilterOptions } from '../options/fact-filter-options.ts';
import { listValue } from '../options/option-values.ts';
import { formatsHelp, outputOption, outputsOf } from '../options/output-options.ts';

/** These need a report about sleds. */
const NOT_HERE = ['prometheus', 'plugin'];

/** The formats of reports about times. */
export const TIME_OUTPUTS = outputsOf('rows').filter(({ name }) => !NOT_HERE.includes(name));

/** Adds `history`: the lives of upstairs as lines. */
export function addHistoryCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command
    .description(
      'Shows what check and ds-state --keep have seen: since when each upstairs is in its state, where it was, its ' +
        'repairs, and when it was not seen. No sled is visited. docs/history.md explains it.',
    )
    .addArgument(
      new Argument(
        '[subject]',
        'an upstairs or session id or its beginning, a zone, or a sled (3/14); all when none is given',
      ),
    )
    .option('--since <time>', 'the start: 2d (ago), 02:00, yesterday, 2026-11-27T06:00', '1d')
    .option(
      '--summary',
      'by rack and sled: what flaps, how long repairs last, what recovered in the last 24 h',
    );
  addFactFilterOptions(command);
  addPlaceOptions(command);
  addTimeOutputOptions(command).option('--ascii', 'draw the timeline in ASCII');
  command.addHelpText('after', `\n${HELP}`);
  command.action(async (subject: string | undefined, options: HistoryCommandOptions) => {
    const { showHistory } = await import('./history-action.ts');
    setExitCode(await showHistory(subject ?? null, options, surroundings));
  });
}

/** The options that say where the history is. */
export function addPlaceOptions(command: Command): Command {
  command
    .optionsGroup('Where it is kept:')
    .option('-i, --inventory <file>', 'the inventory whose check: section may say where the history is');
  return addHistoryOption(addConfigFileOptions(command));
}

/** The options that say how it is printed. */
export function addTimeOutputOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('-q, --quiet', 'no notes on standard error')
    .addOption(outputOption(TIME_OUTPUTS, 'table'))
    .option('--no-headers', 'leave the headings out')
    .option('--columns <names>', 'the columns to show, in this order', listValue)
    .addHelpText('after', `\n${formatsHelp(TIME_OUTPUTS)}`);
}

const KINDS = Object.entries(HISTORY_KINDS).map(([kind, what]) => `  ${kind.padEnd(10)}${what}`);

const HELP = `Rows (all formats but table, and table with --columns), by kind:
${KINDS.join('\n')}

Exit status:
  0    the last look saw every sled that it asked
  3    a sled was not seen at the last look, or a part of the history is damaged
  64   wrong usage: the history is off, or nothing by that name is in it
  78   there is no history yet, it cannot be read, or it is of a newer version

Examples:
  cruc-fleet history c0b92059 --since 7d      the life of one upstairs
  cruc-fleet history 3/14 --since 02:00       everything on a sled since two o'clock
  cruc-fleet history --summary --since 30d    what flaps, and how long repairs last
  cruc-fleet history -o json                  for a program`;
