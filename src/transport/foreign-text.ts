const LONGEST = 400;

/** Text of a server on one line, in printable ASCII: what a stranger sends must not reach a terminal as it is. */
export function asciiLine(text: string): string {
  const line = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line;
}

/** An error of ssh2, whose message may repeat what the server sent, made fit for a message's cause. */
export function printableError(error: unknown): Error {
  return new Error(asciiLine(error instanceof Error ? error.message : String(error)));
}
