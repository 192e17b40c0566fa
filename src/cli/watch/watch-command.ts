import { Option, type Command } from 'commander';
import { KEYS } from '../../watch/screen-state.ts';
import type { CommandContext } from '../command-context.ts';
import { addConnectionOptions, addForceOption, setHelp } from '../options/connection-options.ts';
import { addKeepOptions } from '../history/keep-option.ts';
import { durationValue, windowValue } from '../options/option-values.ts';
import { addTalkOptions } from '../options/output-options.ts';
import { addRelayOptions } from '../options/relay-options.ts';
import { addSelectionOptions } from '../options/selection-options.ts';
import type { WatchOptions } from './watch-action.ts';
import { WATCH_FORMATS } from './watch-lines.ts';

/** Adds `watch`: a live view on a terminal, events as lines elsewhere. */
export function addWatchCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command.description(
    'Shows the states, repairs and changes of every upstairs on the selected sleds while they happen, until q or Ctrl-C. Off a terminal, and with -o, events come as lines.',
  );
  addSelectionOptions(command);
  command
    .optionsGroup('Watch:')
    .option('--for <time>', 'end by itself after so long', durationValue)
    .addOption(new Option('--program <time>').argParser(windowValue).hideHelp());
  addForceOption(addConnectionOptions(command));
  addRelayOptions(command);
  addTalkOptions(command.optionsGroup('Output:')).addOption(
    new Option('-o, --output <format>', 'events as lines for people, or as records').choices(WATCH_FORMATS),
  );
  addKeepOptions(command);
  setHelp(command, '--timeout', 'has no effect here: --for ends a watch');
  setHelp(command, '--deadline', 'has no effect here: --for ends a watch');
  command.addHelpText('after', `\n${KEYS_HELP}\n\n${EXIT_STATUS}\n\n${EXAMPLES}`);
  command.action(async (options: WatchOptions) => {
    const { watchFleet } = await import('./watch-action.ts');
    setExitCode(await watchFleet(options, surroundings));
  });
}

const KEYS_HELP = `Keys:
${KEYS.map(([key, what]) => `  ${key.padEnd(12)}${what}`).join('\n')}`;

const EXIT_STATUS = `Exit status:
  0    at the end every selected sled was watched, and every upstairs reported
  3    at the end a sled was not watched, or an upstairs did not report
  64   wrong usage
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   the inventory is missing or wrong, or OpenSSH's configuration is wrong
  130  ended by SIGTERM or SIGHUP`;

const EXAMPLES = `Examples:
  cruc-fleet watch --rack 3                        the rack, live
  cruc-fleet watch --rack 3 --for 1h > events.txt  what happened in an hour
  cruc-fleet watch --rack 3 -o ndjson              a record for each event, for a program
  cruc-fleet watch --relay tls://hub.example:4222 --site west,east   sites in one view`;
