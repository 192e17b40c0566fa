/** How the buckets of a histogram are laid out. */
export type Buckets =
  | { readonly kind: 'quantize' }
  | { readonly kind: 'lquantize'; readonly base: number; readonly step: number; readonly levels: number }
  | {
      readonly kind: 'llquantize';
      readonly factor: number;
      readonly low: number;
      readonly high: number;
      readonly steps: number;
    };

const QUANTIZE_BUCKETS = 127;
const ZERO_BUCKET = 63;
const BAR = 40;

/** The number of buckets, those at the ends included. */
export function bucketCount(buckets: Buckets): number {
  switch (buckets.kind) {
    case 'quantize':
      return QUANTIZE_BUCKETS;
    case 'lquantize':
      return buckets.levels + 2;
    case 'llquantize':
      return logLinearLabels(buckets).length + 1;
  }
}

/** The bucket that a value falls in. */
export function bucketOf(buckets: Buckets, value: bigint): number {
  switch (buckets.kind) {
    case 'quantize':
      return quantizeBucket(value);
    case 'lquantize': {
      const offset = value - BigInt(buckets.base);
      if (offset < 0n) return 0;
      const level = offset / BigInt(buckets.step);
      return level < BigInt(buckets.levels) ? Number(level) + 1 : buckets.levels + 1;
    }
    case 'llquantize':
      return logLinearBucket(buckets, value);
  }
}

/** The exponent of the largest power of two that is not above a positive value. */
function log2(value: bigint): number {
  const high = Number(value >> 32n);
  return high === 0 ? 31 - Math.clz32(Number(value)) : 63 - Math.clz32(high);
}

function quantizeBucket(value: bigint): number {
  if (value === 0n) return ZERO_BUCKET;
  if (value > 0n) return ZERO_BUCKET + 1 + log2(value);
  return ZERO_BUCKET - 1 - Math.min(62, log2(-value));
}

function quantizeValue(bucket: number): bigint {
  if (bucket === ZERO_BUCKET) return 0n;
  if (bucket > ZERO_BUCKET) return 1n << BigInt(bucket - ZERO_BUCKET - 1);
  return -(1n << BigInt(ZERO_BUCKET - 1 - bucket));
}

type LogLinear = Extract<Buckets, { kind: 'llquantize' }>;

function logLinearBucket(b: LogLinear, value: bigint): number {
  const factor = BigInt(b.factor);
  const steps = BigInt(b.steps);
  let last = factor ** BigInt(b.low);
  if (value < last) return 0;
  let base = 1n;
  let next = last * factor;
  for (let order = b.low; order <= b.high; order++) {
    const count = next > steps ? steps : next;
    if (value < next) return Number(base + (value - last) / (next / count));
    base += count - count / factor;
    last = next;
    next *= factor;
  }
  return Number(base);
}

/** The lower bounds of the buckets from 1 on; the last is that of the open one at the top. */
function logLinearLabels(b: LogLinear): readonly bigint[] {
  const factor = BigInt(b.factor);
  const steps = BigInt(b.steps);
  const labels: bigint[] = [];
  let value = factor ** BigInt(b.low);
  let next = value * factor;
  let step = next > steps ? next / steps : 1n;
  for (let order = b.low; order <= b.high;) {
    labels.push(value);
    value += step;
    if (value !== next) continue;
    next = value * factor;
    step = next > steps ? next / steps : 1n;
    order++;
  }
  labels.push(value);
  return labels;
}

/** Σ(bucket value × count), by which histograms are ordered, then the count at zero. */
export function weight(
  buckets: Buckets,
  counts: Float64Array,
): { readonly sum: number; readonly zero: number } {
  const values = bucketValues(buckets);
  let sum = 0;
  let zero = 0;
  counts.forEach((count, i) => {
    if (count === 0) return;
    sum += (values[i] ?? 0) * count;
    if (values[i] === 0) zero += count;
  });
  return { sum, zero };
}

function bucketValues(buckets: Buckets): readonly number[] {
  switch (buckets.kind) {
    case 'quantize':
      return Array.from({ length: QUANTIZE_BUCKETS }, (_, i) => Number(quantizeValue(i)));
    case 'lquantize':
      return Array.from({ length: buckets.levels + 2 }, (_, i) =>
        i === 0 ? buckets.base - 1 : buckets.base + (i - 1) * buckets.step,
      );
    case 'llquantize': {
      const labels = logLinearLabels(buckets).map(Number);
      return [(labels[0] ?? 1) - 1, ...labels];
    }
  }
}

function label(buckets: Buckets, bucket: number, labels: readonly bigint[]): string {
  switch (buckets.kind) {
    case 'quantize':
      return String(quantizeValue(bucket));
    case 'lquantize':
      if (bucket === 0) return `< ${buckets.base}`;
      if (bucket === buckets.levels + 1) return `>= ${buckets.base + buckets.levels * buckets.step}`;
      return String(buckets.base + (bucket - 1) * buckets.step);
    case 'llquantize':
      if (bucket === 0) return `< ${labels[0] ?? ''}`;
      return bucket === labels.length ? `>= ${labels[bucket - 1] ?? ''}` : String(labels[bucket - 1] ?? '');
  }
}

/** The whole histogram with its leading newline, as libdtrace prints it. */
export function formatHistogram(buckets: Buckets, counts: Float64Array, normal: bigint): string {
  const [first, last] = printedRows(buckets, counts);
  const rows = counts.subarray(first, last + 1);
  const total = rows.reduce((sum, count) => sum + Math.abs(count), 0);
  const positives = rows.some((count) => count > 0);
  const negatives = rows.some((count) => count < 0);
  const labels = buckets.kind === 'llquantize' ? logLinearLabels(buckets) : [];
  let out = `\n${'value'.padStart(16)} ${'------------- Distribution -------------'.padStart(41)} ${'count'.padEnd(9)}\n`;
  rows.forEach((count, i) => {
    const shownCount = String(BigInt(count) / normal).padEnd(9);
    out += `${label(buckets, first + i, labels).padStart(16)} ${bar(count, total, positives, negatives)} ${shownCount}\n`;
  });
  return out;
}

/** From one bucket before the first that is not zero to one after the last; around 0 when all are zero. */
function printedRows(buckets: Buckets, counts: Float64Array): readonly [number, number] {
  const first = counts.findIndex((count) => count !== 0);
  if (first === -1) {
    if (buckets.kind === 'quantize') return [ZERO_BUCKET - 1, ZERO_BUCKET + 1];
    return [0, Math.min(counts.length - 1, buckets.kind === 'lquantize' ? 2 : 1)];
  }
  const last = counts.findLastIndex((count) => count !== 0);
  return [Math.max(0, first - 1), Math.min(counts.length - 1, last + 1)];
}

function bar(count: number, total: number, positives: boolean, negatives: boolean): string {
  const length = positives && negatives ? BAR / 2 : BAR;
  const depth = total === 0 ? 0 : Math.floor((Math.abs(count) * length) / total + 0.5);
  const marks = '@'.repeat(depth);
  if (!negatives) return `|${marks.padEnd(BAR)}`;
  if (!positives) return `${marks.padStart(BAR)}|`;
  const blank = ' '.repeat(length);
  return count <= 0 ? `${marks.padStart(length)}|${blank}` : `${blank}|${marks.padEnd(length)}`;
}
