import path from 'node:path';
import { xdgFolder } from '../files/xdg.ts';
import { RULE_NAMES, RULES, type RuleName } from '../model/rules.ts';
import { isPath } from '../yaml/file-path.ts';
import { trueOrFalse, whole } from '../yaml/text-schema.ts';
import { key, type Fallback, type FallbackContext, type Key } from './key.ts';
import { RULE_SHORTHAND, ruleKeys, ruleShorthand, type RuleKeys } from './rule-keys.ts';
import * as schema from './value-schemas.ts';

const DURATION = { kind: 'duration' } as const;
const PATH = { kind: 'path' } as const;
const URL = { kind: 'url' } as const;

const FOR = key(
  'for',
  schema.duration,
  '0s',
  'how long each rule is seen before an incident opens',
  DURATION,
);
const USER = key('mail.user', schema.userOrNone, 'none', 'who logs in to the mail server', {
  variable: 'CRUC_FLEET_SMTP_USER',
});

/** Everything that can be set, but for the rules. `docs/alerting.md` shows it as a table. */
export const KEYS = {
  stateFile: key('state_file', schema.path, stateFile, 'where incidents are kept between runs', PATH),
  window: key('window', schema.window, '3s', 'how long each sled is watched', DURATION),
  lockWait: key('lock_wait', schema.lockWait, '30s', 'how long to wait for another run to end', DURATION),
  for: FOR,
  repeat: key('repeat', schema.durationOrNever, '4h', 'how often mails remind of what is open', DURATION),
  resolveAfter: key('resolve_after', whole(1, 1000), '2', 'runs without a sign of an incident that end it'),
  groupBy: key('group_by', schema.oneOf(['rack', 'fleet']), 'rack', 'what shares a mail'),
  mailTo: key('mail.to', schema.mailAddress, [], 'who is mailed'),
  mailFrom: key('mail.from', schema.mailAddress, sender, 'the sender of the mails'),
  smtp: key('mail.smtp', schema.smtpServer, 'off', 'the mail server', URL),
  sendmail: key('mail.sendmail', schema.sendmailPath, 'off', 'a program to send mails with instead', PATH),
  tls: key('mail.tls', schema.oneOf(['required', 'opportunistic', 'off']), tls, 'STARTTLS of smtp://'),
  caFile: key('mail.ca_file', schema.pathOrNone, 'none', "PEM of the mail server's authority", PATH),
  user: USER,
  passwordFile: key('mail.password_file', schema.pathOrNone, 'none', 'its first line is the password', PATH),
  html: key('mail.html', trueOrFalse, 'true', 'whether mails are HTML beside plain text'),
  allWell: key('mail.all_well', schema.timeOfDay, 'off', 'from when a daily mail says that all is well'),
  heartbeat: key('heartbeat', schema.httpUrl, 'off', 'what is pinged at the start and the end', URL),
  textfilePath: key('textfile.path', schema.textfilePath, 'off', 'a file for node_exporter', PATH),
  textfileLabels: key('textfile.labels', schema.labelName, [], 'labels beyond those that are always there'),
  webhookUrl: key('webhook.url', schema.alertsUrl, 'off', 'the Alertmanager that alerts are posted to', URL),
  webhookHold: key('webhook.hold', schema.durationAboveZero, '24h', 'how long an alert stands', DURATION),
} as const satisfies Readonly<Record<string, Key>>;

const RULE_KEYS: ReadonlyMap<RuleName, RuleKeys> = new Map(
  RULE_NAMES.map((name) => [name, ruleKeys(name, RULES[name], FOR)]),
);

/** The keys of a rule of `RULES`. */
export function keysOfRule(name: RuleName): RuleKeys {
  return RULE_KEYS.get(name) ?? ruleKeys(name, RULES[name], FOR);
}

const PLAIN_KEYS: readonly Key[] = Object.values(KEYS);

/** Every key, in the order in which they are shown. */
export const ALL_KEYS: readonly Key[] = [
  ...PLAIN_KEYS.filter(({ name }) => !name.includes('.')),
  ...[...RULE_KEYS.values()].flatMap(({ on, severity, for: ruleFor, thresholds }) => [
    on,
    severity,
    ruleFor,
    ...thresholds.map((each) => each.key),
  ]),
  ...PLAIN_KEYS.filter(({ name }) => name.includes('.')),
];

const BY_NAME: ReadonlyMap<string, Key> = new Map(ALL_KEYS.map((each) => [each.name, each]));

/** The key of that name, if there is one. */
export function keyNamed(name: string): Key | undefined {
  return BY_NAME.get(name);
}

/** What a group of keys may be instead of keys and values. */
export interface Shorthand {
  /** The key that such a text is for; null where it is none. */
  readonly keyOf: (text: string) => Key | null;
  /** What is allowed, for where it is null. */
  readonly allowed: string;
}

/** By the name of the group: `textfile: PATH`, `webhook: URL`, `rules.no_report: off`. */
export const SHORTHANDS: ReadonlyMap<string, Shorthand> = new Map([
  ['textfile', { keyOf: () => KEYS.textfilePath, allowed: '' }],
  ['webhook', { keyOf: () => KEYS.webhookUrl, allowed: '' }],
  ...[...RULE_KEYS].map(([name, keys]): [string, Shorthand] => [
    `rules.${name}`,
    { keyOf: (text) => ruleShorthand(keys, text), allowed: RULE_SHORTHAND },
  ]),
]);

function sender({ hostName }: FallbackContext): Fallback {
  const address = `cruc-fleet@${hostName}`;
  const fits = schema.mailAddress.safeParse(address).success;
  return { texts: [fits ? address : 'cruc-fleet@localhost'], origin: null };
}

function tls({ settled }: FallbackContext): Fallback {
  return { texts: [settled(USER).texts[0] === 'none' ? 'opportunistic' : 'required'], origin: null };
}

function stateFile({ env }: FallbackContext): Fallback {
  const { folder, variable } = xdgFolder('state', { env, home: '~' });
  if (variable === null || !isPath(folder)) {
    return { texts: [`${xdgFolder('state', { env: {}, home: '~' }).folder}/check.json`], origin: null };
  }
  return { texts: [path.join(folder, 'check.json')], origin: `default, in $${variable}` };
}
