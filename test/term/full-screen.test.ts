import { describe, expect, it } from 'vitest';
import { openFullScreen } from '../../src/term/full-screen.ts';

describe('a full screen', () => {
  it('writes only the lines that differ, and nothing where none does', () => {
    const written: string[] = [];
    const screen = openFullScreen((text) => written.push(text));
    expect(written).toEqual([expect.stringContaining('\u001B[?1049h')]);
    screen.draw(['one', 'two', 'three']);
    written.length = 0;
    screen.draw(['one', 'TWO', 'three']);
    screen.draw(['one', 'TWO', 'three']);
    expect(written).toEqual(['\u001B[2;1HTWO\u001B[K']);
    written.length = 0;
    screen.draw(['one']);
    expect(written).toEqual(['\u001B[2;1H\u001B[J']);
    screen.forget();
    written.length = 0;
    screen.draw(['one']);
    expect(written).toEqual(['\u001B[1;1Hone\u001B[K']);
  });

  it('gives the terminal back once, and draws no more', () => {
    const written: string[] = [];
    const screen = openFullScreen((text) => written.push(text));
    written.length = 0;
    screen.close();
    screen.close();
    screen.draw(['late']);
    expect(written).toEqual(['\u001B[?7h\u001B[?25h\u001B[?1049l']);
  });
});
