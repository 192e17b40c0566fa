import type { Rule } from '../conclusion.ts';
import { stateEvidence } from '../conclusion.ts';

/** Copies are being repaired: they come back by themselves, unless that is aborted. */
export const repairing: Rule = ({ copies, repairs }) =>
  copies.flatMap((copy) =>
    copy.role !== 'repairing'
      ? []
      : [
          {
            index: copy.index,
            says: `downstairs ${copy.index} is under repair (${copy.state ?? '?'})`,
            evidence: [stateEvidence(copy), ...repairs] as const,
          },
        ],
  );
