import { boundsId, byBounds, type Bucket, type Histogram } from './histogram.ts';

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
 * versions), are not added: that is a conflict, which names what differs.
 */
export function addHistograms(histograms: readonly Histogram[]): HistogramSum {
  const [first] = histograms;
  if (first === undefined) return { status: 'none' };
  const shapes = [...new Set(histograms.map((histogram) => histogram.shape))].sort();
  if (shapes.length > 1) {
    return { status: 'conflict', shapes, reason: `buckets of different shapes: ${shapes.join(', ')}` };
  }
  const sums = new Map<string, Bucket>();
  for (const bucket of histograms.flatMap((histogram) => histogram.buckets)) {
    const id = boundsId(bucket);
    sums.set(id, { ...bucket, count: (sums.get(id)?.count ?? 0n) + bucket.count });
  }
  const buckets = [...sums.values()].sort(byBounds);
  const overlap = overlapIn(buckets);
  if (overlap !== null) return { status: 'conflict', shapes, reason: overlap };
  return { status: 'added', histogram: { shape: first.shape, buckets } };
}

function overlapIn(sorted: readonly Bucket[]): string | null {
  for (const [i, bucket] of sorted.entries()) {
    const next = sorted[i + 1];
    if (next === undefined) break;
    if (bucket.high === null || next.low === null || next.low <= bucket.high) {
      return `buckets that overlap: ${boundsText(bucket)} and ${boundsText(next)}`;
    }
  }
  return null;
}

function boundsText({ low, high }: Bucket): string {
  return `${low ?? 'any'} to ${high ?? 'any'}`;
}
