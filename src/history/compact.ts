import type { Line, RunLine, Sample } from './line.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How much more than was asked for may be kept: a history is cut where a line says all, which one does each week. */
export const LIFE_EVERY_MS = 7 * DAY_MS;

/**
 * The number of the oldest run that is to be kept. Where this machine's clock was set, what is older moves with it, so
 * that a clock that shows next year forgets nothing.
 */
export function firstKept(lines: readonly Line[], now: number, keepMs: number): number {
  let set = 0;
  for (const line of lines.toReversed()) {
    if (line.kind === 'life') continue;
    if (now - line.at - set > keepMs) return line.seq + 1;
    set += line.jump ?? 0;
  }
  return 0;
}

/**
 * What a history needs of its lines, from the last one that says all before the run `keptFrom` on; of the samples that
 * are older than a day the first and the last of each repair and one an hour. Null where that is all of them.
 */
export function compacted(lines: readonly Line[], keptFrom: number, now: number): readonly Line[] | null {
  const first = lines.findLastIndex((line) => line.kind === 'life' && line.seq < keptFrom);
  const kept = first <= 0 ? lines : lines.slice(first);
  const dropped = samplesToDrop(kept, now - DAY_MS);
  if (dropped.size === 0) return first <= 0 ? null : kept;
  return kept.map((line) => (line.kind === 'run' ? withoutSamples(line, dropped) : line));
}

/** Samples between the first and the last of their repair that are in the same hour as one before them. */
function samplesToDrop(lines: readonly Line[], before: number): ReadonlySet<Sample> {
  const dropped = new Set<Sample>();
  // By repair: the last one that is kept for good, and the last of all, which is kept unless another follows.
  const repairs = new Map<string, { hour: number; seq: number; last: Sample | null }>();
  for (const line of lines) {
    if (line.kind !== 'run' || line.at >= before) continue;
    const hour = Math.floor(line.at / HOUR_MS);
    for (const sample of line.samples ?? []) {
      const key = `${sample.id} ${sample.kind === 'reconcile' ? '' : sample.ds}`;
      const known = repairs.get(key);
      // One that was not there for a while is another repair, or the same one behind a gap: both keep their ends.
      if (known === undefined || line.seq - known.seq > MAX_RUNS_APART) {
        repairs.set(key, { hour, seq: line.seq, last: null });
        continue;
      }
      if (known.last !== null) dropped.add(known.last);
      repairs.set(
        key,
        hour === known.hour ? { ...known, seq: line.seq, last: sample } : { hour, seq: line.seq, last: null },
      );
    }
  }
  return dropped;
}

const MAX_RUNS_APART = 3;

function withoutSamples(line: RunLine, dropped: ReadonlySet<Sample>): RunLine {
  const { samples, ...rest } = line;
  const kept = (samples ?? []).filter((sample) => !dropped.has(sample));
  return kept.length === 0 ? rest : { ...rest, samples: kept };
}
