import { packNews } from './messages.ts';
import type { NewsItem } from './news.ts';

/** Batches that were sent and not heard yet; with so many of them nothing more is sent. */
const MOST_UNHEARD = 32;
/** Items that wait meanwhile; the oldest go first. */
const MOST_WAITING = 20_000;

/** What is told of a question that is followed, from when it happens until the asker has it. */
export interface NewsQueue {
  /** `key`: where the asker does not keep up, a later item with the same key stands for this one; null: none does. */
  readonly add: (item: NewsItem, atMs: number, key: string | null) => void;
  /** Sends what waits, as far as the asker keeps up. */
  readonly send: () => void;
  /** The asker has all batches up to this one; `again`: it lacks those behind it. */
  readonly heard: (seq: number, again: boolean) => void;
  readonly last: () => number;
  readonly isEmpty: () => boolean;
}

interface QueueSettings {
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** What every reply says of its runner. */
  readonly who: () => object;
  /** Bytes that a batch may have. */
  readonly room: number;
  readonly publish: (data: Uint8Array) => void;
}

export function createNewsQueue({ elapsed, who, room, publish }: QueueSettings): NewsQueue {
  const waiting = new Map<string, { readonly item: NewsItem; readonly atMs: number }>();
  let unheard: { readonly seq: number; readonly data: Uint8Array }[] = [];
  let seq = 0;
  let skipped = 0;
  let added = 0;

  const takeBatch = (): readonly string[] => {
    const texts: string[] = [];
    let bytes = 0;
    for (const [id, { item, atMs }] of waiting) {
      const text = JSON.stringify({ age_ms: Math.max(0, Math.round(elapsed() - atMs)), item });
      const size = Buffer.byteLength(text) + 1;
      if (texts.length > 0 && bytes + size > room) return texts;
      waiting.delete(id);
      // One that no hub takes.
      if (size > room) skipped += 1;
      else texts.push(text);
      bytes += size;
    }
    return texts;
  };

  return {
    add(item, atMs, key) {
      added += 1;
      const id = unheard.length < MOST_UNHEARD || key === null ? `#${added}` : key;
      // The newest stands last.
      if (waiting.delete(id)) skipped += 1;
      waiting.set(id, { item, atMs });
      if (waiting.size <= MOST_WAITING) return;
      const [oldest] = waiting.keys();
      waiting.delete(oldest ?? '');
      skipped += 1;
    },
    send() {
      while (waiting.size > 0 && unheard.length < MOST_UNHEARD) {
        const items = takeBatch();
        seq += 1;
        const head = { ...who(), type: 'news', sent_ms: Math.round(elapsed()), seq, skipped };
        skipped = 0;
        const data = packNews(`${JSON.stringify(head).slice(0, -1)},"items":[${items.join(',')}]}`);
        unheard.push({ seq, data });
        publish(data);
      }
    },
    heard(upTo, again) {
      unheard = unheard.filter((batch) => batch.seq > upTo);
      if (again) for (const { data } of unheard) publish(data);
    },
    last: () => seq,
    isEmpty: () => waiting.size === 0,
  };
}
