import { sessionHealth, type Health } from '../model/health.ts';

/**
 * How a session was seen, as one text: the states of its three downstairs (`active faulted active`), or a `?` with the
 * reason why they are not known though its sled was seen.
 */
export type Condition = string;

/** Why the states of a session that may live are not known. */
export type Unknown = 'no_report' | 'unreadable' | 'cut';

type States = readonly [string, string, string];

export function conditionOf(states: States): Condition {
  return states.join(' ');
}

export function unknownCondition(why: Unknown): Condition {
  return `?${why}`;
}

/** The states; null where they are not known. */
export function statesOf(condition: Condition): States | null {
  if (condition.startsWith('?')) return null;
  const [first, second, third] = condition.split(' ');
  return first === undefined || second === undefined || third === undefined ? null : [first, second, third];
}

/** Why the states are not known; null where they are. */
export function whyUnknown(condition: Condition): Unknown | null {
  switch (condition) {
    case '?no_report':
      return 'no_report';
    case '?unreadable':
      return 'unreadable';
    default:
      return condition.startsWith('?') ? 'cut' : null;
  }
}

/** The health by the rule of today; null where it is unknown. */
export function healthOf(condition: Condition): Health | null {
  const states = statesOf(condition);
  if (states !== null) return sessionHealth(states);
  return condition === '?no_report' ? 'no_report' : null;
}
