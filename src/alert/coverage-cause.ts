import { FleetError, type ErrorCode } from '../model/error.ts';
import { groupBy } from '../model/group-by.ts';
import type { FailedOutcome } from '../model/report.ts';

/** What most of a rack's sleds share that did not answer, where the way to them is not to blame. */
export const COVERAGE_CAUSES = ['host keys of sleds', 'logins of sleds', 'scripts on sleds'] as const;

export type CoverageCause = (typeof COVERAGE_CAUSES)[number];

export function isCoverageCause(text: string): text is CoverageCause {
  return COVERAGE_CAUSES.some((cause) => cause === text);
}

/** Null where no cause is that of more than half: a gateway or the network is likelier then. */
export function coverageCause(failed: readonly FailedOutcome[]): CoverageCause | null {
  const causes = failed.map(causeOf);
  return (
    COVERAGE_CAUSES.find((cause) => causes.filter((each) => each === cause).length * 2 > failed.length) ??
    null
  );
}

const OF_KEYS: readonly ErrorCode[] = ['host_key_unknown', 'host_key_changed', 'host_key_revoked'];

function causeOf({ stage, error }: FailedOutcome): CoverageCause | null {
  // What a gateway did stands as the cause of what is said of the sled.
  if (error.cause instanceof FleetError) return null;
  if (OF_KEYS.includes(error.code)) return 'host keys of sleds';
  if (error.code === 'authentication') return 'logins of sleds';
  const wasReached = stage !== 'connect' && error.code !== 'connection_lost' && error.code !== 'not_tried';
  return wasReached ? 'scripts on sleds' : null;
}

/** Kinds that are named. */
const MOST_KINDS = 3;

/** `host_key_changed`, or `timeout (20), host_key_changed (12)`: how sleds failed, the commonest first. */
export function failureCounts(failed: readonly FailedOutcome[]): string {
  const kinds = [...groupBy(failed, ({ error }) => error.code)].sort(([, a], [, b]) => b.length - a.length);
  const [first] = kinds;
  if (first !== undefined && kinds.length === 1) return first[0];
  const more = kinds.length - MOST_KINDS;
  const named = kinds.slice(0, MOST_KINDS).map(([code, { length }]) => `${code} (${length})`);
  return [...named, ...(more > 0 ? [`${more} more kinds`] : [])].join(', ');
}
