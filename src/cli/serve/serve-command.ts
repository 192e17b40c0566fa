import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addConfigFileOptions, addHistoryOption } from '../options/config-options.ts';
import { addConnectionOptions, addForceOption, setHelp } from '../options/connection-options.ts';
import { addTalkOptions } from '../options/output-options.ts';
import { addSelectionOptions } from '../options/selection-options.ts';
import type { ServeOptions } from './serve-action.ts';

/** Adds `serve`: the page of the racks, live, for browsers on this machine. */
export function addServeCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command.description(
    'Serves the selected sleds as a live page, for browsers on this machine: racks, sleds, sessions, repairs and history; for programs /report.json, /metrics and /healthz. It watches as watch does, once for all readers, changes nothing, and prints its address. docs/serve.md explains it.',
  );
  addSelectionOptions(command);
  command
    .optionsGroup('Serve:')
    .option('--listen <address>', 'where it listens, on this machine alone; port 0: any', '127.0.0.1:8080');
  addForceOption(addConnectionOptions(command));
  addTalkOptions(command.optionsGroup('Output:'));
  command.optionsGroup('History:').option('--no-keep', 'add nothing to the history that check keeps');
  addHistoryOption(addConfigFileOptions(command));
  setHelp(command, '--timeout', 'has no effect here');
  setHelp(command, '--deadline', 'has no effect here');
  command.addHelpText('after', `\n${SIGNALS}\n\n${EXIT_STATUS}\n\n${EXAMPLES}`);
  command.action(async (options: ServeOptions) => {
    const { serveFleet } = await import('./serve-action.ts');
    setExitCode(await serveFleet(options, surroundings));
  });
}

const SIGNALS = `Signals:
  SIGHUP           reads the inventory again; the old one stays where that is wrong
  SIGINT, SIGTERM  end it`;

const EXIT_STATUS = `Exit status:
  0    ended by Ctrl-C or SIGTERM
  64   wrong usage; the port is in use, or the address is not this machine's own
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   the inventory is missing or wrong, or OpenSSH's configuration is wrong`;

const EXAMPLES = `Examples:
  cruc-fleet serve --rack 3                          http://127.0.0.1:8080/
  cruc-fleet serve --listen 127.0.0.1:9000 &         another port
  ssh -L 8080:127.0.0.1:8080 jump-host               on your machine: read it there`;
