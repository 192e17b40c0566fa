import { RULE_NAMES, ruleNamed, type RuleName } from '../alert/rules/index.ts';
import type { Key } from './key.ts';
import { KEYS } from './keys.ts';
import { RULE_SHORTHAND, ruleKeys, ruleShorthand, type RuleKeys } from './rule-keys.ts';

const RULE_KEYS: ReadonlyMap<RuleName, RuleKeys> = new Map(
  RULE_NAMES.map((name) => [name, ruleKeys(ruleNamed(name), KEYS.forMs)]),
);

/** What can be set of a rule. */
export function keysOfRule(name: RuleName): RuleKeys {
  const keys = RULE_KEYS.get(name);
  if (keys === undefined) throw new Error(`the rule ${name} has no keys`);
  return keys;
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
  ...PLAIN_KEYS.filter((each) => each.speaksForGroup).map((each): [string, Shorthand] => [
    each.name.slice(0, each.name.lastIndexOf('.')),
    { keyOf: () => each, allowed: '' },
  ]),
  ...[...RULE_KEYS].map(([name, keys]): [string, Shorthand] => [
    `rules.${name}`,
    { keyOf: (text) => ruleShorthand(keys, text), allowed: RULE_SHORTHAND },
  ]),
]);
