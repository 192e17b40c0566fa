/** A terminal that is drawn on as a whole, beside what stands on it. */
export interface FullScreen {
  /** Draws these lines; only those that differ from the last ones are written. */
  draw(lines: readonly string[]): void;
  /** The next drawing is whole: the terminal has another size. */
  forget(): void;
  /** Gives the terminal back as it was. May be called again. */
  close(): void;
}

const ENTER = '\u001B[?1049h\u001B[?25l\u001B[?7l\u001B[2J';
const LEAVE = '\u001B[?7h\u001B[?25h\u001B[?1049l';

/** Opens the other screen of a terminal; `write` writes to it at once. */
export function openFullScreen(write: (text: string) => void): FullScreen {
  let drawn: readonly string[] = [];
  let isOpen = true;
  write(ENTER);
  return {
    draw(lines) {
      if (!isOpen) return;
      const changes = lines.flatMap((line, n) =>
        line === drawn[n] ? [] : [`\u001B[${n + 1};1H${line}\u001B[K`],
      );
      if (drawn.length > lines.length) changes.push(`\u001B[${lines.length + 1};1H\u001B[J`);
      drawn = lines;
      if (changes.length > 0) write(changes.join(''));
    },
    forget() {
      drawn = [];
      if (isOpen) write('\u001B[2J');
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      write(LEAVE);
    },
  };
}
