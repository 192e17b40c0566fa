import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';

/** Asks on a terminal, whose own line editing and Ctrl-C stay in force; null at the end of input or when it fires. */
export async function askLine(
  question: string,
  streams: { readonly input: Readable; readonly output: Writable },
  signal: AbortSignal,
): Promise<string | null> {
  if (signal.aborted) return null;
  streams.output.write(question);
  const lines = createInterface({ input: streams.input, terminal: false, signal });
  try {
    return await new Promise((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(null));
    });
  } finally {
    lines.close();
  }
}
