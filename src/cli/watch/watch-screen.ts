import { openFullScreen } from '../../term/full-screen.ts';
import type { Now } from '../../watch/event.ts';
import {
  afterKey,
  FIRST_SCREEN,
  keysIn,
  type ScreenSize,
  type ScreenState,
} from '../../watch/screen-state.ts';
import type { Surroundings } from '../surroundings.ts';
import { nowOf } from './now-of.ts';

/** Time between two drawings where nobody types, and the least between any two. */
const DRAWN_EVERY_MS = 500;
const LEAST_BETWEEN_MS = 100;

/** The screen of a watch on a terminal. */
export interface WatchScreen {
  readonly close: () => void;
}

/**
 * Opens it; `linesOf` makes what it shows, and `onOver` is called when somebody ends it by a key. The terminal is given
 * back whatever ends the process.
 */
export function openWatchScreen(
  linesOf: (state: ScreenState, now: Now, size: ScreenSize) => readonly string[],
  surroundings: Surroundings,
  onOver: () => void,
): WatchScreen {
  const { out } = surroundings.terminal;
  const { stream } = out;
  let state: ScreenState = FIRST_SCREEN;
  let paused: readonly string[] | null = null;
  let drawnMs = Number.NEGATIVE_INFINITY;
  let soon: NodeJS.Timeout | null = null;
  const full = openFullScreen((text) => out.write(text));
  const stopExit = surroundings.onExit(() => full.close());
  const now = (): Now => nowOf(surroundings);
  const draw = () => {
    soon = null;
    drawnMs = surroundings.elapsed();
    const size = { width: out.width() ?? 80, height: out.height() ?? 24, unicode: out.unicode };
    const lines = linesOf(state, now(), size);
    if (!state.isPaused) paused = null;
    else paused ??= lines;
    // The last line says that it is paused, and what the keys do.
    full.draw(paused === null ? lines : [...paused.slice(0, -1), lines.at(-1) ?? '']);
  };
  const drawSoon = () => {
    soon ??= setTimeout(draw, Math.max(0, drawnMs + LEAST_BETWEEN_MS - surroundings.elapsed()));
  };
  const resized = () => {
    full.forget();
    paused = null;
    drawSoon();
  };
  const stopKeys = surroundings.keys?.((text) => {
    for (const key of keysIn(text)) state = afterKey(state, key);
    if (state.isOver) onOver();
    else drawSoon();
  });
  const timer = setInterval(draw, DRAWN_EVERY_MS);
  stream.on('resize', resized);
  draw();
  return {
    close() {
      clearInterval(timer);
      if (soon !== null) clearTimeout(soon);
      stream.off('resize', resized);
      stopKeys?.();
      full.close();
      stopExit();
    },
  };
}
