import type { Rule } from '../alert/rule.ts';
import type { Threshold } from '../alert/threshold.ts';
import { writeDuration } from '../model/duration.ts';
import { SEVERITIES, type IncidentSeverity } from '../model/level.ts';
import { key, type Fallback, type FallbackContext, type Key } from './key.ts';
import { duration, oneOf, onOrOff, threshold } from './value-types.ts';

/** What can be set of one rule. */
export interface RuleKeys {
  readonly on: Key<boolean>;
  readonly severity: Key<IncidentSeverity>;
  readonly for: Key<number>;
  readonly thresholds: readonly { readonly name: string; readonly key: Key<number> }[];
}

/** The keys of a rule. `forAll` is the key of the `for` that holds for every rule which is not given one itself. */
export function ruleKeys(rule: Rule, forAll: Key): RuleKeys {
  const prefix = `rules.${rule.name}`;
  const part = 'rules';
  const ruleFor = ({ settled }: FallbackContext): Fallback => {
    const { texts, source, origin } = settled(forAll);
    return source === 'default'
      ? { texts: [writeDuration(rule.forMs)], origin: null }
      : { texts, origin: `for, ${origin}` };
  };
  return {
    on: key(`${prefix}.on`, {
      part,
      type: onOrOff,
      default: 'on',
      help: `whether it is looked for: ${rule.summary}`,
    }),
    severity: key(`${prefix}.severity`, {
      part,
      type: oneOf(SEVERITIES),
      default: rule.severity,
      help: 'how bad it is',
    }),
    for: key(`${prefix}.for`, {
      part,
      type: duration,
      default: ruleFor,
      help: 'how long it is seen before an incident opens',
    }),
    thresholds: Object.entries(rule.thresholds).map(([name, each]) => ({
      name,
      key: key(`${prefix}.${name}`, { part, type: threshold(each), default: written(each), help: each.help }),
    })),
  };
}

/** What a rule may be instead of keys and values: `off`, or a severity. */
export function ruleShorthand({ on, severity }: RuleKeys, text: string): Key | null {
  return [on, severity].find(({ type }) => type.parse(text) !== undefined) ?? null;
}

export const RULE_SHORTHAND = `on, off, ${SEVERITIES.join(', ')}, or keys and values such as { for: 5m }`;

function written({ kind, default: number }: Threshold): string {
  return kind === 'duration' ? writeDuration(number) : String(number);
}
