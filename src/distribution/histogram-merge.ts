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
 * histogram without counts adds none, and a bucket without a count gives way to one that has.
 */
export function addHistograms(histograms: readonly Histogram[]): HistogramSum {
  const counted = histograms.filter(({ buckets }) => buckets.some((bucket) => bucket.count !== 0n));
  const shapes = shapesOf(counted.length > 0 ? counted : histograms);
  const [shape] = shapes;
  if (shape === undefined) return { status: 'none' };
  if (shapes.length > 1 && counted.length > 0) {
    return { status: 'conflict', shapes, reason: `buckets of different shapes: ${shapes.join(', ')}` };
  }
  const buckets = sumOf(histograms.filter((histogram) => histogram.shape === shape));
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

/** The buckets that have counts, and of the others those that fit between them. */
function withEmpty(full: readonly Bucket[], all: readonly Bucket[]): readonly Bucket[] {
  return all
    .filter((bucket) => bucket.count === 0n)
    .reduce(
      (kept, bucket) => {
        const candidate = [...kept, bucket].sort(byBounds);
        return overlapIn(candidate) === null ? candidate : kept;
      },
      [...full],
    );
}

function boundsText({ low, high }: Bucket): string {
  return `${low ?? 'any'} to ${high ?? 'any'}`;
}
