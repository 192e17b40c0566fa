import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { writeTogether } from '../../src/transport/write-together.ts';

/** A stream without a way to write several pieces, which says what it was given. */
function channel(given: string[]): Duplex {
  return new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      given.push(chunk.toString());
      done();
    },
  });
}

/** Lets what was put off until the end of the turn happen. */
async function turn(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

describe('writing together', () => {
  it('makes one piece of what is written in one turn', async () => {
    const given: string[] = [];
    const stream = channel(given);
    writeTogether(stream);
    for (const piece of ['length', ' body', ' tag']) stream.write(Buffer.from(piece));
    expect(given).toEqual([]);
    await turn();
    expect(given).toEqual(['length body tag']);
    stream.write(Buffer.from('next'));
    await turn();
    expect(given).toEqual(['length body tag', 'next']);
  });

  it('uses the way of a stream that has one', async () => {
    const counts: number[] = [];
    const stream = Object.assign(channel([]), {
      _writev: (pieces: readonly unknown[], done: () => void) => {
        counts.push(pieces.length);
        done();
      },
    });
    writeTogether(stream);
    stream.write(Buffer.from('a'));
    stream.write(Buffer.from('b'));
    await turn();
    expect(counts).toEqual([2]);
  });

  it('loses nothing at the end of a stream', async () => {
    const given: string[] = [];
    const stream = channel(given);
    writeTogether(stream);
    const finished = new Promise((resolve) => {
      stream.on('finish', resolve);
    });
    stream.write(Buffer.from('good'));
    stream.write(Buffer.from('bye'));
    stream.end();
    await finished;
    expect(given.join('')).toBe('goodbye');
  });
});
