import { openAsking, type AskingSettings } from './ask-sites.ts';
import type { SiteEnd } from './site-end.ts';
import type { Wire } from './wire.ts';

/** A site that was followed for so long is asked again at once, others later each time. */
const STEADY_MS = 15_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

export interface FollowSitesSettings extends AskingSettings {
  readonly follow: NonNullable<AskingSettings['follow']>;
  readonly random: () => number;
  /** Resolves after so many milliseconds, or when the signal fires. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A site is not followed now; it is asked again after so many milliseconds. */
  readonly onLost: (end: SiteEnd, againMs: number) => void;
  /** A site is not followed any more, since the signal has fired. */
  readonly onEnd: (end: SiteEnd) => void;
}

/** Follows sites until the signal fires: one that ends, or does not answer, is asked again and again. Never rejects. */
export async function followSites(
  wire: Wire,
  sites: readonly string[],
  settings: FollowSitesSettings,
): Promise<void> {
  const { signal, elapsed, random, pause } = settings;
  const asking = openAsking(wire, settings);
  const follow = async (site: string): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      const begunMs = elapsed();
      const end = await asking.ask(site);
      if (signal.aborted) return settings.onEnd(end);
      if (elapsed() - begunMs >= STEADY_MS) failures = 0;
      const longMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
      const againMs = longMs * (0.5 + random() / 2);
      failures += 1;
      settings.onLost(end, againMs);
      await pause(againMs, signal);
    }
  };
  await Promise.all(sites.map(follow));
  asking.close();
}
