import { formatDuration } from '../../model/duration.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { foldSleds } from '../../model/sled-fold.ts';
import { apply, beginWatch } from '../../watch/apply.ts';
import type { Now, WatchEvent } from '../../watch/event.ts';
import { isStale } from '../../watch/list.ts';
import type { Places } from '../../watch/session-place.ts';
import { countsText, viewLines } from '../../watch/view.ts';
import type { Watched } from '../../watch/watched.ts';
import { EXIT } from '../exit-code.ts';
import type { FleetOptions } from '../ask/fleet-run.ts';
import type { KeepOptions } from '../history/keep-option.ts';
import type { Surroundings } from '../surroundings.ts';
import { refuseWithoutRelay } from '../options/relay-options.ts';
import { openWatchedFleet, type WatchedFleet } from './watch-fleet.ts';
import type { WatchKeep } from './watch-keep.ts';
import { noteLine, type WatchFormat } from './watch-lines.ts';
import { openWatchScreen } from './watch-screen.ts';
import { nowOf } from './now-of.ts';

export type WatchOptions = FleetOptions &
  KeepOptions & {
    readonly for?: number;
    readonly output?: WatchFormat;
    readonly program?: number;
  };

const TICK_MS = 500;

/** Watches until somebody ends it, and gives the exit status: how whole it was at its end. */
export async function watchFleet(options: WatchOptions, surroundings: Surroundings): Promise<number> {
  const { out, err } = surroundings.terminal;
  const stop = new AbortController();
  let isKilled = false;
  const stopListening = surroundings.onInterrupt((signal) => {
    isKilled = signal !== 'SIGINT';
    stop.abort();
  });
  try {
    const fleet = await openFleet(options, surroundings, stop.signal);
    if (fleet.sleds.length === 0) throw new FleetError('usage', 'no sled is selected');
    const now = (): Now => nowOf(surroundings);
    const keep = await openKeep(fleet.selection, options, surroundings);
    const watched = beginWatch(fleet.sleds, now());
    const drawn = options.output === undefined && out.canRedraw;
    // What is kept here is of sleds that are asked from here.
    const places = drawn && options.relay === undefined ? await openKeptPlaces(options, surroundings) : null;
    const screen = drawn
      ? openWatchScreen(
          (state, at, size) =>
            viewLines(watched, state, at, size, `cruc-fleet watch: ${fleet.selection}`, places),
          surroundings,
          () => stop.abort(),
        )
      : null;
    const take = (event: WatchEvent) => {
      // What falls silent at the end was ended by us.
      if (event.kind === 'tick' && stop.signal.aborted) return;
      const notes = apply(watched, event);
      keep?.take(watched, notes, event.now);
      if (screen !== null) {
        if (notes.length > 0) screen.changed();
        return;
      }
      for (const note of notes) {
        const line = noteLine(note, options.output ?? 'lines');
        if (line !== null) out.write(line);
      }
    };
    const ticking = setInterval(() => take({ kind: 'tick', now: now() }), TICK_MS);
    const ending = options.for === undefined ? null : setTimeout(() => stop.abort(), options.for);
    let endMs: number | null = null;
    stop.signal.addEventListener('abort', () => (endMs = surroundings.elapsed()));
    try {
      await fleet.run(take, stop.signal);
    } finally {
      clearInterval(ticking);
      if (ending !== null) clearTimeout(ending);
      screen?.close();
      for (const problem of (await keep?.end()) ?? []) err.write(`warning: ${printable(problem)}\n`);
    }
    const atEnd = endMs ?? surroundings.elapsed();
    if (options.quiet !== true) err.write(`${summary(watched, atEnd)}\n`);
    if (isKilled) return EXIT.interrupted;
    return isWhole(watched, atEnd) ? EXIT.ok : EXIT.incomplete;
  } finally {
    stopListening();
  }
}

/** The sleds of the inventory here, or those of sites. */
async function openFleet(
  options: WatchOptions,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<WatchedFleet> {
  if (options.relay !== undefined) {
    const { openWatchedSites } = await import('../sites/watch-sites.ts');
    return await openWatchedSites(options, surroundings);
  }
  refuseWithoutRelay(options);
  return await openWatchedFleet(options, surroundings, signal);
}

/** What is kept of places, for the detail of a session. */
async function openKeptPlaces(options: WatchOptions, surroundings: Surroundings): Promise<Places> {
  const { openPlaces } = await import('./kept-places.ts');
  return await openPlaces(options, surroundings);
}

/** What adds to the history; null where that is not wanted. */
async function openKeep(
  selection: string,
  options: WatchOptions,
  surroundings: Surroundings,
): Promise<WatchKeep | null> {
  if (options.keep !== true) return null;
  const [{ openHistory, inventoryIfThere }, { openWatchKeep }] = await Promise.all([
    import('../history/open-history.ts'),
    import('./watch-keep.ts'),
  ]);
  const place = await openHistory(options, await inventoryIfThere(options, surroundings), surroundings);
  return openWatchKeep(place, selection, surroundings);
}

function summary(watched: Watched, nowMs: number): string {
  const unseen = [...watched.sleds.values()].filter(({ state }) => state !== 'live');
  const lost =
    unseen.length === 0 ? '' : `; not watched at the end: ${foldSleds(unseen.map(({ sled }) => sled))}`;
  const of = `${watched.sleds.size - unseen.length} of ${watched.sleds.size} sleds`;
  return `watched ${of} for ${formatDuration(nowMs - watched.begunMs)}: ${countsText(watched, nowMs)}${lost}`;
}

/** Every sled is watched, and what is known of each upstairs is of now. */
function isWhole(watched: Watched, nowMs: number): boolean {
  return (
    [...watched.sleds.values()].every(({ state, processes }) => state === 'live' && processes !== null) &&
    [...watched.sessions.values()].every((session) => session.health !== null && !isStale(session, nowMs))
  );
}
