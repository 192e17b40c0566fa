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

/** Sessions report each second: as often ages and counters are drawn again. */
const DRAWN_EVERY_MS = 1000;
/** The least time between two drawings where something happens, and where somebody types. */
const NEWS_APART_MS = 250;
const KEYS_APART_MS = 100;

/** The screen of a watch on a terminal. */
export interface WatchScreen {
  /** Something happened that is to be seen at once, and not only with the next drawing. */
  readonly changed: () => void;
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
  let isOpen = true;
  let next: { readonly timer: NodeJS.Timeout; readonly atMs: number } | null = null;
  const full = openFullScreen((text) => out.write(text));
  const stopExit = surroundings.onExit(() => full.close());
  const now = (): Now => nowOf(surroundings);
  const forgetNext = () => {
    if (next !== null) clearTimeout(next.timer);
    next = null;
  };
  const draw = () => {
    forgetNext();
    drawnMs = surroundings.elapsed();
    const size = { width: out.width() ?? 80, height: out.height() ?? 24, unicode: out.unicode };
    const lines = linesOf(state, now(), size);
    if (!state.isPaused) paused = null;
    else paused ??= lines;
    // The last line says that it is paused, and what the keys do.
    full.draw(paused === null ? lines : [...paused.slice(0, -1), lines.at(-1) ?? '']);
    drawWithin(DRAWN_EVERY_MS);
  };
  const drawWithin = (ms: number) => {
    const atMs = drawnMs + ms;
    if (!isOpen || (next !== null && next.atMs <= atMs)) return;
    forgetNext();
    next = { timer: setTimeout(draw, Math.max(0, atMs - surroundings.elapsed())), atMs };
  };
  const resized = () => {
    full.forget();
    paused = null;
    drawWithin(KEYS_APART_MS);
  };
  const stopKeys = surroundings.keys?.((text) => {
    for (const key of keysIn(text)) state = afterKey(state, key);
    if (state.isOver) onOver();
    else drawWithin(KEYS_APART_MS);
  });
  stream.on('resize', resized);
  draw();
  return {
    changed: () => drawWithin(NEWS_APART_MS),
    close() {
      isOpen = false;
      forgetNext();
      stream.off('resize', resized);
      stopKeys?.();
      full.close();
      stopExit();
    },
  };
}
