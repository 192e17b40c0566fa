import { Option, type Command } from 'commander';
import type { Key, KeyOption } from '../../config/key.ts';
import { KEYS } from '../../config/keys.ts';

/** Where the configuration of `check` and the memory that it shares with `silence` are. */
export interface ConfigFileOptions {
  readonly config?: string;
  readonly stateFile?: readonly string[];
  readonly history?: readonly string[];
}

/** An option that sets one key of the configuration. */
interface ConfigOption extends KeyOption {
  readonly key: string;
}

/** All of them but --for and --set. */
export const CONFIG_OPTIONS: readonly ConfigOption[] = Object.values<Key>(KEYS).flatMap(({ name, option }) =>
  option === null ? [] : [{ ...option, key: name }],
);

/** The values of the options, by their names as commander makes them. */
export type ConfigOptions = ConfigFileOptions & {
  readonly for?: readonly string[];
  readonly set?: readonly string[];
} & Readonly<Record<string, unknown>>;

/** The options by which the configuration and the memory are found. */
export function addConfigFileOptions(command: Command): Command {
  return add(
    command.option(
      '--config <file>',
      'the configuration (default: $CRUC_FLEET_CONFIG, ./cruc-fleet.yaml, then the XDG configuration folder)',
    ),
    'memory',
  );
}

/** The option by which the history is found. */
export function addHistoryOption(command: Command): Command {
  return add(command, 'history');
}

/** The options that change the configuration of a check. */
export function addConfigOptions(command: Command): Command {
  addHistoryOption(command)
    .optionsGroup('Rules:')
    .option(
      '--for <[rule=]time>',
      'how long an incident is seen before it opens: for all rules, or for one (repairing=4h)',
      collect,
    );
  add(command, 'rules');
  command.option('--set <key=value>', 'set any key of the configuration: rules.flapping.rises=3', collect);
  return add(command.optionsGroup('Who is told:'), 'outlets');
}

function add(command: Command, wanted: KeyOption['group']): Command {
  for (const { flags, help, group } of CONFIG_OPTIONS) {
    if (group === wanted) command.addOption(new Option(flags, help).argParser(collect));
  }
  return command;
}

function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}
