import { createTwoFilesPatch, diffArrays, FILE_HEADERS_ONLY } from 'diff';

/** A line of a comparison: in both texts, only in the first, or only in the second. */
export interface DiffLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** More differences than these are not looked for: whoever reads so many reads the text itself. */
const MOST_EDITS = 400;

/** Of files: where more differs, all of the old one is taken away and all of the new one added. */
const MOST_FILE_EDITS = 2000;

/** The shortest way from one text to another, line by line; null where they differ too much for it. */
export function lineDiff(from: readonly string[], to: readonly string[]): readonly DiffLine[] | null {
  const changes = diffArrays([...from], [...to], { maxEditLength: MOST_EDITS });
  return (
    changes?.flatMap(({ value, added, removed }) =>
      value.map((text): DiffLine => ({ mark: added ? '+' : removed ? '-' : ' ', text })),
    ) ?? null
  );
}

/** The differences of two versions of a file as `diff -u` shows them; empty where they are equal. */
export function unifiedDiff(before: string, after: string, name: string): string {
  if (before === after) return '';
  const [from, to] = [before, after].map((text) => text.replaceAll('\r\n', '\n').replace(/([^\n])$/, '$1\n'));
  const old = before === '' ? '/dev/null' : name;
  const patch = createTwoFilesPatch(old, name, from ?? '', to ?? '', undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
    maxEditLength: MOST_FILE_EDITS,
  });
  return (
    patch ??
    [`--- ${old}`, `+++ ${name}`, ...marked('-', from ?? ''), ...marked('+', to ?? ''), ''].join('\n')
  );
}

function marked(mark: '-' | '+', text: string): readonly string[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => mark + line);
}
