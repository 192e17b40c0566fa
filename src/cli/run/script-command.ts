import { Argument, type Command } from 'commander';
import { probeText, readableText } from '../../fleet/one-text.ts';
import { FleetError } from '../../model/error.ts';
import { randomHex } from '../../model/random-hex.ts';
import type { CommandContext } from '../command-context.ts';
import { intervalValue, pidValue, uuidValue, windowValue } from '../options/option-values.ts';
import { probeNamed, settingsFor } from './prepare-run.ts';
import type { WhatIsAsked } from './run-options.ts';

type ScriptOptions = WhatIsAsked & { readonly readable?: boolean };

/** Adds `script`: a probe as one text for tools that run a command on many sleds. */
export function addScriptCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command
    .description(DESCRIPTION)
    .addArgument(new Argument('<probe>', 'ds-state, lr-state, or any of cruc-fleet probes'))
    .option(
      '-w, --window <time>',
      'how long each sled is watched, in whole seconds (default: depends on the probe)',
      windowValue,
    )
    .option('--interval <time>', 'how often to print; 0 prints a distribution at the end only', intervalValue)
    .option('--pid <pid>', 'one process', pidValue)
    .option('--volume <uuid>', 'one volume', uuidValue)
    .option('--readable', 'print what the text runs, to be read before it is pasted')
    .addHelpText('after', `\n${HELP}`);
  command.action(async (name: string, options: ScriptOptions) => {
    if (name.includes('/') || name.endsWith('.d')) {
      throw new FleetError(
        'usage',
        `script ${name}: only probes can be made one text (cruc-fleet probes lists them)`,
      );
    }
    const { scriptsFolder } = surroundings;
    const probe = probeNamed(name);
    const settings = settingsFor(probe, options);
    const word = randomHex(surroundings.random, WORD_DIGITS);
    const text =
      options.readable === true
        ? await readableText(scriptsFolder, probe, settings, word)
        : await probeText(scriptsFolder, probe, settings).make(word);
    surroundings.terminal.out.write(`${text}\n`);
    setExitCode(0);
  });
}

const WORD_DIGITS = 12;

const DESCRIPTION =
  'Prints a probe as one line of text that holds its scripts and its D program. It is for a tool that runs a command ' +
  'on many sleds, or for the shell of one sled. It writes nothing on a sled and ends by itself. cruc-fleet parse reads ' +
  'what it prints, and tells a sled that did not answer from one that has nothing to show.';

const HELP = `The text holds no single quote: put it between two of them. It was not tried on a real rack with pilot or sush.

Exit status:
  0    printed
  64   wrong usage
  70   a bug in cruc-fleet
  74   standard output could not be written

Examples:
  pilot host exec -c "$(cruc-fleet script ds-state)" 0-31 >answers.txt
  cruc-fleet parse ds-state -i inventory.yaml --rack 3 answers.txt
  cruc-fleet script ds-state --readable                    what it runs, to be read first`;
