/** Lines that only rule a table: `+----+----+`, `|---|--:|`, `-----+-----`, `├────┼────┤`. */
const RULE = /^(?=.*[+|┬┼┴│╪])[\s+|:=┌┬┐├┼┤└┴┘╞╪╡│─═-]*[-=─═]{2}[\s+|:=┌┬┐├┼┤└┴┘╞╪╡│─═-]*$/;

const LONGEST_LINE = 4096;

/** Cells of a row at least: a histogram and the headings of other tools have two. */
const FEWEST_CELLS = 3;

/**
 * A text with its tables as scripts print them, words and blanks alone, where Markdown, a ticket, a database or a spreadsheet
 * drew lines between the cells. An empty cell is `-`, which is not known. Lines without a frame are of a table only where
 * it has a rule of as many cells.
 */
export function undrawnText(text: string): string {
  const lines = text.split('\n');
  const ruled = new Set<number>();
  for (const line of lines) if (isRule(line)) ruled.add(countOf(line, /[+|┬┼┴│╪]/g));
  if (ruled.size === 0 && !lines.some(isFramed)) return text;
  const undrawn = lines.flatMap((line) => {
    if (isRule(line)) return [];
    return isFramed(line) || isUnderRule(line, ruled) ? [cellsOf(line).join('  ')] : [line];
  });
  return undrawn.join('\n');
}

function isRule(line: string): boolean {
  return line.length <= LONGEST_LINE && RULE.test(line);
}

/** `| a | b | c |`, `||a||b||c||`, `│ a │ b │ c │`. */
function isFramed(line: string): boolean {
  const text = line.trim();
  return text.length <= LONGEST_LINE && /^[|│].*[|│]$/s.test(text) && cellsOf(text).length >= FEWEST_CELLS;
}

/** ` a | b | c`, as a database prints it under its rule. */
function isUnderRule(line: string, ruled: ReadonlySet<number>): boolean {
  const count = line.length <= LONGEST_LINE ? countOf(line, /[|│]/g) : 0;
  return count + 1 >= FEWEST_CELLS && ruled.has(count);
}

function countOf(line: string, pattern: RegExp): number {
  return line.match(pattern)?.length ?? 0;
}

function cellsOf(line: string): readonly string[] {
  const inner = line
    .trim()
    .replace(/^(?:\|\|?|│)/, '')
    .replace(/(?:\|\|?|│)$/, '');
  return inner.split(/\|\|?|│/).map((cell) => {
    const text = cell
      .trim()
      .replace(/^(\*\*|`)(.+)\1$/s, '$2')
      .replaceAll(/\\(?=[^A-Za-z0-9\s])/g, '')
      .replaceAll(/&#(\d{2,3});/g, (_, code: string) => String.fromCodePoint(Number(code)));
    return text === '' ? '-' : text;
  });
}
