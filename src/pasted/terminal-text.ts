/** Columns to which the cursor jumps at most: what a terminal could have, many times over. */
const MOST_COLUMNS = 4096;

/** Characters that steer a terminal; a tab and a line end are text. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f\u009b]/;

/** Of a file: its ends are not one line, so that something stands for it. */
// oxlint-disable-next-line no-control-regex -- as above
const HOLE = /\u0000+/g;

/** A sequence that only a terminal reads: CSI, OSC and other strings, or an escape of two characters and more. */
const SEQUENCE =
  // oxlint-disable-next-line no-control-regex -- as above
  /(?:\u001b\[|\u009b)([0-?]*)[ -/]*([@-~])|\u001b[\]PX^_][^\u0007\u001b]{0,500}(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]/y;

/** Ends of the CSI sequences that move to another line of the screen. */
const LEAVES_LINE = 'ABEFHSTdf';

/**
 * The text that a terminal shows of its raw output, as script(1) or a paste with colors keeps it: without the sequences
 * that steer the terminal, and without what was typed and taken back. A carriage return or a jump to another line
 * begins a line, so that nothing is lost of what was drawn over.
 */
export function terminalText(raw: string): string {
  const text = raw.replaceAll('\r\n', '\n').replaceAll(HOLE, '\uFFFD');
  if (!CONTROLS.test(text)) return text;
  return text
    .split('\n')
    .map((line) => (CONTROLS.test(line) ? shownLine(line) : line))
    .join('\n');
}

/** What is shown of one line, which becomes several where the cursor leaves it. */
function shownLine(line: string): string {
  const shown: string[] = [];
  const drawn = emptyLine();
  const leave = (): void => {
    const text = drawn.take();
    if (text !== '') shown.push(text);
  };
  for (let at = 0; at < line.length;) {
    const character = line.charAt(at);
    if (character === '\u001b' || character === '\u009b') {
      SEQUENCE.lastIndex = at;
      const match = SEQUENCE.exec(line);
      at += match?.[0].length ?? 1;
      const end = match?.[2] ?? '';
      const parameter = match?.[1] ?? '';
      if (end === 'J' ? parameter !== '' && parameter !== '0' : end !== '' && LEAVES_LINE.includes(end))
        leave();
      else drawn.steer(end, parameter);
      continue;
    }
    at++;
    if (character === '\r') leave();
    else if (character === '\b' || character === '\u007f') drawn.steer('D', '1');
    else if (character === '\t' || character >= ' ') drawn.put(character);
  }
  leave();
  return shown.join('\n');
}

interface DrawnLine {
  put(character: string): void;
  /** Moves the cursor within the line, or erases, as the CSI sequence of this end says. */
  steer(end: string, parameter: string): void;
  /** The text; the line is empty then. */
  take(): string;
}

function emptyLine(): DrawnLine {
  let cells: string[] = [];
  let column = 0;
  return {
    put(character) {
      while (cells.length < column) cells.push(' ');
      cells[column] = character;
      column++;
    },
    steer(end, parameter) {
      const number = Number(/^\d{1,5}/.exec(parameter)?.[0] ?? '');
      const count = Math.min(Math.max(number, 1), MOST_COLUMNS);
      if (end === 'D') column = Math.max(0, column - count);
      else if (end === 'C') column = Math.min(column + count, Math.max(cells.length, MOST_COLUMNS));
      else if (end === 'G') column = count - 1;
      else if (end === 'K' && number === 2) cells = [];
      else if ((end === 'K' || end === 'J') && number === 0) cells.length = Math.min(cells.length, column);
    },
    take() {
      const text = cells.join('');
      cells = [];
      column = 0;
      return text;
    },
  };
}
