import { attemptText } from '../attempt-text.ts';
import { ofLostCopies, stateEvidence } from '../conclusion.ts';

/** Nobody answers at the address, or the connection fails in another way. */
export const connectionFails = ofLostCopies((copy) => {
  const { heard, index, service, unreached, sled } = copy;
  if (heard.kind !== 'heard') return null;
  const { outcome, address } = heard.attempts;
  const isRefused = outcome?.kind === 'refused' && service !== null;
  if (outcome === null || outcome.kind === 'connected' || isRefused) return null;
  const what =
    outcome.kind === 'timeout'
      ? `${address ?? 'the downstairs'} does not answer within 10 s`
      : `the connection to ${address ?? 'the downstairs'} fails: ${outcome.words}`;
  const though = service?.state === 'online' ? ', though its service is online' : '';
  return {
    index,
    says: `${what}${though}`,
    evidence: [
      `${attemptText(heard.attempts)} (slog, now)`,
      ...(service === null ? [] : [`${service.state} (${service.source})`]),
      ...(unreached === null ? [] : [`${sled ?? 'its sled'} was not reached: ${unreached}`]),
      stateEvidence(copy),
    ],
  };
});
