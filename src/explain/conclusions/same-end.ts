import { ofLostCopies, stateEvidence } from '../conclusion.ts';

/** Other upstairs lost copies at the same place: it is not of this upstairs alone. */
export const sameEnd = ofLostCopies((copy) => {
  const { index, shared } = copy;
  if (shared === null || shared.others.length === 0) return null;
  const count = shared.others.length;
  const others = count === 1 ? '1 other downstairs' : `${count} other downstairs`;
  return {
    index,
    says: `${others} on ${shared.name} ${count === 1 ? 'is' : 'are'} not active either: what is wrong is not of this upstairs alone`,
    evidence: [`${shared.others.join(', ')} (their upstairs, now)`, stateEvidence(copy)],
  };
});
