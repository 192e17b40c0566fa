/** The label of a bucket: a lower bound (of quantize's negative ones an upper bound), or one of the open ends. */
export interface BucketLabel {
  readonly kind: 'at' | 'below' | 'from';
  readonly value: bigint;
}

/** One line of a histogram's picture. */
export interface HistogramRow {
  readonly label: BucketLabel;
  /** Null where the line ends before its count. */
  readonly count: bigint | null;
  /** Blanks follow the count, as dtrace prints it: it is whole though the line should be cut. */
  readonly countIsWhole: boolean;
  /** Lengths of the bar on both sides of the `|`, in eighths of a column. */
  readonly leftEighths: number;
  readonly rightEighths: number;
  readonly encoding: 'ascii' | 'utf8';
}

/** Whether a line is the head of a histogram's picture. */
export function isHistogramHead(line: string): boolean {
  if (line.length > 200) return false;
  return /^\s*value {1,}-+ Distribution -+ +count\s*$/.test(line);
}

/** Whether a line is of `-x aggpack`: its head, or a sketch of a histogram that gives only the sum as a number. */
export function isPackedHistogram(line: string): boolean {
  if (line.length > 400) return false;
  return /^ .* \.-+\. max *\| count$|:[ ▁-█_xXv]+: *(?:>= )?-?\d{1,20} *\| -?\d{1,20}$/u.test(line.trimEnd());
}

/** Eight eighths down to one. */
const BLOCKS = '█▉▊▋▌▍▎▏';

/** `label |bar count`, as `dt_print_quantline` of illumos's libdtrace prints it, or null where the line is not one. */
export function readHistogramRow(line: string): HistogramRow | null {
  const at = line.indexOf('|');
  if (at < 0 || at > 120 || line.length > 400) return null;
  const head = /^\s*(?:(<|>=) )?(-?\d{1,20})(?: ([ @]*))?$/.exec(line.slice(0, at));
  const tail = readBarAndCount(line.slice(at + 1));
  const left = barOf(head?.[3] ?? '');
  const right = barOf(tail.bar);
  if (head?.[2] === undefined || left === null || right === null) return null;
  return {
    label: { kind: labelKind(head[1]), value: BigInt(head[2]) },
    count: tail.count,
    countIsWhole: tail.isWhole,
    leftEighths: left.eighths,
    rightEighths: right.eighths,
    encoding: right.encoding,
  };
}

/** What stands right of the `|`: a bar, and perhaps a count, which is whole where blanks follow it. */
export function readBarAndCount(tail: string): {
  readonly bar: string;
  readonly count: bigint | null;
  readonly isWhole: boolean;
} {
  const text = tail.trimEnd();
  const digits = / (-?\d{1,40})$/.exec(text.slice(-42))?.[1];
  if (digits === undefined) return { bar: text, count: null, isWhole: false };
  return { bar: text.slice(0, -digits.length - 1), count: BigInt(digits), isWhole: text !== tail };
}

function labelKind(sign: string | undefined): BucketLabel['kind'] {
  if (sign === undefined) return 'at';
  return sign === '<' ? 'below' : 'from';
}

/** The length of a bar in eighths of a column; null where it is none: broken by blanks, or of two encodings. */
export function barOf(
  text: string,
): { readonly eighths: number; readonly encoding: 'ascii' | 'utf8' } | null {
  const bar = text.trim();
  if (/^@*$/.test(bar)) return { eighths: bar.length * 8, encoding: 'ascii' };
  if (!/^█*[▉▊▋▌▍▎▏]?$/u.test(bar)) return null;
  let eighths = 0;
  for (const block of bar) eighths += 8 - BLOCKS.indexOf(block);
  return { eighths, encoding: 'utf8' };
}
