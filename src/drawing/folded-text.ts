import { styleText } from 'node:util';
import { printable } from '../model/printable.ts';
import type { Sled } from '../model/sled.ts';
import { foldSleds } from '../model/sled-fold.ts';

/** What one sled printed, to be shown as it is. */
export interface SledText {
  readonly sled: Sled;
  readonly stdout: string;
  readonly stderr: string;
  /** What its header says beside the sled: `status 3`. */
  readonly remark: string | null;
}

/**
 * Texts by sled: a header line `sled 3/[0-14,16-31] (31)`, standard output, then standard error, each of its lines
 * marked, and an empty line. Sleds with identical texts share a header, unless `fold` is false; the order is that of
 * each group's first sled. Nothing of a sled but newlines and tabs reaches a terminal as a control character.
 */
export function* foldedTexts(
  texts: readonly SledText[],
  { fold, color }: { readonly fold: boolean; readonly color: boolean },
): Iterable<string> {
  for (const group of groupTexts(texts, fold)) {
    const [first] = group;
    if (first === undefined) continue;
    const header = headerOf(first, group);
    yield `${color ? styleText('bold', header, { validateStream: false }) : header}\n`;
    yield* textLines(first);
    yield '\n';
  }
}

/** Sleds with identical texts together, unless `fold` is false, in the order of each group's first sled. */
export function groupTexts(texts: readonly SledText[], fold: boolean): readonly (readonly SledText[])[] {
  const groups = new Map<string, SledText[]>();
  for (const text of texts) {
    const same = [text.stdout, text.stderr, text.remark];
    const key = JSON.stringify(fold ? same : [...same, text.sled.id]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [text]);
    else group.push(text);
  }
  return [...groups.values()];
}

/** What a sled printed, a line each with its end. */
export function* textLines({ stdout, stderr }: SledText): Iterable<string> {
  yield* lines(stdout, '');
  yield* lines(stderr, 'stderr: ');
}

/** Whose text it is. */
export function headerOf({ stdout, stderr, remark }: SledText, group: readonly SledText[]): string {
  const sleds = printable(foldSleds(group.map((text) => text.sled)));
  return [
    `sled ${sleds}${group.length === 1 ? '' : ` (${group.length})`}`,
    ...(remark === null ? [] : [printable(remark)]),
    ...(stdout === '' && stderr === '' ? ['no output'] : []),
  ].join(', ');
}

function* lines(text: string, mark: string): Iterable<string> {
  if (text === '') return;
  for (const line of text.replace(/\n$/, '').split('\n')) {
    yield `${mark}${line.split('\t').map(printable).join('\t')}\n`;
  }
}
