import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { rackProgress } from '../../src/term/rack-progress.ts';
import { answered } from '../support/reports.ts';
import { makeSled } from '../support/sleds.ts';

const SETTINGS = {
  unicode: true,
  times: { windowMs: 1000, limitMs: () => 1000 },
  elapsed: () => 0,
};

/** A terminal of so many lines that keeps what is drawn on it. */
function screen(rows: number) {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows });
  let drawn = '';
  stream.on('data', (chunk: Buffer) => {
    drawn += chunk.toString();
  });
  return { stream: stream as unknown as NodeJS.WriteStream, drawn: () => drawn };
}

describe('the drawing of progress', () => {
  it('has a line a rack, and takes itself away at the end', async () => {
    const { stream, drawn } = screen(24);
    const sleds = [makeSled(0), makeSled(1), makeSled(0, { id: '4/x', rack: '4' })];
    const progress = rackProgress(stream, sleds, SETTINGS);
    progress.stage(sleds[0]!, 'run');
    progress.outcome(answered(1, []));
    await progress.finish();
    expect(drawn()).toContain('rack 3: ');
    expect(drawn()).toContain('rack 4: 0 of 1 answered');
  });

  it.each([0, 1])('goes on where the terminal is shrunk to %d columns and lines meanwhile', async (size) => {
    const { stream, drawn } = screen(24);
    const progress = rackProgress(stream, [makeSled(0)], { ...SETTINGS, unicode: false });
    Object.assign(stream, { columns: size, rows: size });
    await progress.finish();
    expect(drawn()).toContain('r');
    expect(drawn().replaceAll('\u001b', '')).not.toMatch(/[^\n -~]/);
  });

  it('never has more lines than the terminal', async () => {
    const { stream, drawn } = screen(6);
    const sleds = Array.from({ length: 40 }, (_, n) => makeSled(0, { id: `${n}/x`, rack: String(n) }));
    const progress = rackProgress(stream, sleds, SETTINGS);
    await progress.finish();
    const titles = new Set([...drawn().matchAll(/rack (\d+(?: to \d+)?): /g)].map((match) => match[1]));
    expect([...titles]).toEqual(['0', '1', '2', '3 to 39']);
  });
});
