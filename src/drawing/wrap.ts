import { displayWidth } from './display-width.ts';

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
