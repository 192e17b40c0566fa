import { FleetError } from '../../model/error.ts';
import { keepRun, type HistoryPlace } from '../../history/keep-run.ts';
import { pictureOf, type Picture } from '../../history/picture.ts';
import type { Issue } from '../../model/issue.ts';
import type { SledOutcome } from '../../model/report.ts';
import type { Note, Now } from '../../watch/event.ts';
import { isStale } from '../../watch/list.ts';
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
): WatchKeep {
  const problems = new Set<string>();
  let hasChanged = false;
  let keptMs: number | null = null;
  let writing: Promise<void> = Promise.resolve();
  let isWriting = false;
  const keep = async (picture: Picture) => {
    const facts = { host: hostName, command: 'watch', windowMs: EVERY_MS, selection, clock: bootClock() };
    for (const problem of await keepRun(place, picture, facts, { random, now: clock })) problems.add(problem);
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
  const outcomes = [...watched.sleds.values()].map(({ sled, state, why, processes }): SledOutcome => {
    if (state !== 'live') {
      const error = new FleetError('connection_lost', why ?? 'nothing was heard of it');
      return { status: 'failed', sled, elapsedMs: 0, stage: 'run', error };
    }
    const own = [...watched.sessions.values()].filter((session) => session.sled.id === sled.id);
    const stale = own.filter((session) => isStale(session, now.ms)).length;
    const issues: Issue[] = [
      ...(stale === 0 ? [] : [{ code: 'cut' as const, message: `${stale} sessions are silent` }]),
      ...(processes === null
        ? [{ code: 'warning' as const, message: 'its processes could not be listed' }]
        : []),
    ];
    const rows = own
      .filter((session) => !isStale(session, now.ms))
      .map(({ row, health }) => ({ ...row, health }));
    const said = { via: null, distributions: [], text: '', warnings: [] };
    return { status: 'answered', sled, elapsedMs: 0, ...said, rows, issues };
  });
  return pictureOf({ outcomes, startedAt: at, finishedAt: at });
}
