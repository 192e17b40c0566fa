import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createKeptEnds, createKeptOutput, type KeptOutput } from '../../src/transport/kept-output.ts';

const CHUNK = 32 * 1024;

function keep(bytes: Buffer, maxBytes = 1 << 24) {
  let saved = 0;
  const output = createKeptOutput(maxBytes, (fewer) => (saved += fewer));
  let fits = true;
  for (let at = 0; at < bytes.length; at += CHUNK) fits = output.add(bytes.subarray(at, at + CHUNK)) && fits;
  return { output, fits, saved };
}

describe('what a command printed', () => {
  it.each([
    ['that is short', 'größe µs → 5\n'],
    ['that is long and alike', '{"zone":"oxz_propolis-server_34aa5f9c","ok":"größe"}\n'.repeat(40_000)],
    ['that is as long as is packed together', 'ab'.repeat(128 * 1024)],
  ])('%s is what came, byte by byte', (_, text) => {
    const { output, fits } = keep(Buffer.from(text));
    expect(fits).toBe(true);
    expect(output.whole() === text).toBe(true);
    expect(output.soFar() === text).toBe(true);
  });

  it('takes little room where it is alike, and no more than it has where it is not', () => {
    const alike = Buffer.from('a\n'.repeat(4_000_000));
    const { saved, output } = keep(alike);
    expect(saved).toBeGreaterThan(alike.length * 0.9);
    expect(output.whole()).toHaveLength(8_000_000);
    const noise = randomBytes(2_000_000);
    const kept = keep(noise);
    expect(kept.saved).toBe(0);
    expect(kept.output.whole() === noise.toString('utf8')).toBe(true);
  });

  it('ends at its limit, and keeps what came before', () => {
    const { output, fits } = keep(Buffer.from('abc\n'.repeat(300_000)), 1_000_001);
    expect(fits).toBe(false);
    expect(output.whole()).toHaveLength(1_000_001);
  });
});

describe('the ends of what a command printed', () => {
  const END = 64 * 1024;
  const keepEnds = (bytes: Buffer, chunk: number, maxBytes = 1 << 24) => {
    let saved = 0;
    const output = createKeptEnds(maxBytes, (fewer) => (saved += fewer));
    let fits = true;
    for (let at = 0; at < bytes.length; at += chunk)
      fits = output.add(bytes.subarray(at, at + chunk)) && fits;
    return { output, fits, saved };
  };

  const leftOut = (output: KeptOutput) => output.leftOut().leftOutBytes ?? 0;

  it('are all of it where it is short', () => {
    const { output, saved } = keepEnds(Buffer.from('größe\n'), 3);
    expect([output.whole(), leftOut(output), saved]).toEqual(['größe\n', 0, 0]);
  });

  it.each([7, 1000, END, 1_000_000])('hold its first and last bytes, in pieces of %d', (chunk) => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => `${n}\n`).join(''));
    const { output, fits, saved } = keepEnds(bytes, chunk);
    const whole = output.whole();
    expect(fits).toBe(true);
    expect(whole.startsWith(bytes.toString('utf8', 0, Math.min(END, whole.length)))).toBe(true);
    expect(whole.endsWith(bytes.toString('utf8', bytes.length - Math.min(END, whole.length)))).toBe(true);
    expect(whole.length + leftOut(output)).toBe(bytes.length);
    expect(saved).toBe(leftOut(output));
    expect(whole.length).toBeLessThan(2 * END + 2 * Math.min(chunk, bytes.length));
  });

  it('count a character that is cut at their edge as its bytes', () => {
    const bytes = Buffer.from(`a${'ö'.repeat(200_000)}`);
    const { output } = keepEnds(bytes, 1001);
    expect(Buffer.byteLength(output.whole()) + leftOut(output)).toBe(bytes.length);
  });

  it('end at the same limit', () => {
    const { output, fits } = keepEnds(Buffer.from('abc\n'.repeat(300_000)), 1000, 1_000_001);
    expect(fits).toBe(false);
    expect(output.whole().length + leftOut(output)).toBe(1_000_001);
  });
});
