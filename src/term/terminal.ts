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
  readonly color: boolean;
  write(text: string): void;
}

/**
 * Wraps the two streams. Color is used on a terminal unless NO_COLOR is set or TERM is dumb, and off one only if
 * FORCE_COLOR says so (https://no-color.org). A reader that goes away (`| head`) ends the program in silence.
 */
export function createTerminal(
  out: NodeJS.WriteStream,
  err: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>>,
  onReaderGone: () => void,
): Terminal {
  return { out: wrap(out, env, onReaderGone), err: wrap(err, env, onReaderGone) };
}

function wrap(
  stream: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>>,
  onReaderGone: () => void,
): TerminalStream {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!gone) onReaderGone();
    gone = true;
  });
  // A stream that is no terminal has no isTTY at all, whatever its type says.
  const isTerminal = 'isTTY' in stream && stream.isTTY;
  return {
    stream,
    isTerminal,
    width: () => (isTerminal ? (stream.columns ?? 80) : null),
    color: usesColor(isTerminal, env),
    write: (text) => {
      if (!gone) stream.write(text);
    },
  };
}

function usesColor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '' && forced !== '0') return true;
  return isTerminal && env['TERM'] !== 'dumb' && forced !== '0';
}
