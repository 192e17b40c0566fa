import { wrapped } from '../../drawing/wrap.ts';
import type { TerminalStream } from '../../term/terminal.ts';

/** Writes sentences, each on a line of its own, or on several where a terminal is narrower. */
export function sayLines(stream: TerminalStream, lines: Iterable<string>, indent = '  '): void {
  for (const line of lines) {
    for (const part of wrapped(line, stream.width(), indent)) stream.write(`${part}\n`);
  }
}
