import { ruleNamed, type RuleName } from './rules/index.ts';

/** `disk stopped`: what counts say of a rule, without what stands behind it in brackets. */
export function ruleNoun(rule: RuleName, count = 1): string {
  return ruleNamed(rule).counted[count === 1 ? 0 : 1].replace(/ \(.*\)$/, '');
}

/** `disk stopped (two of three downstairs lost)`: the same words when it opens, is listed and ends. */
export function ruleWords(rule: RuleName, count = 1): string {
  return ruleNamed(rule).counted[count === 1 ? 0 : 1];
}
