import type { Rule } from '../conclusion.ts';

/** Nothing is wrong with it now. */
export const allActive: Rule = ({ copies }) =>
  copies.every(({ state }) => state === 'active')
    ? [
        {
          index: null,
          says: 'all three downstairs are active: there is nothing to explain now',
          evidence: ['active, active, active (the upstairs, now)'],
        },
      ]
    : [];
