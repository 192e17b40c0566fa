import { boundsId, byBounds, type Bucket, type BucketBounds, type Histogram } from '../model/histogram.ts';

/** The sum of histograms, or why there is none. */
export type HistogramSum =
  | { readonly status: 'added'; readonly histogram: Histogram }
  /** Buckets of different bounds: a sum would be wrong. */
  | { readonly status: 'conflict'; readonly shapes: readonly string[]; readonly reason: string }
  /** There was nothing to add. */
  | { readonly status: 'none' };

/**
 * Adds the counts of equal buckets, exactly: the order and the grouping of the parts make no difference. Histograms
 * of different shapes, and those of one shape whose buckets overlap without being equal (the same script in two
 * versions), are not added: that is a conflict, which names what differs. What is empty conflicts with nothing: a
 * histogram without counts adds none, and a bucket without a count gives way to one that has. Nor do shapes that are
 * read from pictures of one llquantize, which show more or less of it.
 */
export function addHistograms(histograms: readonly Histogram[]): HistogramSum {
  const counted = histograms.filter(({ buckets }) => buckets.some((bucket) => bucket.count !== 0n));
  const shapes = shapesOf(counted.length > 0 ? counted : histograms);
  const [first] = shapes;
  if (first === undefined) return { status: 'none' };
  const shape = counted.length > 0 ? sharedShape(shapes) : first;
  if (shape === null) {
    return { status: 'conflict', shapes, reason: `buckets of different shapes: ${shapes.join(', ')}` };
  }
  const buckets = sumOf(histograms.filter((histogram) => shapes.includes(histogram.shape)));
  const overlap = overlapIn(buckets);
  if (overlap === null) return { status: 'added', histogram: { shape, buckets } };
  const full = buckets.filter((bucket) => bucket.count !== 0n);
  const conflict = overlapIn(full);
  if (conflict !== null) {
    const reason = `buckets that overlap: ${conflict.map(boundsText).join(' and ')}`;
    return { status: 'conflict', shapes, reason };
  }
  return { status: 'added', histogram: { shape, buckets: withEmpty(full, buckets) } };
}

function shapesOf(histograms: readonly Histogram[]): readonly string[] {
  return [...new Set(histograms.map((histogram) => histogram.shape))].sort();
}

/** The shape of a picture that does not show a step, and of pictures that show one step, or steps that grow. */
const STEPLESS = 'lquantize';
const LINEAR_PICTURE = /^lquantize (?:\d+\/)?\d+$|^lquantize \/\d+$/;
const LOG_LINEAR_PICTURE = /^llquantize \d+\/\d+$/;

/** The one shape that all of these may be, or null. */
function sharedShape(shapes: readonly string[]): string | null {
  const known = shapes.filter((shape) => shape !== STEPLESS);
  const [first = STEPLESS, ...others] = known;
  if (others.length === 0)
    return first === STEPLESS || shapes.length === 1 || first !== 'quantize' ? first : null;
  const logLinear = known.filter((shape) => LOG_LINEAR_PICTURE.test(shape));
  const isOne = known.every((shape) => LOG_LINEAR_PICTURE.test(shape) || LINEAR_PICTURE.test(shape));
  return isOne ? (logLinear.at(-1) ?? null) : null;
}

function sumOf(histograms: readonly Histogram[]): readonly Bucket[] {
  const sums = new Map<string, Bucket>();
  for (const bucket of histograms.flatMap((histogram) => histogram.buckets)) {
    const id = boundsId(bucket);
    sums.set(id, { ...bucket, count: (sums.get(id)?.count ?? 0n) + bucket.count });
  }
  return [...sums.values()].sort(byBounds);
}

function overlapIn(sorted: readonly Bucket[]): readonly [Bucket, Bucket] | null {
  for (const [i, bucket] of sorted.entries()) {
    const next = sorted[i + 1];
    if (next === undefined) break;
    if (overlaps(bucket, next)) return [bucket, next];
  }
  return null;
}

function overlaps(lower: BucketBounds, upper: BucketBounds): boolean {
  return lower.high === null || upper.low === null || upper.low <= lower.high;
}

/** The buckets that have counts, and of the others those that fit between them, the lower of two first. */
function withEmpty(full: readonly Bucket[], all: readonly Bucket[]): readonly Bucket[] {
  const kept: Bucket[] = [];
  let next = 0;
  for (const bucket of all) {
    if (bucket.count !== 0n) {
      kept.push(bucket);
      next++;
      continue;
    }
    const before = kept.at(-1);
    const after = full[next];
    const fits =
      (before === undefined || !overlaps(before, bucket)) &&
      (after === undefined || !overlaps(bucket, after));
    if (fits) kept.push(bucket);
  }
  return kept;
}

function boundsText({ low, high }: Bucket): string {
  return `${low ?? 'any'} to ${high ?? 'any'}`;
}
