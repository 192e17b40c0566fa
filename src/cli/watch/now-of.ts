import type { Now } from '../../watch/event.ts';
import type { Surroundings } from '../surroundings.ts';

/** The moment by both clocks, so long ago. */
export function nowOf({ elapsed, now }: Pick<Surroundings, 'elapsed' | 'now'>, agoMs = 0): Now {
  return { ms: elapsed() - agoMs, wall: now().getTime() - agoMs };
}
