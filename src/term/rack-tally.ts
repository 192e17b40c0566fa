import type { Progress } from '../model/progress.ts';
import type { Sled } from '../model/sled.ts';
import type { Stage } from '../model/stage.ts';
import type { RackProgress } from './progress-lines.ts';

/** Counts of what a run tells of its sleds, by rack. */
export interface Tally extends Pick<Progress, 'stage' | 'outcome'> {
  readonly racks: readonly string[];
  readonly of: (rack: string) => RackProgress;
}

/** Counts from nothing; `elapsed` is monotonic milliseconds. */
export function createTally(sleds: readonly Sled[], elapsed: () => number): Tally {
  const stages = new Map<string, { readonly sled: Sled; readonly stage: Stage; readonly since: number }>();
  const answered = new Map<string, boolean>();
  return {
    racks: [...new Set(sleds.map((sled) => sled.rack))],
    of(rack) {
      const ofRack = sleds.filter((sled) => sled.rack === rack);
      const done = ofRack.flatMap((sled) => answered.get(sled.id) ?? []);
      return {
        rack,
        selected: ofRack.length,
        answered: done.filter((isAnswer) => isAnswer).length,
        failed: done.filter((isAnswer) => !isAnswer).length,
        inFlight: ofRack.flatMap(({ id }) => {
          const now = answered.has(id) ? undefined : stages.get(id);
          return now === undefined
            ? []
            : [{ sled: now.sled, stage: now.stage, stageMs: elapsed() - now.since }];
        }),
      };
    },
    stage(sled, stage) {
      stages.set(sled.id, { sled, stage, since: elapsed() });
    },
    outcome(outcome) {
      answered.set(outcome.sled.id, outcome.status === 'answered');
    },
  };
}
