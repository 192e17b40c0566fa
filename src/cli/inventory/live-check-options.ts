import type { Command } from 'commander';
import { DRIFT_STATES } from '../../import/drift.ts';
import { FleetError } from '../../model/error.ts';
import { addConnectionOptions, setHelp } from '../options/connection-options.ts';
import { addOutputOptions } from '../options/output-options.ts';

const STATE_WIDTH = Math.max(...Object.keys(DRIFT_STATES).map((name) => name.length)) + 2;

/** What --live shows, for help. */
export const LIVE_HELP = `With --live, the state of a sled:
${Object.entries(DRIFT_STATES)
  .map(([name, meaning]) => `  ${name.padEnd(STATE_WIDTH)}${meaning}`)
  .join('\n')}

Exit status:
  0    no errors; with --live, every selected sled is the one that the inventory says
  1    with --live: something differs
  3    incomplete: a sled did not answer or does not tell which it is, or sources may be cut or contradict each other
  64   wrong usage
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   the inventory is missing or wrong, or OpenSSH's configuration is wrong
  130  interrupted

Examples:
  cruc-fleet inventory check
  cruc-fleet inventory check --live --rack 3
  cruc-fleet inventory check --live --from omdb-sleds sleds.txt -o json`;

/** The options by which `inventory check` visits sleds. */
export function addLiveOptions(command: Command): void {
  command
    .optionsGroup('Live:')
    .option('--live', 'ask each sled who it is, and say what differs from the inventory')
    .option('--from <kind file...>', 'with --live: compare with what these say too, as for inventory import');
  addConnectionOptions(command);
  setHelp(command, '--timeout', 'limit for the question on a sled (default: 15 s)');
  setHelp(command, '--upload-timeout', 'has no effect here: nothing is uploaded');
  addOutputOptions(command, 'rows');
  setHelp(command, '--sort-by', 'columns to sort by; a leading - is descending (default: rack and cubby)');
}

/** Refuses what says nothing where no sled is visited. */
export function refuseWithoutLive(command: Command): void {
  for (const [option, name] of [
    ['from', '--from'],
    ['output', '--output'],
  ] as const) {
    if (command.getOptionValueSource(option) === 'cli') {
      throw new FleetError('usage', `${name} goes with --live, which visits the sleds`);
    }
  }
}
