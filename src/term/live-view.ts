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

/** What a terminal has room for now; one that says 0, as one that was shrunk to nothing does, does not know. */
export function roomOf({ columns, rows }: Pick<NodeJS.WriteStream, 'columns' | 'rows'>): {
  readonly columns: number;
  readonly lines: number;
} {
  return { columns: columns || 80, lines: Math.max(1, (rows || 24) - SPARE_LINES) };
}

/** Opens a view on a terminal. */
export function openLiveView(stream: NodeJS.WriteStream, unicode = true): LiveView {
  const update = createLogUpdate(withKnownSize(stream), { showCursor: true });
  return {
    draw(lines) {
      const { lines: room } = roomOf(stream);
      const mark = unicode ? '…' : '...';
      const shown =
        lines.length <= room
          ? lines
          : [...lines.slice(0, room - 1), `${mark} ${lines.length - room + 1} more`];
      update(shown.join('\n'));
    },
    clear() {
      update.clear();
      update.done();
    },
  };
}

/** The stream for log-update, which wraps lines at the width and would never be done at 0. */
function withKnownSize(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return new Proxy(stream, {
    get(target, name) {
      if (name === 'columns') return target.columns || 80;
      if (name === 'rows') return target.rows || 24;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
