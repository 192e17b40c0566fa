import { momentText } from '../../drawing/moment.ts';
import type { HistoryPlace } from '../../history/keep-run.ts';
import { describeError, FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { createHistoryReader, type KnownHistory } from '../../serve/history-reader.ts';
import { readListenAddress } from '../../serve/listen-address.ts';
import { openLiveServer } from '../../serve/live-server.ts';
import { apply, beginWatch } from '../../watch/apply.ts';
import type { Now, WatchEvent } from '../../watch/event.ts';
import type { FleetOptions } from '../ask/fleet-run.ts';
import { EXIT } from '../exit-code.ts';
import { inventoryIfThere, openHistory } from '../history/open-history.ts';
import type { KeepOptions } from '../history/keep-option.ts';
import type { Surroundings } from '../surroundings.ts';
import { openWatchedFleet } from '../watch/watch-fleet.ts';
import { openPlaces } from '../watch/kept-places.ts';
import { openWatchKeep, type WatchKeep } from '../watch/watch-keep.ts';
import { watchServed } from './served-sleds.ts';
import { nowOf } from '../watch/now-of.ts';

export type ServeOptions = FleetOptions & KeepOptions & { readonly listen: string };

const TICK_MS = 1_000;

/** Serves until somebody ends it, and gives the exit status. */
export async function serveFleet(options: ServeOptions, surroundings: Surroundings): Promise<number> {
  const { out, err } = surroundings.terminal;
  const say = (text: string) => {
    if (options.quiet !== true) err.write(`${printable(text)}\n`);
  };
  const address = readListenAddress(options.listen);
  const stop = new AbortController();
  const stopListening = surroundings.onInterrupt(() => stop.abort());
  let onBug: (error: unknown) => void = () => {};
  const bug = new Promise<never>((_, reject) => (onBug = reject));
  try {
    let fleet = await openWatchedFleet(options, surroundings, stop.signal);
    if (fleet.sleds.length === 0) throw new FleetError('usage', 'no sled is selected');
    const now = (): Now => nowOf(surroundings);
    const watched = beginWatch(fleet.sleds, now());
    const troubles = new Map<string, readonly string[]>();
    let places = await openPlaces(options, surroundings);
    const place = await placeOf(options, surroundings);
    const keep = keepOf(place, fleet.selection, options, surroundings, (problems) => {
      // Said once here, as long as it stays, and all the while on the pages.
      const before = troubles.get('history') ?? [];
      for (const problem of problems) if (!before.includes(problem)) say(`warning: ${problem}`);
      troubles.set('history', problems);
    });
    const served = {
      watched,
      get selection() {
        return fleet.selection;
      },
      get troubles() {
        return [...troubles.values()].flat();
      },
      get places() {
        return places;
      },
      history: historyOf(place),
    };
    const server = await openLiveServer(address, served, { now, onBug });
    const take = (event: WatchEvent) => {
      // What falls silent at the end was ended by us.
      if (event.kind === 'tick' && stop.signal.aborted) return;
      const notes = apply(watched, event);
      keep?.take(watched, notes, event.now);
    };
    const ticking = setInterval(() => {
      take({ kind: 'tick', now: now() });
      server.tick();
    }, TICK_MS);
    const sleds = watchServed(fleet, watched, take, now, stop.signal);
    let reading: Promise<void> = Promise.resolve();
    const readAgain = async () => {
      try {
        const next = await openWatchedFleet(options, surroundings, stop.signal);
        sleds.become(next);
        fleet = next;
        places = await openPlaces(options, surroundings);
        troubles.delete('inventory');
        out.write(`the inventory was read again: ${next.sleds.length} sleds\n`);
      } catch (error) {
        if (!(error instanceof FleetError)) throw error;
        if (stop.signal.aborted) return;
        const why = `the inventory was read again at ${momentText(now().wall)} and cannot be used, so the one before it still counts: ${describeError(error)}`;
        troubles.set('inventory', [why]);
        err.write(`warning: ${printable(why)}\n`);
      }
      server.tick();
    };
    const stopHearing = surroundings.onHangUp(() => {
      reading = reading.then(readAgain).catch(onBug);
    });
    out.write(`${server.url}\n`);
    try {
      await Promise.race([sleds.ended, bug]);
    } finally {
      stop.abort();
      stopHearing();
      clearInterval(ticking);
      await server.close();
      await reading;
      await sleds.left();
      await keep?.end();
    }
    return EXIT.ok;
  } finally {
    stopListening();
  }
}

/** Where the history is, or why there is none, which keeps nobody from looking at what is now. */
async function placeOf(
  options: ServeOptions,
  surroundings: Surroundings,
): Promise<HistoryPlace | { readonly problem: string }> {
  try {
    return await openHistory(options, await inventoryIfThere(options, surroundings), surroundings);
  } catch (error) {
    if (!(error instanceof FleetError) || options.history !== undefined) throw error;
    return { problem: describeError(error) };
  }
}

function historyOf(
  place: HistoryPlace | { readonly problem: string },
): (since: number) => Promise<KnownHistory> {
  return 'problem' in place ? () => Promise.resolve(place) : createHistoryReader(place.path);
}

function keepOf(
  place: HistoryPlace | { readonly problem: string },
  selection: string,
  { keep }: ServeOptions,
  surroundings: Surroundings,
  onKept: (problems: readonly string[]) => void,
): WatchKeep | null {
  return keep === false || 'problem' in place ? null : openWatchKeep(place, selection, surroundings, onKept);
}
