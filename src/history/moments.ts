import { applyRun, emptyLife, lifeOf } from './life.ts';
import type { Line, Moment } from './line.ts';
import { pictureIn } from './picture-at.ts';
import type { Picture } from './picture.ts';

/** How things were at some times, each by the last run before it; null where there is none. */
export async function picturesAt(
  lines: () => AsyncIterable<Line | null>,
  times: readonly number[],
  maxAgeMs: number,
): Promise<readonly ({ readonly picture: Picture; readonly run: Moment } | null)[]> {
  // The order of the runs counts, not what the clocks showed: the last run that is not after a time.
  const last = times.map((): number | null => null);
  for await (const line of lines()) {
    if (line?.kind !== 'run') continue;
    for (const [n, time] of times.entries()) if (line.at <= time) last[n] = line.seq;
  }
  const found = times.map((): { picture: Picture; run: Moment } | null => null);
  let life = emptyLife();
  for await (const line of lines()) {
    if (line === null) continue;
    if (line.kind === 'life') {
      life = lifeOf(line);
      continue;
    }
    applyRun(life, line);
    for (const [n, seq] of last.entries()) {
      const time = times[n];
      if (seq !== line.seq || time === undefined) continue;
      const run = { seq: line.seq, at: line.at };
      found[n] = { picture: pictureIn(life, time, maxAgeMs), run };
    }
  }
  return found;
}
