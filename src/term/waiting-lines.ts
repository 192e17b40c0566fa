import type { Progress } from '../model/progress.ts';
import type { Sled } from '../model/sled.ts';
import { foldRacks, waitingText, type StageTimes } from './progress-lines.ts';
import { createTally } from './rack-tally.ts';

/** How often it is said who is waited for. */
const SAID_EVERY_MS = 5000;
const LOOKED_EVERY_MS = 500;

/** A line now and then that names the sleds which hold the answer back, for a terminal that cannot be drawn over. */
export function waitingLines(
  writeLine: (line: string) => void,
  sleds: readonly Sled[],
  { times, elapsed }: { readonly times: StageTimes; readonly elapsed: () => number },
): Progress {
  const started = elapsed();
  const tally = createTally(sleds, elapsed);
  let saidAt = Number.NEGATIVE_INFINITY;
  const look = () => {
    const elapsedMs = elapsed() - started;
    if (elapsedMs - saidAt < SAID_EVERY_MS) return;
    const all = foldRacks(tally.racks.map((rack) => tally.of(rack)));
    const waiting = waitingText(all, { elapsedMs, times });
    if (waiting === null) return;
    saidAt = elapsedMs;
    writeLine(`${all.answered} of ${all.selected} answered, ${waiting}`);
  };
  const timer = setInterval(look, LOOKED_EVERY_MS);
  return {
    stage: tally.stage,
    outcome: tally.outcome,
    async finish() {
      clearInterval(timer);
    },
  };
}
