import { StringDecoder } from 'node:string_decoder';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { RunOptions, RunResult } from '../model/transport.ts';

/** Bytes that are packed together: what is shorter is not worth it. */
const PACKED_TOGETHER = 256 * 1024;

/** One stream of a command, kept as bytes up to a limit and decoded once, so that no character is split. */
export interface KeptOutput {
  /** False if the chunk does not fit; what fits is kept. */
  add(chunk: Buffer): boolean;
  end(): void;
  ended(): boolean;
  whole(): string;
  /** As `whole`, without the bytes of a character that is not complete. */
  soFar(): string;
  /** How many bytes more were added than `whole` has, where it is not all of it. */
  leftOut(): Pick<RunResult, 'leftOutBytes'>;
}

/** What is kept of the streams of a command; what is not kept is given back to its account. */
export function createKeptStreams({ maxOutputBytes, keepsEnds, account }: RunOptions): {
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
} {
  const onSaved = (bytes: number) => account?.giveBack(bytes);
  const stderr = createKeptOutput(maxOutputBytes, onSaved);
  const create = keepsEnds === true ? createKeptEnds : createKeptOutput;
  return { stdout: create(maxOutputBytes, onSaved), stderr };
}

/** A part of the stream, as it came or packed. */
type Piece = { readonly bytes: Buffer } | { readonly packed: Buffer };

/**
 * What is long is packed: reports of a minute are alike, and what a fault repeats is more so. `onPacked` is told how
 * many bytes fewer are kept.
 */
export function createKeptOutput(maxBytes: number, onPacked: (saved: number) => void): KeptOutput {
  const pieces: Piece[] = [];
  let loose: Buffer[] = [];
  let looseBytes = 0;
  const pack = (): void => {
    const bytes = Buffer.concat(loose);
    const packed = deflateRawSync(bytes, { level: 1 });
    const isSmaller = packed.length < bytes.length / 2;
    pieces.push(isSmaller ? { packed } : { bytes });
    if (isSmaller) onPacked(bytes.length - packed.length);
    loose = [];
    looseBytes = 0;
  };
  return limitedOutput(maxBytes, {
    isAll: true,
    keep(chunk) {
      if (chunk.length > 0) loose.push(chunk);
      looseBytes += chunk.length;
      if (looseBytes >= PACKED_TOGETHER) pack();
    },
    kept: () =>
      Buffer.concat([
        ...pieces.map((piece) => ('bytes' in piece ? piece.bytes : inflateRawSync(piece.packed))),
        ...loose,
      ]),
  });
}

/** Bytes of each end of a stream: marks and what stands around them are shorter. */
const END_BYTES = 64 * 1024;

/** The beginning and the end of one stream, which may be as long as the limit. `onLeftOut` is told how much lies between. */
export function createKeptEnds(maxBytes: number, onLeftOut: (bytes: number) => void): KeptOutput {
  const first: Buffer[] = [];
  const last: Buffer[] = [];
  let [firstBytes, lastBytes] = [0, 0];
  const leaveOut = (): void => {
    for (;;) {
      const [oldest] = last;
      if (oldest === undefined || lastBytes - oldest.length < END_BYTES) return;
      last.shift();
      lastBytes -= oldest.length;
      onLeftOut(oldest.length);
    }
  };
  return limitedOutput(maxBytes, {
    isAll: false,
    keep(chunk) {
      if (firstBytes < END_BYTES) {
        first.push(chunk);
        firstBytes += chunk.length;
        return;
      }
      last.push(chunk);
      lastBytes += chunk.length;
      leaveOut();
    },
    kept: () => Buffer.concat([...first, ...last]),
  });
}

/** A way to keep the bytes of a stream. */
interface Keeping {
  readonly isAll: boolean;
  readonly keep: (chunk: Buffer) => void;
  readonly kept: () => Buffer;
}

/** A stream up to a limit, kept in this way. */
function limitedOutput(maxBytes: number, { isAll, keep, kept }: Keeping): KeptOutput {
  let size = 0;
  let hasEnded = false;
  const whole = (): string => kept().toString('utf8');
  return {
    add(chunk) {
      const fitting = chunk.subarray(0, maxBytes - size);
      size += fitting.length;
      keep(fitting);
      return fitting.length === chunk.length;
    },
    end() {
      hasEnded = true;
    },
    ended: () => hasEnded,
    whole,
    soFar: () => new StringDecoder('utf8').write(kept()),
    leftOut: () => (isAll ? {} : { leftOutBytes: size - Buffer.byteLength(whole()) }),
  };
}
