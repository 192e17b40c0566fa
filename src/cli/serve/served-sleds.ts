import { FleetError } from '../../model/error.ts';
import { selectAnew } from '../../watch/apply.ts';
import type { Now, WatchEvent } from '../../watch/event.ts';
import type { Watched } from '../../watch/watched.ts';
import type { WatchedFleet } from '../watch/watch-fleet.ts';

/** The sleds that are watched, which may become others while they are. */
export interface ServedSleds {
  /** Resolves when the signal fires, and rejects where sleds cannot be watched. */
  readonly ended: Promise<void>;
  /** Resolves when nothing of ours is left on any of them, once the signal has fired. */
  readonly left: () => Promise<void>;
  /** Watches the sleds of another inventory: those that are the same, with the same way to them, go on. */
  readonly become: (fleet: WatchedFleet) => void;
}

/** Watches a fleet until the signal fires. */
export function watchServed(
  first: WatchedFleet,
  watched: Watched,
  take: (event: WatchEvent) => void,
  now: () => Now,
  signal: AbortSignal,
): ServedSleds {
  const watching = new Map<string, { readonly way: string; readonly stop: AbortController }>();
  let failed: (error: unknown) => void = () => {};
  const failure = new Promise<never>((_, reject) => (failed = reject));
  const running = new Set<Promise<void>>();

  const begin = (fleet: WatchedFleet, only: ReadonlySet<string>): void => {
    if (only.size === 0) return;
    const stops = new Map([...only].map((sled) => [sled, new AbortController()]));
    for (const [sled, stop] of stops) watching.set(sled, { way: fleet.ways.get(sled) ?? '', stop });
    const untilOf = (sled: string) => stops.get(sled)?.signal ?? signal;
    // What a sled that was left alone still says is not of the sled that has its name now.
    const hear = (event: WatchEvent) => {
      if (!('sled' in event) || !untilOf(event.sled.id).aborted) take(event);
    };
    const run = fleet.run(hear, signal, { only, untilOf }).then(
      () => void running.delete(run),
      (error: unknown) => {
        running.delete(run);
        failed(error);
      },
    );
    running.add(run);
  };

  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

  begin(first, new Set(first.ways.keys()));
  return {
    ended: Promise.race([failure, aborted]),
    left: async () => void (await Promise.all(running)),
    become(fleet) {
      if (fleet.sleds.length === 0) throw new FleetError('usage', 'no sled is selected');
      const isKept = (sled: string, way: string) => watching.get(sled)?.way === way;
      const kept = new Set([...fleet.ways].filter(([sled, way]) => isKept(sled, way)).map(([sled]) => sled));
      for (const [sled, { stop }] of watching) {
        if (kept.has(sled)) continue;
        stop.abort();
        watching.delete(sled);
      }
      selectAnew(watched, fleet.sleds, kept, now());
      begin(fleet, new Set([...fleet.ways.keys()].filter((sled) => !kept.has(sled))));
    },
  };
}
