/** A line of a comparison: in both texts, only in the first, or only in the second. */
export interface DiffLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** More differences than these are not looked for: whoever reads so many reads the text itself. */
const MOST_EDITS = 400;

/**
 * The shortest way from one text to another, line by line (Myers, An O(ND) Difference Algorithm, 1986); null where they
 * differ too much for it.
 */
export function lineDiff(from: readonly string[], to: readonly string[]): readonly DiffLine[] | null {
  let head = 0;
  while (head < from.length && head < to.length && from[head] === to[head]) head++;
  let tail = 0;
  while (
    tail < from.length - head &&
    tail < to.length - head &&
    from[from.length - 1 - tail] === to[to.length - 1 - tail]
  )
    tail++;
  const middle = shortestEdit(from.slice(head, from.length - tail), to.slice(head, to.length - tail));
  if (middle === null) return null;
  const same = (text: string): DiffLine => ({ mark: ' ', text });
  return [...from.slice(0, head).map(same), ...middle, ...from.slice(from.length - tail).map(same)];
}

function shortestEdit(a: readonly string[], b: readonly string[]): readonly DiffLine[] | null {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const ends = new Map<number, number>([[1, 0]]);
  const trace: ReadonlyMap<number, number>[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(new Map([...ends].filter(([k]) => Math.abs(k) <= edits + 1)));
    for (let k = -edits; k <= edits; k += 2) {
      let x = goesDown(ends, k, edits) ? (ends.get(k + 1) ?? 0) : (ends.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      ends.set(k, x);
      if (x >= a.length && x - k >= b.length) return wayBack(trace, a, b);
    }
  }
  return null;
}

function goesDown(ends: ReadonlyMap<number, number>, k: number, edits: number): boolean {
  return k === -edits || (k !== edits && (ends.get(k - 1) ?? 0) < (ends.get(k + 1) ?? 0));
}

function wayBack(
  trace: readonly ReadonlyMap<number, number>[],
  a: readonly string[],
  b: readonly string[],
): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let [x, y] = [a.length, b.length];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const ends = trace[edits] ?? new Map<number, number>();
    const k = x - y;
    const before = goesDown(ends, k, edits) ? k + 1 : k - 1;
    const fromX = edits === 0 ? 0 : (ends.get(before) ?? 0);
    const fromY = edits === 0 ? 0 : fromX - before;
    while (x > fromX && y > fromY) {
      lines.push({ mark: ' ', text: a[--x] ?? '' });
      y--;
    }
    if (edits === 0) break;
    if (x > fromX) lines.push({ mark: '-', text: a[--x] ?? '' });
    else lines.push({ mark: '+', text: b[--y] ?? '' });
  }
  return lines.reverse();
}
