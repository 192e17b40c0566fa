import { formatDuration } from '../../model/duration.ts';
import { FleetError } from '../../model/error.ts';
import type { Level } from '../../model/level.ts';
import { placesOf, readState } from '../../store/store.ts';
import type { Surroundings } from '../surroundings.ts';

/** What the last recorded check came to. */
export interface LastVerdict {
  readonly level: Level;
  readonly headline: string;
  readonly ago: string;
}

/** Null where none is kept, or it cannot be read. */
export async function lastVerdict(
  stateFile: string,
  { now }: Pick<Surroundings, 'now'>,
): Promise<LastVerdict | null> {
  const at = now().getTime();
  try {
    const { value } = await readState(placesOf(stateFile), at, false);
    const last = value?.lastRun ?? null;
    if (last === null) return null;
    const { level, headline } = last;
    return { level, headline, ago: formatDuration(Math.max(0, at - last.at)) };
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return null;
  }
}
