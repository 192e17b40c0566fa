import { stateEvidence, ofLostCopies } from '../conclusion.ts';
import { attemptText } from '../attempt-text.ts';
import { clearCommand, serviceSays } from '../service-text.ts';

/** The connection is refused, and the service that should take it does not run. */
export const serviceRefuses = ofLostCopies((copy) => {
  const { heard, service, index } = copy;
  if (heard.kind !== 'heard' || heard.attempts.outcome?.kind !== 'refused') return null;
  if (service === null || service.state === 'online') return null;
  const { address } = heard.attempts;
  const command = clearCommand(copy);
  return {
    index,
    says: `connection refused by ${address ?? 'the downstairs'}, the ${serviceSays(copy, service)}`,
    evidence: [
      `${attemptText(heard.attempts)} (slog, now)`,
      `${service.state} (${service.source})`,
      stateEvidence(copy),
    ],
    ...(command === null ? {} : { command }),
  };
});
