import type { Reply } from './messages.ts';
import type { NewsItem } from './news.ts';

/** Two clocks that count seconds drift apart by no more than 500 millionths. */
const DRIFT = 0.0005;

/** An item, and how long ago it happened at its site, by the clock here. */
export interface HeardNews {
  readonly item: NewsItem;
  readonly ageMs: number;
}

/** Hears the news of one run in their order, each once. */
export interface NewsEar {
  /** The items of the next batch; null: it is not the next one, or came already. */
  readonly take: (news: Extract<Reply, { type: 'news' }>, nowMs: number) => readonly HeardNews[] | null;
  /** Called with every reply: by those that came quickest is told how long others were on their way. */
  readonly clock: (sentMs: number | undefined, nowMs: number) => void;
  /** The last batch that came with all before it. */
  readonly heard: () => number;
}

export function createNewsEar(): NewsEar {
  let heard = 0;
  let least: { readonly ms: number; readonly atMs: number } | null = null;
  const wayOf = (sentMs: number, nowMs: number): number => {
    const difference = nowMs - sentMs;
    const known = least === null ? difference : least.ms + (nowMs - least.atMs) * DRIFT;
    least = { ms: Math.min(difference, known), atMs: nowMs };
    return difference - least.ms;
  };
  return {
    heard: () => heard,
    clock(sentMs, nowMs) {
      if (sentMs !== undefined) wayOf(sentMs, nowMs);
    },
    take({ seq, items, sent_ms: sentMs }, nowMs) {
      if (seq !== heard + 1) return null;
      heard = seq;
      const wayMs = sentMs === undefined ? 0 : wayOf(sentMs, nowMs);
      return items.map(({ item, age_ms: age }) => ({ item, ageMs: age + wayMs }));
    },
  };
}
