/** What Markdown, GitHub's tables or a chat would take for markup or an address. An `_` within a word is not. */
const MARKUP = /[\\`*~[\]<>|#&@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=\/\/)|(?<=www)\./gi;

/** A text that shows as itself and links, mentions and embeds nothing, also within a cell of a table. */
export function markdownText(text: string): string {
  return text.replace(MARKUP, (sign) => `&#${String(sign.charCodeAt(0))};`).replaceAll(/\s*\n\s*/g, ' ');
}

/** A table of GitHub's kind, of texts that are not yet Markdown. */
export function* markdownTable(
  headings: readonly { readonly text: string; readonly isRight: boolean }[],
  rows: readonly (readonly string[])[],
): Iterable<string> {
  yield tableLine(headings.map(({ text }) => markdownText(text)));
  yield tableLine(headings.map(({ isRight }) => (isRight ? '--:' : '---')));
  for (const row of rows) yield tableLine(row.map(markdownText));
}

/** Lines as they are, in a fence that none of them can end; nothing where there are none. */
export function* markdownFence(pieces: Iterable<string>): Iterable<string> {
  const text = [...pieces].join('').trimEnd();
  if (text === '') return;
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  yield `${fence}text\n${text}\n${fence}\n\n`;
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}
