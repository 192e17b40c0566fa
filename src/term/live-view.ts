import { createLogUpdate } from 'log-update';

/** A text on the terminal that is drawn over itself. */
export interface LiveView {
  /** Draws these lines instead of the last ones; what the screen has no room for is left out at the end. */
  draw(lines: readonly string[]): void;
  /** Takes the drawing away. */
  clear(): void;
}

/** Lines that are left to the shell's prompt. */
const SPARE_LINES = 2;

/** Opens a view on a terminal. */
export function openLiveView(stream: NodeJS.WriteStream): LiveView {
  const update = createLogUpdate(stream, { showCursor: true });
  return {
    draw(lines) {
      const room = Math.max(1, (stream.rows ?? 24) - SPARE_LINES);
      const shown =
        lines.length <= room ? lines : [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more`];
      update(shown.join('\n'));
    },
    clear() {
      update.clear();
      update.done();
    },
  };
}
