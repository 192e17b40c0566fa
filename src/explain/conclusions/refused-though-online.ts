import { attemptText } from '../attempt-text.ts';
import { ofLostCopies, stateEvidence } from '../conclusion.ts';

/** The connection is refused although the service is online. */
export const refusedThoughOnline = ofLostCopies((copy) => {
  const { heard, service, index } = copy;
  if (heard.kind !== 'heard' || heard.attempts.outcome?.kind !== 'refused') return null;
  if (service?.state !== 'online') return null;
  return {
    index,
    says: `${heard.attempts.address ?? 'the downstairs'} refuses the connection, though its service is online`,
    evidence: [
      `${attemptText(heard.attempts)} (slog, now)`,
      `online (${service.source})`,
      stateEvidence(copy),
    ],
  };
});
