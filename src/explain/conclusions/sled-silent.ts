import { ofLostCopies, stateEvidence } from '../conclusion.ts';

/** The sled of a lost copy cannot be reached either. */
export const sledSilent = ofLostCopies((copy) => {
  const { index, sled, unreached, state } = copy;
  if (sled === null || unreached === null) return null;
  return {
    index,
    says: `downstairs ${index} is ${state ?? '?'}, and its sled ${sled} cannot be reached by cruc-fleet either`,
    evidence: [`${sled}: ${unreached}`, stateEvidence(copy)],
  };
});
