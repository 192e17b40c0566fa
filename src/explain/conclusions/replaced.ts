import type { Conclusion, Rule } from '../conclusion.ts';
import { stateEvidence } from '../conclusion.ts';

/** A downstairs was replaced in this session, or is about to be. */
export const replaced: Rule = ({ copies }) =>
  copies.flatMap((copy): readonly Conclusion[] => {
    const { index, state, place } = copy;
    const times = copy.replaced ?? 0;
    const isOffline = state === 'offline' && times > 0;
    const doubts = 'value' in place.address ? place.address.doubts : [];
    const told: readonly Conclusion[] =
      times > 0 && copy.role !== 'serves'
        ? [
            {
              index,
              says: `downstairs ${index} was replaced ${times === 1 ? 'once' : `${times} times`} in this session, and is ${state ?? '?'}`,
              evidence: [`ds_replaced is ${times} (the upstairs, now)`, stateEvidence(copy)],
              ...(isOffline ? { pattern: 'offline_replaced' as const } : {}),
            },
          ]
        : [];
    const [doubt] = doubts;
    if (doubt === undefined || !('value' in place.address)) return told;
    return [
      ...told,
      {
        index,
        says: `the upstairs talks to ${place.address.value}, and another source says otherwise: a replacement may be under way, or that source is old`,
        evidence: [
          doubt,
          `${place.address.value} (${place.address.from.map(({ source }) => source).join(', ')})`,
        ],
      },
    ];
  });
