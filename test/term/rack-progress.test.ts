import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { rackProgress } from '../../src/term/rack-progress.ts';
import { answered } from '../support/reports.ts';
import { makeSled } from '../support/sleds.ts';

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
    const progress = rackProgress(stream, sleds, () => 0);
    progress.stage(sleds[0]!, 'run');
    progress.outcome(answered(1, []));
    await progress.finish();
    expect(drawn()).toContain('rack 3: ');
    expect(drawn()).toContain('rack 4: 0 of 1 answered');
  });

  it('never has more lines than the terminal', async () => {
    const { stream, drawn } = screen(6);
    const sleds = Array.from({ length: 40 }, (_, n) => makeSled(0, { id: `${n}/x`, rack: String(n) }));
    const progress = rackProgress(stream, sleds, () => 0);
    await progress.finish();
    const titles = new Set([...drawn().matchAll(/rack (\d+…?\d*): /g)].map((match) => match[1]));
    expect([...titles]).toEqual(['0', '1', '2', '3…39']);
  });
});
