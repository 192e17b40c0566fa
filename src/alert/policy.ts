import type { IncidentSeverity } from '../model/level.ts';
import { ruleNamed, type RULES, type RuleName } from './rules/index.ts';

/** What the configuration says of one rule. */
export interface RulePolicy<Key extends string = string> {
  readonly on: boolean;
  readonly severity: IncidentSeverity;
  readonly forMs: number;
  /** By the keys of the rule's thresholds, each of them there. */
  readonly thresholds: Readonly<Record<Key, number>>;
}

/** What it says of every rule, each with its own thresholds. */
export type RulePolicies = {
  readonly [R in (typeof RULES)[number] as R['name']]: RulePolicy<keyof R['thresholds'] & string>;
};

/** Everything that decides what is an incident and when somebody hears of it. */
export interface Policy {
  readonly rules: RulePolicies;
  /** How long after a group's last mail it is reminded of what is still open; null is never. */
  readonly repeatMs: number | null;
  /** Runs without a sign of an incident after which it is over. */
  readonly resolveAfter: number;
  /** What shares a mail. */
  readonly groupBy: 'rack' | 'site' | 'fleet';
  /** Minutes after local midnight from which the daily mail says that all is well; null is never. */
  readonly allWellAt: number | null;
}

/** A rule as it is without any configuration. */
export function defaultRulePolicy(name: RuleName): RulePolicy {
  const { severity, forMs, thresholds } = ruleNamed(name);
  const defaults = Object.entries(thresholds).map(([key, threshold]) => [key, threshold.default]);
  return { on: true, severity, forMs, thresholds: Object.fromEntries(defaults) };
}
