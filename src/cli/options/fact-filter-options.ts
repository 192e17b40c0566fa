import type { Command } from 'commander';
import { listValue } from './option-values.ts';

/** The options that name disks and instances, which kept facts know. */
export interface FactFilterOptions {
  readonly disk?: readonly string[];
  readonly instance?: readonly string[];
}

export function addFactFilterOptions(command: Command): Command {
  return command
    .option(
      '--disk <names>',
      'sessions of these disks, or PROJECT/DISK, by what facts import has kept',
      listValue,
    )
    .option('--instance <names>', 'sessions of the disks of these instances, in the same way', listValue);
}
