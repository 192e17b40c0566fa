import { frameText } from './frame.ts';
import type { Page } from './page.ts';

/** Where the events of one reader go. */
export interface Outlet {
  /** False: it is full, and takes nothing more until it is drained. What was given to it is kept all the same. */
  readonly write: (text: string) => boolean;
}

/** One reader of a page. */
export interface Reader {
  /** It takes more again. */
  readonly drained: () => void;
}

/** All readers of one page. What one of them does not take is skipped, and the others do not wait for it. */
export interface Channel {
  readonly join: (outlet: Outlet) => Reader;
  readonly leave: (reader: Reader) => void;
  readonly size: () => number;
  /** Sends what has changed since the last time, to all or to one. */
  readonly send: (page: Page, asOf: string, only?: Reader) => void;
}

interface Joined extends Reader {
  readonly outlet: Outlet;
  isFull: boolean;
  /** The page that it has, as far as it was sent. */
  has: Page | null;
}

export function createChannel(): Channel {
  const readers = new Set<Joined>();
  return {
    join(outlet) {
      const reader: Joined = {
        outlet,
        isFull: false,
        has: null,
        drained() {
          reader.isFull = false;
        },
      };
      readers.add(reader);
      return reader;
    },
    leave(reader) {
      for (const each of readers) if (each === reader) readers.delete(each);
    },
    size: () => readers.size,
    send(page, asOf, only) {
      // Most have the page before this one: their frame is made once.
      const frames = new Map<Page | null, string>();
      for (const reader of readers) {
        if (reader.isFull || (only !== undefined && reader !== only)) continue;
        const frame = frames.get(reader.has) ?? frameText(page, reader.has, asOf);
        frames.set(reader.has, frame);
        reader.isFull = !reader.outlet.write(frame);
        reader.has = page;
      }
    },
  };
}
