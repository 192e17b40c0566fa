import type { Command } from 'commander';

/** For commands that say what they are in `FleetRunSettings.recorded`, so that `replay` can make their answer again. */
export function addRecordOption(command: Command): Command {
  return command.option(
    '--record <folder>',
    'keep what each sled gave in a folder that is new or empty, for replay',
  );
}
