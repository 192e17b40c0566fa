/** Lines around a change that are shown with it. */
const CONTEXT = 3;

/** Pairs of lines that are compared at most: of more, all lines between the first and last change are shown as changed. */
const MOST_PAIRS = 16_000_000;

interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
  readonly before: number;
  readonly after: number;
}

/** The differences of two texts as `diff -u` shows them; empty where they are equal. */
export function lineDiff(before: string, after: string, name: string): string {
  if (before === after) return '';
  const lines = diffLines(linesOf(before), linesOf(after));
  const shown = new Set<number>();
  for (const [index, { sign }] of lines.entries()) {
    if (sign === ' ') continue;
    for (let near = index - CONTEXT; near <= index + CONTEXT; near++) shown.add(near);
  }
  const out = [`--- ${before === '' ? '/dev/null' : name}`, `+++ ${name}`];
  for (let start = 0; start < lines.length;) {
    if (!shown.has(start)) {
      start++;
      continue;
    }
    let end = start;
    while (end < lines.length && shown.has(end)) end++;
    const hunk = lines.slice(start, end);
    out.push(header(hunk), ...hunk.map(({ sign, text }) => sign + text));
    start = end;
  }
  return `${out.join('\n')}\n`;
}

function header(hunk: readonly DiffLine[]): string {
  const range = (key: 'before' | 'after', sign: '-' | '+'): string => {
    const own = hunk.filter((line) => line.sign === ' ' || line.sign === sign);
    const [first] = own;
    return `${sign}${first?.[key] ?? 0},${own.length}`;
  };
  return `@@ ${range('before', '-')} ${range('after', '+')} @@`;
}

function linesOf(text: string): readonly string[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function diffLines(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const same = (from: number, count: number, shift: number): readonly DiffLine[] =>
    a
      .slice(from, from + count)
      .map((text, i) => ({ sign: ' ', text, before: from + i + 1, after: from + i + 1 + shift }));
  return [
    ...same(0, head, 0),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail), head),
    ...same(a.length - tail, tail, b.length - a.length),
  ];
}

/** By the longest common subsequence, whose length from each pair of lines on stands in a table. */
function middle(a: readonly string[], b: readonly string[], offset: number): readonly DiffLine[] {
  const width = b.length + 1;
  const isSmall = a.length * b.length <= MOST_PAIRS;
  const lengths = new Uint32Array(isSmall ? (a.length + 1) * width : 0);
  if (isSmall) {
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        lengths[i * width + j] =
          a[i] === b[j]
            ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
            : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
      }
    }
  }
  const out: DiffLine[] = [];
  let i = 0;
  let j = 0;
  const add = (sign: DiffLine['sign'], text: string): void => {
    out.push({ sign, text, before: offset + i + 1, after: offset + j + 1 });
  };
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (isSmall && left !== undefined && left === right) {
      add(' ', left);
      i++;
      j++;
    } else if (
      left !== undefined &&
      (right === undefined ||
        !isSmall ||
        (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      add('-', left);
      i++;
    } else if (right !== undefined) {
      add('+', right);
      j++;
    }
  }
  return out;
}
