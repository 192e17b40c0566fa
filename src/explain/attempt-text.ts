import type { Attempts } from '../facts/slog.ts';

/** `tried [fd00:…]:19004 2 times: Connection refused` */
export function attemptText({ address, tries, outcome }: Attempts): string {
  const times = tries === 0 ? 'tried' : `tried ${tries === 1 ? 'once' : `${tries} times`}`;
  const what = `${times}${address === null ? '' : ` ${address}`}`;
  if (outcome === null) return `${what}, with no answer yet`;
  return outcome.kind === 'connected' ? `${what}, connected at last` : `${what}: ${outcome.words}`;
}
