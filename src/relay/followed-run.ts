import { setTimeout as pause } from 'node:timers/promises';
import { writeDuration } from '../model/duration.ts';
import type { Reply, SiteSled } from './messages.ts';
import { createNewsEar, type HeardNews } from './news-ear.ts';

/** A runner that is followed hears so often that we are there. */
const FOLLOWED_EVERY_MS = 2000;
/** News that do not come are asked for again, at most so often, */
const AGAIN_EVERY_MS = 500;
/** and so many times once the report is here. */
const MOST_ASKS = 3;
/** A runner that is followed is heard every second at least, and what it told is stale soon after this. */
const QUIET_MS = 2000;
/** What has come and waits to be read is read before that is said. */
const READ_MS = 300;

/** Why no site is reached while that is so. */
export const LINK_LOST = 'our connection to the hub is lost';

/** What is heard of a site while it is followed. */
export interface FollowEars {
  /** These sleds are followed from now on. */
  readonly onAccepted: (sleds: readonly SiteSled[]) => void;
  readonly onNews: (news: readonly HeardNews[]) => void;
  /** Nothing was heard of the site for some seconds, and why that may be; it may be heard again, or end. */
  readonly onQuiet: (reason: string) => void;
  /** It is heard again. */
  readonly onHeard: () => void;
  /** So much was told at the site and does not come. */
  readonly onMissed: (what: string) => void;
}

interface FollowedRunSettings {
  readonly ears: FollowEars;
  readonly elapsed: () => number;
  /** A gap is not waited for any longer. */
  readonly silentAfterMs: number;
  readonly isLinked: () => boolean;
  readonly tell: (what: { readonly type: 'follow'; readonly heard: number; readonly again: boolean }) => void;
}

/** The asker's side of a question that is followed. */
export interface FollowedRun {
  /** The runner begins: from now on it hears that we are there. */
  readonly begin: (sleds: readonly SiteSled[]) => void;
  /** Called with each reply, before what it says is taken. */
  readonly hear: (reply: Reply) => void;
  readonly take: (news: Extract<Reply, { type: 'news' }>) => void;
  /** There is news up to this batch: what is missing is asked for again. False: it was, for too long. */
  readonly mindGap: (last: number) => boolean;
  /** Resolves when all news up to this batch is here, or does not come; nothing else is expected of the site. */
  readonly whole: (last: number) => Promise<void>;
  readonly end: () => void;
}

export function followRun({
  ears,
  elapsed,
  silentAfterMs,
  isLinked,
  tell,
}: FollowedRunSettings): FollowedRun {
  const ear = createNewsEar();
  /** The newest batch that there is, as far as is known. */
  let newest = 0;
  /** Since when one is missing, and when it was asked for last. */
  let gap: { readonly sinceMs: number; askedMs: number } | null = null;
  let telling: NodeJS.Timeout | undefined;
  let quiet: NodeJS.Timeout | undefined;
  let isQuiet = false;

  const say = (again: boolean): void => tell({ type: 'follow', heard: ear.heard(), again });

  const waitForMore = (): void => {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      quiet = setTimeout(() => {
        isQuiet = true;
        ears.onQuiet(isLinked() ? `nothing was heard for ${writeDuration(QUIET_MS)}` : LINK_LOST);
      }, READ_MS);
    }, QUIET_MS);
  };

  return {
    begin(sleds) {
      if (telling !== undefined) return;
      ears.onAccepted(sleds);
      waitForMore();
      telling = setInterval(() => say(false), FOLLOWED_EVERY_MS);
    },
    hear(reply) {
      if (reply.type !== 'news') ear.clock(reply.sent_ms, elapsed());
      if (telling === undefined) return;
      if (isQuiet) ears.onHeard();
      isQuiet = false;
      if (reply.type === 'ready') clearTimeout(quiet);
      else waitForMore();
    },
    take(news) {
      const items = ear.take(news, elapsed());
      if (items === null) return;
      const { skipped } = news;
      if (skipped > 0) ears.onMissed(`${skipped} reports were left out, since we were too slow`);
      ears.onNews(items);
    },
    mindGap(last) {
      const now = elapsed();
      newest = Math.max(newest, last);
      if (ear.heard() >= newest) {
        gap = null;
        return true;
      }
      gap ??= { sinceMs: now, askedMs: Number.NEGATIVE_INFINITY };
      if (now - gap.sinceMs > silentAfterMs) return false;
      if (now - gap.askedMs >= AGAIN_EVERY_MS) {
        gap.askedMs = now;
        say(true);
      }
      return true;
    },
    async whole(last) {
      for (let times = 0; ear.heard() < last && times < MOST_ASKS; times++) {
        say(true);
        await pause(AGAIN_EVERY_MS);
      }
      const missing = last - ear.heard();
      if (missing > 0) ears.onMissed(`${missing} messages of what it told did not come`);
    },
    end() {
      clearInterval(telling);
      clearTimeout(quiet);
    },
  };
}
