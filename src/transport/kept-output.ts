import { StringDecoder } from 'node:string_decoder';

/** One stream of a command, kept as bytes up to a limit and decoded once, so that no character is split. */
export interface KeptOutput {
  /** False if the chunk does not fit; what fits is kept. */
  add(chunk: Buffer): boolean;
  end(): void;
  ended(): boolean;
  whole(): string;
  /** As `whole`, without the bytes of a character that is not complete. */
  soFar(): string;
}

export function createKeptOutput(maxBytes: number): KeptOutput {
  const chunks: Buffer[] = [];
  let size = 0;
  let hasEnded = false;
  return {
    add(chunk) {
      const fitting = chunk.subarray(0, maxBytes - size);
      if (fitting.length > 0) chunks.push(fitting);
      size += fitting.length;
      return fitting.length === chunk.length;
    },
    end() {
      hasEnded = true;
    },
    ended: () => hasEnded,
    whole: () => Buffer.concat(chunks).toString('utf8'),
    soFar: () => new StringDecoder('utf8').write(Buffer.concat(chunks)),
  };
}
