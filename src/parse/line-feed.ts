/** Characters of a line that are kept while its end has not come: a longer line is left out. */
const LONGEST_LINE = 65_536;

/** Makes lines of pieces of text as they arrive. */
export interface LineFeed {
  /** The lines that have ended by now. */
  push(text: string): readonly string[];
  /** What is left of a line that never ended. */
  end(): readonly string[];
}

export function createLineFeed(): LineFeed {
  let rest = '';
  let isTooLong = false;
  const keep = (piece: string): void => {
    isTooLong ||= rest.length + piece.length > LONGEST_LINE;
    rest = isTooLong ? '' : rest + piece;
  };
  const take = (): readonly string[] => {
    const line = isTooLong ? [] : [rest];
    rest = '';
    isTooLong = false;
    return line;
  };
  return {
    push(text) {
      const pieces = text.split('\n');
      const last = pieces.pop() ?? '';
      const lines = pieces.flatMap((piece) => {
        keep(piece);
        return take();
      });
      keep(last);
      return lines;
    },
    end: () => (rest === '' ? [] : take()),
  };
}
