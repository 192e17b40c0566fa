/** Draws histograms as dtrace does, written from the description of its output and from nothing of src/parse. */

const TITLE = '------------- Distribution -------------';

function head(): string {
  return `\n${'value'.padStart(16)} ${TITLE.padStart(41)} ${'count'.padEnd(9)}\n`;
}

function row(
  label: string,
  count: bigint,
  total: bigint,
  signs: 'none' | 'plus' | 'minus' | 'both',
  normal: bigint,
): string {
  const size = count < 0n ? -count : count;
  const columns = signs === 'both' ? 20 : 40;
  // floor(columns * size / total + 1/2)
  const length = total === 0n ? 0 : Number((BigInt(columns) * size * 2n + total) / (total * 2n));
  const bar = '@'.repeat(length);
  const number = String(count / normal).padEnd(9);
  const start = `${label.padStart(16)} `;
  if (signs === 'both') {
    return count > 0n
      ? `${start}${' '.repeat(20)}|${bar.padEnd(20)} ${number}\n`
      : `${start}${bar.padStart(20)}|${' '.repeat(20)} ${number}\n`;
  }
  if (signs === 'minus') return `${start}${bar.padStart(40)}| ${number}\n`;
  return `${start}|${bar.padEnd(40)} ${number}\n`;
}

/** The labels of a table of buckets and the count of each; rows from one before the first count to one after the last. */
function draw(
  labels: readonly string[],
  counts: readonly bigint[],
  empty: readonly number[],
  normal: bigint,
): string {
  const filled = counts.flatMap((count, i) => (count === 0n ? [] : [i]));
  const first = filled[0];
  const last = filled.at(-1);
  const shown =
    first === undefined || last === undefined
      ? empty
      : labels.flatMap((_, i) => (i >= first - 1 && i <= last + 1 ? [i] : []));
  const total = counts.reduce((sum, count) => sum + (count < 0n ? -count : count), 0n);
  const plus = counts.some((count) => count > 0n);
  const minus = counts.some((count) => count < 0n);
  const signs = plus && minus ? 'both' : minus ? 'minus' : plus ? 'plus' : 'none';
  return head() + shown.map((i) => row(labels[i]!, counts[i]!, total, signs, normal)).join('');
}

/** The 127 labels of quantize. */
export const QUANTIZE_LABELS: readonly bigint[] = [
  ...Array.from({ length: 63 }, (_, i) => -(1n << BigInt(62 - i))),
  0n,
  ...Array.from({ length: 63 }, (_, i) => 1n << BigInt(i)),
];

/** A histogram of quantize, without the newline that ends an entry; counts by label. */
export function drawQuantize(counts: ReadonlyMap<bigint, bigint>, normal = 1n): string {
  return draw(
    QUANTIZE_LABELS.map(String),
    QUANTIZE_LABELS.map((label) => counts.get(label) ?? 0n),
    [62, 63, 64],
    normal,
  );
}

/** `lquantize(…, low, low + levels * step, step)`: counts of `< low`, each level, and `>= high`. */
export function drawLquantize(low: number, step: number, counts: readonly bigint[], normal = 1n): string {
  const levels = counts.length - 2;
  const labels = [
    `< ${low}`,
    ...Array.from({ length: levels }, (_, i) => String(low + i * step)),
    `>= ${low + levels * step}`,
  ];
  return draw(labels, counts, [0, 1, 2], normal);
}

/** The lower bounds of llquantize's buckets, the last one being that of `>=`. */
export function llquantizeBounds(
  factor: number,
  low: number,
  high: number,
  steps: number,
): readonly number[] {
  const bounds: number[] = [];
  for (let order = low; order <= high; order++) {
    const from = factor ** order;
    const next = from * factor;
    const step = next > steps ? next / steps : 1;
    for (let value = from; value < next; value += step) bounds.push(value);
  }
  return [...bounds, factor ** (high + 1)];
}

/** `llquantize`: counts of `<`, of each bucket, and of `>=`. */
export function drawLlquantize(bounds: readonly number[], counts: readonly bigint[], normal = 1n): string {
  const labels = [`< ${bounds[0]}`, ...bounds.slice(0, -1).map(String), `>= ${bounds.at(-1)}`];
  return draw(labels, counts, [0, 1], normal);
}
