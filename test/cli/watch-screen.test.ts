import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Surroundings } from '../../src/cli/surroundings.ts';
import { openWatchScreen } from '../../src/cli/watch/watch-screen.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A screen on a terminal that is not there, and when it was drawn, in milliseconds. */
function open() {
  const drawnAt: number[] = [];
  let type = (_text: string): void => {};
  const out = {
    stream: new EventEmitter(),
    write: () => {},
    width: () => 80,
    height: () => 24,
    unicode: true,
  };
  const surroundings = {
    terminal: { out },
    elapsed: () => Math.round(performance.now()),
    now: () => new Date(),
    onExit: () => () => {},
    keys: (onTyped: (text: string) => void) => {
      type = onTyped;
      return () => {};
    },
  };
  const startMs = surroundings.elapsed();
  const screen = openWatchScreen(
    () => {
      drawnAt.push(surroundings.elapsed() - startMs);
      return ['a line'];
    },
    surroundings as unknown as Surroundings,
    () => {},
  );
  return { screen, drawnAt, type: (text: string) => type(text), resize: () => out.stream.emit('resize') };
}

describe('the screen of a watch', () => {
  it('is drawn each second where nothing happens', () => {
    const { drawnAt, screen } = open();
    vi.advanceTimersByTime(3_500);
    expect(drawnAt).toEqual([0, 1000, 2000, 3000]);
    screen.close();
  });

  it('shows what happened at once, and much of it four times a second', () => {
    const { drawnAt, screen } = open();
    vi.advanceTimersByTime(600);
    screen.changed();
    vi.advanceTimersByTime(1);
    expect(drawnAt).toEqual([0, 600]);
    for (let n = 0; n < 100; n++) {
      screen.changed();
      vi.advanceTimersByTime(10);
    }
    expect(drawnAt.slice(2)).toEqual([850, 1100, 1350, 1600]);
    vi.advanceTimersByTime(1_000);
    expect(drawnAt.slice(6)).toEqual([2600]);
    screen.close();
  });

  it('answers a key within a tenth of a second, whatever else happens, and another size too', () => {
    const { drawnAt, screen, type, resize } = open();
    screen.changed();
    type('a');
    vi.advanceTimersByTime(100);
    expect(drawnAt).toEqual([0, 100]);
    screen.changed();
    resize();
    vi.advanceTimersByTime(100);
    expect(drawnAt).toEqual([0, 100, 200]);
    screen.close();
  });

  it('is not drawn any more when it is closed', () => {
    const { drawnAt, screen, type } = open();
    screen.close();
    screen.changed();
    type('a');
    vi.advanceTimersByTime(5_000);
    expect([drawnAt, vi.getTimerCount()]).toEqual([[0], 0]);
  });
});
