import { keepRun, type HistoryPlace } from '../../history/keep-run.ts';
import { pictureOf, type Picture } from '../../history/picture.ts';
import type { SledOutcome } from '../../model/report.ts';
import { isOldIn } from '../../model/row-note.ts';
import type { Note, Now } from '../../watch/event.ts';
import { outcomesNow } from '../../watch/outcomes.ts';
import type { Watched } from '../../watch/watched.ts';
import type { Surroundings } from '../surroundings.ts';

/** What is seen is kept so often, and sooner where something changed. */
const EVERY_MS = 60_000;
const AFTER_CHANGE_MS = 10_000;

/** Adds what a watch sees to the history, a look at a time. */
export interface WatchKeep {
  /** Called with each tick, and what it told; keeps a look where one is due. */
  readonly take: (watched: Watched, notes: readonly Note[], now: Now) => void;
  /** Resolves once all is written; what could not be, a sentence each. */
  readonly end: () => Promise<readonly string[]>;
}

export function openWatchKeep(
  place: HistoryPlace,
  selection: string,
  { hostName, bootClock, random, now: clock }: Surroundings,
  onKept: (problems: readonly string[]) => void = () => {},
): WatchKeep {
  const problems = new Set<string>();
  let hasChanged = false;
  let keptMs: number | null = null;
  let writing: Promise<void> = Promise.resolve();
  let isWriting = false;
  const keep = async (picture: Picture) => {
    const facts = { host: hostName, command: 'watch', windowMs: EVERY_MS, selection, clock: bootClock() };
    const found = await keepRun(place, picture, facts, { random, now: clock });
    for (const problem of found) problems.add(problem);
    onKept(found);
    isWriting = false;
  };
  return {
    take(watched, notes, now) {
      hasChanged ||= notes.some(({ what }) => what === 'changed' || what === 'gone');
      // A rack is heard for a moment before its first look.
      const since = now.ms - (keptMs ?? watched.begunMs);
      if (isWriting || since < (hasChanged || keptMs === null ? AFTER_CHANGE_MS : EVERY_MS)) return;
      keptMs = now.ms;
      hasChanged = false;
      isWriting = true;
      writing = keep(pictureNow(watched, now));
    },
    async end() {
      await writing;
      return [...problems];
    },
  };
}

/** What is known now, as a look would have seen it: what is stale was not seen. */
export function pictureNow(watched: Watched, now: Now): Picture {
  const at = new Date(now.wall);
  const outcomes = outcomesNow(watched, now).map((outcome): SledOutcome =>
    outcome.status === 'failed' ? outcome : { ...outcome, rows: outcome.rows.filter((row) => !isOldIn(row)) },
  );
  return pictureOf({ outcomes, startedAt: at, finishedAt: at });
}
