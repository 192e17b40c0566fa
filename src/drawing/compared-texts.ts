import { styleText } from 'node:util';
import { groupTexts, headerOf, textLines, type SledText } from './folded-text.ts';
import { lineDiff, type DiffLine } from './line-diff.ts';

/** Lines in common that are shown around each difference. */
const AROUND = 2;

/**
 * Texts by sled: the commonest first and whole, then of each other what differs from it, as diff -u shows it. Where
 * several are as common, the one of the first sled is taken, which is said.
 */
export function* comparedTexts(
  texts: readonly SledText[],
  { color }: { readonly color: boolean },
): Iterable<string> {
  const groups = groupTexts(texts, true).toSorted((a, b) => b.length - a.length);
  const [commonest = [], ...others] = groups;
  const [usual] = commonest;
  if (usual === undefined) return;
  const bold = (text: string) => (color ? styleText('bold', text, { validateStream: false }) : text);
  const isTie = others[0]?.length === commonest.length;
  const what =
    others.length === 0 ? 'the same everywhere' : isTie ? 'as common as another' : 'the commonest answer';
  yield `${bold(`${headerOf(usual, commonest)}: ${what}`)}\n`;
  yield* textLines(usual);
  yield '\n';
  for (const group of others) {
    const [first] = group;
    if (first === undefined) continue;
    const diff = lineDiff([...textLines(usual)], [...textLines(first)]);
    yield `${bold(`${headerOf(first, group)}: ${differs(diff)}`)}\n`;
    if (diff === null) yield* textLines(first);
    else for (const line of hunks(diff)) yield painted(line, color);
    yield '\n';
  }
}

function differs(diff: readonly DiffLine[] | null): string {
  if (diff === null) return 'differs in too many lines to compare';
  return diff.some(({ mark }) => mark !== ' ') ? 'differs' : 'printed the same';
}

/** The differences with what stands around them; a line @@ LINE @@ tells where each begins in the commonest answer. */
function* hunks(diff: readonly DiffLine[]): Iterable<string> {
  let line = 0;
  let last = -1;
  for (const [at, { mark, text }] of diff.entries()) {
    if (mark !== '+') line++;
    const near = diff.slice(Math.max(0, at - AROUND), at + AROUND + 1).some((each) => each.mark !== ' ');
    if (!near) continue;
    if (at !== last + 1 || last === -1) yield `@@ ${mark === '+' ? line + 1 : line} @@\n`;
    last = at;
    yield `${mark}${text}`;
  }
}

function painted(line: string, color: boolean): string {
  const format = line.startsWith('-') ? 'red' : line.startsWith('+') ? 'green' : null;
  if (!color || format === null) return line;
  return `${styleText(format, line.replace(/\n$/, ''), { validateStream: false })}\n`;
}
