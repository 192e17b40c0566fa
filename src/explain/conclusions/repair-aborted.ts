import { momentText } from '../../drawing/moment.ts';
import type { Rule } from '../conclusion.ts';

/** Live repairs were aborted. The counter rises for all three at each abort, so that it names no culprit. */
export const repairAborted: Rule = ({ moved }) => {
  const aborted = moved.filter(({ counter }) => counter === 'aborted');
  const times = Math.max(0, ...aborted.map(({ by }) => by));
  const [first] = aborted.toSorted((a, b) => b.at - a.at);
  if (first === undefined || times === 0) return [];
  const count = times === 1 ? 'a live repair was aborted' : `live repairs were aborted ${times} times`;
  return [
    {
      index: null,
      says: `${count}, last before ${momentText(first.at)}; that is counted for all three downstairs at once, so it does not say which one failed`,
      evidence: [`ds_live_repair_aborted rose by ${times} (history)`],
      ...(times > 1 ? { pattern: 'repair_again' as const } : {}),
    },
  ];
};
