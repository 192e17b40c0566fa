import type { Rule } from '../conclusion.ts';
import { stateEvidence } from '../conclusion.ts';

/** No downstairs serves. */
export const threeLost: Rule = ({ copies: [a, b, c] }) => {
  const isFaulted = [a, b, c].every(({ state }) => state === 'faulted');
  if (![a, b, c].every(({ role }) => role === 'lost')) return [];
  // Before its activation, and after its end, that is as it should be.
  if (![a, b, c].some(({ state }) => state === 'faulted' || state === 'offline')) return [];
  return [
    {
      index: null,
      says: 'no downstairs of it is active, or under repair',
      evidence: [stateEvidence(a), stateEvidence(b), stateEvidence(c)],
      ...(isFaulted ? { pattern: 'three_lost' as const } : {}),
    },
  ];
};
