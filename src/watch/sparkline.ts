const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII = ['_', '.', '-', '=', '+', '*', '%', '#'];

/** Numbers as a line of characters, the highest as the highest; all of them the lowest where none is above 0. */
export function sparkline(values: readonly number[], unicode: boolean): string {
  const marks = unicode ? BLOCKS : ASCII;
  const most = Math.max(0, ...values);
  return values
    .map(
      (value) => marks[most === 0 ? 0 : Math.round((Math.max(0, value) / most) * (marks.length - 1))] ?? '',
    )
    .join('');
}
