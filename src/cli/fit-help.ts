import { Help } from 'commander';

/** Wraps as Commander wraps descriptions: nothing else is loaded for help. */
const HELP = Object.assign(new Help(), { minWidthToWrap: 20 });

/** A term and what it means, apart from each other: `  term   words`. */
const TWO_COLUMNS = /^(\s+\S.*?\s{2,})(\S.*)$/;

/**
 * Help within a terminal's width: a paragraph with a line that is too long is filled again, and a long line of a list goes
 * on below its words. A command to copy stays on its line.
 */
export function fitHelp(text: string, width: number): string {
  const fits = (line: string): boolean => HELP.displayWidth(line) <= width;
  return paragraphs(text.split('\n'))
    .flatMap((lines) => (lines.every(fits) ? lines : filled(lines, width)))
    .join('\n');
}

/** Lines that begin at the margin and follow each other belong together; every other line stands alone. */
function paragraphs(lines: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [];
  const isProse = (line: string | undefined): boolean => line !== undefined && /^\S/.test(line);
  for (const line of lines) {
    const last = found.at(-1);
    if (last !== undefined && isProse(line) && isProse(last.at(-1))) last.push(line);
    else found.push([line]);
  }
  return found;
}

function filled(lines: readonly string[], width: number): readonly string[] {
  const text = lines.join(' ');
  const [, term = '', words = ''] = TWO_COLUMNS.exec(text) ?? [];
  if (words !== '') {
    const column = HELP.displayWidth(term);
    if (column <= (width * 2) / 3) return hanging(term, words, width, ' '.repeat(column));
    // The words stand below a term that leaves them no room.
    return [term.trimEnd(), ...hanging(' '.repeat(6), words, width, ' '.repeat(6))];
  }
  const indent = /^\s*/.exec(text)?.[0] ?? '';
  return text.startsWith(`${indent}cruc-fleet `) && indent !== ''
    ? [text]
    : hanging(indent, text.trimStart(), width, indent);
}

function hanging(first: string, words: string, width: number, indent: string): readonly string[] {
  const [line = '', ...more] = HELP.boxWrap(words, Math.max(20, width - HELP.displayWidth(indent))).split(
    '\n',
  );
  return [first + line, ...more.map((each) => indent + each)];
}
