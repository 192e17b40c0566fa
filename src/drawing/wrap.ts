import { displayWidth, fitting } from './display-width.ts';

/** Words in lines of at most `width` characters, where there is a limit; those after the first begin with `indent`. */
export function wrapped(text: string, width: number | null, indent = ''): readonly string[] {
  if (width === null) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(word);
    else if (displayWidth(last) + 1 + displayWidth(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(indent + word);
  }
  return lines;
}

/** A text in pieces of at most `width` columns, wherever that cuts it. */
export function chunked(text: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (displayWidth(rest) > width) {
    // A character that is wider than the room stands alone.
    const piece = fitting(rest, width) || String.fromCodePoint(rest.codePointAt(0) ?? 0);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return rest === '' && pieces.length > 0 ? pieces : [...pieces, rest];
}
