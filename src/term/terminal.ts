import { localeHasUtf8, widthOn } from './terminal-facts.ts';

/** Where the program talks: data on `out`, everything else on `err`. */
export interface Terminal {
  readonly out: TerminalStream;
  readonly err: TerminalStream;
}

export interface TerminalStream {
  readonly stream: NodeJS.WriteStream;
  readonly isTerminal: boolean;
  /** Columns, or null where there is no limit (a pipe, a file). */
  readonly width: () => number | null;
  /** Lines, or null off a terminal. */
  readonly height: () => number | null;
  readonly color: boolean;
  /** Its reader sees characters beyond ASCII. */
  readonly unicode: boolean;
  /** A terminal that can be drawn over. */
  readonly canRedraw: boolean;
  write(text: string): void;
  /** Resolves when its reader has taken enough that more may be written: long output is then not kept in memory. */
  readonly room: () => Promise<void>;
}

/**
 * Wraps the two streams. Color is used on a terminal unless NO_COLOR is set or TERM is dumb or not there, and off one
 * only if FORCE_COLOR says so (https://no-color.org). A reader that goes away (`| head`), and a disk that is full, are
 * told once each.
 */
export function createTerminal(
  out: NodeJS.WriteStream,
  err: NodeJS.WriteStream,
  env: Environment,
  on: StreamEnds,
): Terminal {
  return {
    out: wrap(out, env, { ...on, failed: (error) => on.failed('standard output', error) }),
    err: wrap(err, env, { ...on, failed: (error) => on.failed('standard error', error) }),
  };
}

/** The same terminal with a width that the user named, where one is named when it is asked for. */
export function withWidth({ out, err }: Terminal, named: () => number | null): Terminal {
  const wide = (stream: TerminalStream): TerminalStream => ({
    ...stream,
    width: () => named() ?? stream.width(),
  });
  return { out: wide(out), err: wide(err) };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What is done when nothing more can be written. */
export interface StreamEnds {
  readonly readerGone: () => void;
  /** Something was not written: a full disk, an error of the device. */
  readonly failed: (stream: 'standard output' | 'standard error', error: Error) => void;
}

function wrap(
  stream: NodeJS.WriteStream,
  env: Environment,
  on: { readonly readerGone: () => void; readonly failed: (error: Error) => void },
): TerminalStream {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (gone) return;
    gone = true;
    if (error.code === 'EPIPE') on.readerGone();
    else on.failed(error);
  });
  // A stream that is not a terminal has no isTTY at all, whatever its type says.
  const isTerminal = 'isTTY' in stream && stream.isTTY;
  return {
    stream,
    isTerminal,
    width: () => (isTerminal ? widthOn(stream.columns, env) : null),
    // A terminal that says 0 does not know.
    height: () => (isTerminal ? stream.rows || 24 : null),
    color: usesColor(isTerminal, env),
    unicode: localeHasUtf8(env) ?? !isTerminal,
    canRedraw: isTerminal && !isDumb(env),
    write: (text) => {
      if (!gone) stream.write(text);
    },
    room: () => (gone || !stream.writableNeedDrain ? Promise.resolve() : drained(stream)),
  };
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      for (const event of ['drain', 'close', 'error']) stream.off(event, end);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) stream.on(event, end);
  });
}

function usesColor(isTerminal: boolean, env: Environment): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '' && forced !== '0') return true;
  return isTerminal && !isDumb(env) && forced !== '0';
}

/** As git sees it: an unknown terminal can do nothing. */
function isDumb({ TERM = '' }: Environment): boolean {
  return TERM === '' || TERM === 'dumb';
}
