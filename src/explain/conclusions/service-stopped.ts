import { ofLostCopies, stateEvidence } from '../conclusion.ts';
import { clearCommand, serviceSays } from '../service-text.ts';

/** The service of a lost copy does not run; what the upstairs meets there was not heard. */
export const serviceStopped = ofLostCopies((copy) => {
  const { heard, service, index } = copy;
  if (service === null || service.state === 'online') return null;
  if (heard.kind === 'heard' && heard.attempts.outcome?.kind === 'refused') return null;
  const command = clearCommand(copy);
  return {
    index,
    says: `the ${serviceSays(copy, service)}, and downstairs ${index} is ${copy.state ?? '?'}`,
    evidence: [`${service.state} (${service.source})`, stateEvidence(copy)],
    ...(command === null ? {} : { command }),
  };
});
