import { ofLostCopies, stateEvidence } from '../conclusion.ts';

/** The sled of a lost copy does not answer either. */
export const sledSilent = ofLostCopies((copy) => {
  const { index, sled, unreached, state } = copy;
  if (sled === null || unreached === null) return null;
  return {
    index,
    says: `downstairs ${index} is ${state ?? '?'}, and its sled ${sled} does not answer cruc-fleet`,
    evidence: [`${sled}: ${unreached}`, stateEvidence(copy)],
  };
});
