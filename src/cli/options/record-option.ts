import type { Command } from 'commander';

/** For commands that say what they are in `FleetRunSettings.recorded`, so that `replay` can make their answer again. */
export function addRecordOption(command: Command): Command {
  return command.option(
    '--record <folder>',
    'keep the output of each sled in this folder, new or empty, for replay',
  );
}
