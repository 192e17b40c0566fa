import { groupBy } from '../model/group-by.ts';
import type { SledOutcome } from '../model/report.ts';
import type { SessionMemory } from './memory.ts';
import { isInFull, processKey } from './processes.ts';
import type { MissingUpstairs } from './scene.ts';
import { identityOf, isPantry, type Upstairs } from './upstairs.ts';

/**
 * The upstairs that are remembered and no longer report, though their process runs and reports others, and their sled
 * answered in full. Not those of a pantry, which lets go of an upstairs when its work on a volume is done; and not
 * those that a report without ids, or one that could not be read, may be of.
 */
export function missingUpstairs(
  before: readonly SessionMemory[],
  upstairs: readonly Upstairs[],
  outcomes: readonly SledOutcome[],
): readonly MissingUpstairs[] {
  const seen = new Set(upstairs.filter(hasId).map(identityOf));
  const byProcess = groupBy(upstairs, processKey);
  const sleds = new Map(outcomes.filter(isInFull).map(({ sled }) => [sled.id, sled]));
  return before.flatMap(({ id, at, sessionId, values, last }): readonly MissingUpstairs[] => {
    if (last === null || last.upstairsId === null || seen.has(id) || isPantry(last.zone)) return [];
    const sled = sleds.get(last.sled);
    const others = byProcess.get(processKey(last)) ?? [];
    if (sled === undefined || others.length === 0 || !others.every(hasId)) return [];
    const { rack, cubby } = sled;
    return [{ ...last, upstairsId: last.upstairsId, rack, cubby, sessionId, at, values }];
  });
}

function hasId({ upstairsId }: Upstairs): boolean {
  return upstairsId !== null;
}
