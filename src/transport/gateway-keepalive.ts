import type { Gateway } from '../model/target.ts';

const GATEWAY_KEEPALIVE_MS = 4_000;

/**
 * A gateway carries a rack: that it is gone is to be known while its sleds can still be asked again, and before they
 * seem to be gone themselves.
 */
export function keepaliveOf({ keepaliveMs }: Gateway): number {
  return Math.min(keepaliveMs / 2, GATEWAY_KEEPALIVE_MS);
}
