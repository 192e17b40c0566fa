import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openLiveView } from '../../src/term/live-view.ts';

/** A terminal of some rows that keeps what it shows: cursor movements and erasures as log-update writes them. */
function fakeTerminal(rows: number) {
  const stream = Object.assign(new PassThrough(), { rows, columns: 80, isTTY: true });
  let written = '';
  stream.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    written: () => written,
    screen: () => screenOf(written),
  };
}

/** An escape sequence with its parameter and letter, or one character. */
const SEQUENCE = new RegExp(String.raw`\u{1b}\[\??(\d*)([A-Za-z])|[^]`, 'gu');

/** The lines of a screen after the escape sequences for erasing a line, and moving up and to a column. */
function screenOf(written: string): readonly string[] {
  const screen: string[] = [''];
  let [y, x] = [0, 0];
  for (const [part, parameter, command] of written.matchAll(SEQUENCE)) {
    if (command === 'K') screen[y] = parameter === '2' ? '' : (screen[y] ?? '').slice(0, x);
    else if (command === 'A') y = Math.max(0, y - Number(parameter || 1));
    else if (command === 'B') y += Number(parameter || 1);
    else if (command === 'G') x = Number(parameter || 1) - 1;
    else if (command === 'J') screen.splice(y + 1);
    else if (command !== undefined) continue;
    else if (part === '\n') {
      y++;
      x = 0;
      screen[y] ??= '';
    } else {
      const line = (screen[y] ?? '').padEnd(x);
      screen[y] = line.slice(0, x) + part + line.slice(x + 1);
      x++;
    }
  }
  return screen.map((line) => line.trimEnd()).filter((line) => line !== '');
}

describe('a live view', () => {
  it('draws each picture over the last one, which leaves nothing behind', () => {
    const { stream, screen } = fakeTerminal(24);
    const view = openLiveView(stream);
    view.draw(['head', 'first row', 'second row']);
    expect(screen()).toEqual(['head', 'first row', 'second row']);
    view.draw(['head', 'one']);
    expect(screen()).toEqual(['head', 'one']);
  });

  it('keeps to the height of the terminal, and says how much it leaves out', () => {
    const { stream, screen } = fakeTerminal(6);
    const view = openLiveView(stream);
    view.draw(Array.from({ length: 10 }, (_, n) => `row ${n}`));
    expect(screen()).toEqual(['row 0', 'row 1', 'row 2', '… 7 more']);
  });

  it('is gone when it is cleared', () => {
    const { stream, screen } = fakeTerminal(24);
    const view = openLiveView(stream);
    view.draw(['head', 'a row']);
    view.clear();
    expect(screen()).toEqual([]);
  });
});
