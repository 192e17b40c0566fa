import type { Command } from 'commander';
import { FILTER_NAMES, FILTERS, type FilterName } from './filters.ts';
import { listValue } from './option-values.ts';

/** The options by which rows are filtered: all, or those that are named. */
export function addFilterOptions(command: Command, names: readonly FilterName[] = FILTER_NAMES): Command {
  for (const name of names) {
    const { flags, help } = FILTERS[name];
    if (flags.includes('<')) command.option(flags, help, listValue);
    else command.option(flags, help);
  }
  return command;
}
