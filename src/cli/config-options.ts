import { Option, type Command } from 'commander';

/** Where the configuration of `check` and the memory that it shares with `silence` are. */
export interface ConfigFileOptions {
  readonly config?: string;
  readonly stateFile?: readonly string[];
}

/** An option that sets one key of the configuration: its flags, the key, and its help. */
interface ConfigOption {
  readonly flags: string;
  readonly key: string;
  readonly help: string;
}

const STATE_FILE: ConfigOption = {
  flags: '--state-file <file>',
  key: 'state_file',
  help: 'what is remembered from run to run (default: check.json in the XDG state folder)',
};

const RULE_OPTIONS: readonly ConfigOption[] = [
  {
    flags: '-w, --window <time>',
    key: 'window',
    help: 'how long each sled is watched, in whole seconds (default: 3s)',
  },
  {
    flags: '--repeat <time>',
    key: 'repeat',
    help: 'remind of what is still open so often, or never (default: 4h)',
  },
  {
    flags: '--resolve-after <n>',
    key: 'resolve_after',
    help: 'runs without a sign of an incident after which it is over (default: 2)',
  },
  { flags: '--group-by <what>', key: 'group_by', help: 'what shares a mail: rack or fleet (default: rack)' },
];

const OUTLET_OPTIONS: readonly ConfigOption[] = [
  { flags: '--mail-to <addresses>', key: 'mail.to', help: 'who is mailed; several with commas' },
  {
    flags: '--mail-from <address>',
    key: 'mail.from',
    help: 'the sender (default: cruc-fleet@ this machine)',
  },
  {
    flags: '--smtp <url>',
    key: 'mail.smtp',
    help: 'the mail server: smtp://host[:port] or smtps://host[:port]',
  },
  {
    flags: '--sendmail [path]',
    key: 'mail.sendmail',
    help: 'hand mails to this program instead (default: /usr/sbin/sendmail)',
  },
  {
    flags: '--smtp-password-file <file>',
    key: 'mail.password_file',
    help: 'its first line is the password (or: $CRUC_FLEET_SMTP_USER, $CRUC_FLEET_SMTP_PASSWORD)',
  },
  {
    flags: '--all-well <time>',
    key: 'mail.all_well',
    help: 'a mail a day, from this time on, that all is well: 08:00',
  },
  {
    flags: '--heartbeat <url>',
    key: 'heartbeat',
    help: 'pinged at the start and the end, as healthchecks has it',
  },
  {
    flags: '--textfile <file>',
    key: 'textfile.path',
    help: "metrics for node_exporter's textfile collector",
  },
  {
    flags: '--textfile-labels <names>',
    key: 'textfile.labels',
    help: 'columns that become labels there, such as zone or session_id',
  },
  {
    flags: '--webhook <url>',
    key: 'webhook.url',
    help: 'an Alertmanager, to which incidents are posted as alerts',
  },
];

/** All of them but --for and --set. */
export const CONFIG_OPTIONS: readonly ConfigOption[] = [STATE_FILE, ...RULE_OPTIONS, ...OUTLET_OPTIONS];

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
    [STATE_FILE],
  );
}

/** The options that change the configuration of a check. */
export function addConfigOptions(command: Command): Command {
  command
    .optionsGroup('Rules:')
    .option(
      '--for <[rule=]time>',
      'an incident opens after it was seen for so long: of all rules, or of one (repairing=4h)',
      collect,
    );
  add(command, RULE_OPTIONS);
  command.option('--set <key=value>', 'any key of the configuration: rules.flapping.rises=3', collect);
  return add(command.optionsGroup('Who hears of it:'), OUTLET_OPTIONS);
}

function add(command: Command, options: readonly ConfigOption[]): Command {
  for (const { flags, help } of options) command.addOption(new Option(flags, help).argParser(collect));
  return command;
}

function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}
