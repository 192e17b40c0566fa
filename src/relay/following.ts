import type { Tell } from './messages.ts';
import { createNewsQueue } from './news-queue.ts';
import type { NewsItem } from './news.ts';

/** News go at most so often. */
const SENT_EVERY_MS = 500;
/** An asker that was not heard for so long is gone: nothing is left running for it. */
export const ASKER_GONE_MS = 15_000;

/** The runner's side of a question that is followed: what is told, and whether somebody is there to hear it. */
export interface Following {
  readonly tell: (item: NewsItem, atMs: number, key: string | null) => void;
  readonly hear: (told: Extract<Tell, { type: 'follow' }>) => void;
  /** The number of the last batch that was sent. */
  readonly last: () => number;
  /** Resolves when all that was told was sent, or nobody is there any more. */
  readonly drained: () => Promise<void>;
}

interface FollowingSettings {
  readonly elapsed: () => number;
  readonly who: () => object;
  readonly room: number;
  readonly publish: (data: Uint8Array) => void;
  /** The asker is gone. */
  readonly onGone: () => void;
}

export function openFollowing({ elapsed, onGone, ...to }: FollowingSettings): Following {
  const queue = createNewsQueue({ elapsed, ...to });
  let heardMs = elapsed();
  let isGone = false;
  let onDrained: (() => void) | null = null;
  const turn = (): void => {
    if (elapsed() - heardMs > ASKER_GONE_MS && !isGone) {
      isGone = true;
      onGone();
    }
    queue.send();
    if (onDrained === null || !(queue.isEmpty() || isGone)) return;
    clearInterval(timer);
    onDrained();
  };
  const timer = setInterval(turn, SENT_EVERY_MS);
  return {
    tell: queue.add,
    last: queue.last,
    hear({ heard, again }) {
      heardMs = elapsed();
      queue.heard(heard, again);
    },
    drained: () =>
      new Promise<void>((resolve) => {
        onDrained = resolve;
        turn();
      }),
  };
}
