import type { Command } from 'commander';
import { EFFECTS } from '../../impact/effect.ts';
import type { CommandContext } from '../command-context.ts';
import { addConfigFileOptions, addHistoryOption } from '../options/config-options.ts';
import { addConnectionOptions } from '../options/connection-options.ts';
import { durationValue, windowValue } from '../options/option-values.ts';
import { addOutputOptions } from '../options/output-options.ts';
import { addSelectionOptions } from '../options/selection-options.ts';
import type { ImpactOptions } from './impact-action.ts';
import { HTTP_HELP } from './where-command.ts';

const WIDTH = Math.max(...Object.keys(EFFECTS).map((word) => word.length)) + 2;

const HELP = `The verdict:
  safe     every upstairs in use keeps two active copies, or has fewer already without this
  wait     some would keep fewer than two, and each has a repair elsewhere that brings another back
  unsafe   some would keep fewer than two, and no repair elsewhere brings another back: certain, whatever is unknown
  unknown  a sled did not answer, or where the copies of an upstairs are is not known from this run's own answers

What becomes of an upstairs, in the column effect:
${Object.entries(EFFECTS)
  .map(([word, help]) => `  ${word.padEnd(WIDTH)}${help}`)
  .join('\n')}

Every sled of the rack has to be asked: without -r, -s or -l it is the rack of the sled that you name. Copies of disks
without a running upstairs are not judged, and the verdict says so.

${HTTP_HELP}
The connections of VMs that do not say it, and of pantries, are asked for with netstat in their zones: that shows which
sleds they do not talk to.

Exit status, of several sleds that of the worst:
  0    safe
  1    wait
  2    unsafe
  3    unknown
  64   wrong usage: no such sled, disk or pool, or a sled that is not selected
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   the inventory is wrong, or kept facts may be read by others
  130  interrupted

Examples:
  cruc-fleet impact 3/17                  may sled 17 of rack 3 be powered off?
  cruc-fleet impact 3/17 --disk A0793     may this disk be pulled?
  cruc-fleet impact -r 3                  which sled can go next
  cruc-fleet wait --for 'impact 3/17 safe' && update-sled 3/17`;

/** Adds `impact`: what a sled, disk or pool takes with it if it goes. */
export function addImpactCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command
    .description(
      'Says what goes with a sled, a disk or a pool: which upstairs lose a copy and how many they keep, given how they ' +
        'are now, which VMs stop, which repairs run from or to it; and whether it may go. Without a sled it says of ' +
        'each selected one whether it can go next.',
    )
    .argument('[sled]', 'rack/cubby, a serial or a name');
  addSelectionOptions(command);
  command
    .optionsGroup('What goes, and what is believed:')
    .option('--disk <serial>', 'of the sled this physical disk alone')
    .option('--pool <id>', 'of the sled this pool alone, by its name, its id or the beginning of that')
    .option('--no-http', 'ask no VM: what its upstairs talks to is then not known')
    .option(
      '--trust-facts <age>',
      'believe kept exports of this age too (1h); the verdict says so',
      durationValue,
    )
    .option('-w, --window <time>', 'how long each sled is watched for its upstairs', windowValue, 3);
  addHistoryOption(addConfigFileOptions(command.optionsGroup('How long repairs still take:')));
  addConnectionOptions(command);
  addOutputOptions(command, 'rows');
  command.addHelpText('after', `\n${HELP}`);
  command.action(async (sled: string | undefined, options: ImpactOptions) => {
    const { impact } = await import('./impact-action.ts');
    setExitCode(await impact(sled, options, surroundings));
  });
}
