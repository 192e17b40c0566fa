import type { Duplex } from 'node:stream';

/**
 * What is written to the stream within one turn of the event loop goes out as one piece. ssh2 writes each encrypted
 * packet in three, and without Nagle's algorithm each of them would be a system call and a TCP segment of its own, or a
 * packet of the gateway's connection.
 */
export function writeTogether(stream: Duplex): void {
  const write = stream.write.bind(stream);
  let isWaiting = false;
  const flush = (): void => {
    isWaiting = false;
    stream.uncork();
  };
  Object.assign(stream, {
    write: (...words: Parameters<typeof write>) => {
      if (!isWaiting) {
        isWaiting = true;
        stream.cork();
        queueMicrotask(flush);
      }
      return write(...words);
    },
  });
  // A socket knows how to write several pieces at once; a channel takes them as one.
  // oxlint-disable-next-line no-underscore-dangle -- so are the names of what the author of a stream writes
  if (typeof stream._writev !== 'function') Object.assign(stream, { _writev: writeAsOne });
}

function writeAsOne(
  this: Duplex,
  pieces: readonly { readonly chunk: Buffer }[],
  done: (error?: Error | null) => void,
): void {
  // oxlint-disable-next-line no-underscore-dangle -- as above
  this._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), 'binary', done);
}
