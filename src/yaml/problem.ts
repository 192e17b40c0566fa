import { LineCounter } from 'yaml';

/** A key of the file, as people write its way from the top (`racks[0].sleds[3].cubby`), and where it stands. */
export interface Place {
  readonly path: string;
  /** In UTF-16 units from the start of the text. */
  readonly offset: number;
}

/** One thing that is wrong with a file: `found 44, allowed is a whole number from 0 to 31`. */
export interface Problem {
  readonly place: Place;
  readonly text: string;
}

/** A value that was read, and where. */
export interface Found<T> {
  readonly value: T;
  readonly place: Place;
}

/** Past this many, one line says how many more there are. */
const MOST_PROBLEMS = 200;

/** Offsets to `line:column`, both from 1, for one text. */
export function lineFinder(text: string): (offset: number) => string {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return (offset) => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
}

/** Every problem of a file, in the order of the file: `file:line:column: path: text`, a line each. */
export function problemLines(
  fileName: string,
  lineAndColumn: (offset: number) => string,
  problems: readonly Problem[],
): readonly string[] {
  const sorted = [...problems].sort((a, b) => a.place.offset - b.place.offset);
  const lines = new Set(
    sorted.map(({ place, text }) =>
      [`${fileName}:${lineAndColumn(place.offset)}`, place.path, text]
        .filter((part) => part !== '')
        .join(': '),
    ),
  );
  const shown = [...lines].slice(0, MOST_PROBLEMS);
  if (lines.size > shown.length) shown.push(`${fileName}: and ${lines.size - shown.length} more errors`);
  return shown;
}
