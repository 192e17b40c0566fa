import { constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';

/** Writes text to the one who reads a FIFO, at the reader's speed. */
export interface FifoWriter {
  write(text: string): void;
  /** Closes after what was written has been taken. */
  end(): void;
  destroy(): void;
}

/** What becomes of a FIFO. */
export interface FifoOptions extends FifoEvents {
  /** Its name stays, for the next one who reads it. */
  readonly isKept?: boolean;
}

/** Unread text beyond this is dropped and counted, as a tracer's buffers do. */
const MAX_UNREAD_CHARACTERS = 16 * 1024 * 1024;
/** A reader that has not opened its end after so many never will. */
const OPEN_ATTEMPTS = 400;

export interface FifoEvents {
  /** The reader closed its end or never came. */
  readonly gone?: () => void;
  /** So many texts were lost, and now the reader takes some again. */
  readonly dropped?: (drops: number) => void;
  /** Something was written; the returned function is called when all of it was taken, or never will be. */
  readonly unread?: () => () => void;
}

/**
 * Opens a FIFO for writing as soon as its reader has opened it (without waiting in open(2)), then removes its
 * name, unless it is kept.
 */
export function openFifo(path: string, events: FifoOptions = {}): FifoWriter {
  let socket: Socket | null = null;
  let unsent: string[] = [];
  let unread = 0;
  let drops = 0;
  let ended = false;
  let timer: NodeJS.Timeout | null = null;

  let read: (() => void) | null = null;

  const allRead = (): void => {
    read?.();
    read = null;
  };

  const lose = (): void => {
    allRead();
    if (ended && unread === 0) return;
    ended = true;
    events.gone?.();
  };

  const send = (text: string): void => {
    socket?.write(text, () => {
      unread -= text.length;
      if (unread === 0) allRead();
      if (drops > 0 && unread < MAX_UNREAD_CHARACTERS / 2) {
        const count = drops;
        drops = 0;
        events.dropped?.(count);
      }
    });
  };

  const open = (attempt: number): void => {
    timer = null;
    try {
      const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      socket = new Socket({ fd, readable: false, writable: true });
    } catch (error) {
      const absent = error instanceof Error && 'code' in error && error.code === 'ENXIO';
      if (!absent || attempt >= OPEN_ATTEMPTS) lose();
      else timer = setTimeout(() => open(attempt + 1), Math.min(25, 1 + attempt));
      return;
    }
    socket.on('error', lose);
    if (events.isKept !== true) rmSync(path, { force: true });
    for (const text of unsent) send(text);
    unsent = [];
    if (ended) socket.end();
  };
  open(0);

  return {
    write: (text) => {
      if (ended || text === '') return;
      if (unread > MAX_UNREAD_CHARACTERS) {
        drops++;
        return;
      }
      unread += text.length;
      read ??= events.unread?.() ?? null;
      if (socket === null) unsent.push(text);
      else send(text);
    },
    end: () => {
      ended = true;
      socket?.end();
    },
    destroy: () => {
      ended = true;
      unread = 0;
      allRead();
      if (timer !== null) clearTimeout(timer);
      socket?.destroy();
    },
  };
}
