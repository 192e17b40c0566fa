import type { Rule } from '../rule.ts';
import { activeTwice } from './active-twice.ts';
import { coverage } from './coverage.ts';
import { critical } from './critical.ts';
import { dataIncomplete } from './data-incomplete.ts';
import { degraded } from './degraded.ts';
import { down } from './down.ts';
import { flapping } from './flapping.ts';
import { jobsStuck } from './jobs-stuck.ts';
import { noReport } from './no-report.ts';
import { pantryStuck } from './pantry-stuck.ts';
import { repairAborted } from './repair-aborted.ts';
import { repairNotBegun } from './repair-not-begun.ts';
import { repairStalled } from './repair-stalled.ts';
import { repairing } from './repairing.ts';
import { sledSilent } from './sled-silent.ts';
import { unreadable } from './unreadable.ts';
import { vanished } from './vanished.ts';
import { waitQuorum } from './wait-quorum.ts';

/** Every rule of `check`, in the order in which they are named: what is worst for a disk first. */
export const RULES = [
  down,
  critical,
  activeTwice,
  degraded,
  waitQuorum,
  jobsStuck,
  repairStalled,
  repairNotBegun,
  repairAborted,
  flapping,
  repairing,
  vanished,
  noReport,
  pantryStuck,
  unreadable,
  sledSilent,
  coverage,
  dataIncomplete,
] as const satisfies readonly Rule[];

export type RuleName = (typeof RULES)[number]['name'];

/** The names of all rules, in their order. */
export const RULE_NAMES: readonly RuleName[] = RULES.map((rule) => rule.name);

const BY_NAME: ReadonlyMap<string, (typeof RULES)[number]> = new Map(RULES.map((rule) => [rule.name, rule]));

export function isRuleName(text: string): text is RuleName {
  return BY_NAME.has(text);
}

export function ruleNamed(name: RuleName): Rule {
  const rule = BY_NAME.get(name);
  if (rule === undefined) throw new Error(`there is no rule ${name}`);
  return rule;
}

/** Something for each rule, by its name. */
export function forEachRule<T>(make: (name: RuleName) => T): Readonly<Record<RuleName, T>> {
  const made: Partial<Record<RuleName, T>> = Object.fromEntries(RULE_NAMES.map((name) => [name, make(name)]));
  if (!holdsEveryRule(made)) throw new Error('a rule has no name');
  return made;
}

function holdsEveryRule<T>(made: Partial<Record<RuleName, T>>): made is Record<RuleName, T> {
  return RULE_NAMES.every((name) => Object.hasOwn(made, name));
}
