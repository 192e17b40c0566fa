import { QUANTIZE, quantizeBounds } from '../../src/distribution/bucket-ladder.ts';
import type { Row } from '../../src/model/column.ts';
import { byBounds, type Distribution, type Histogram } from '../../src/model/histogram.ts';
import { makeSled } from './sleds.ts';

/** A histogram of quantize from `label: count`. */
export function quantize(counts: Readonly<Record<string, number | bigint>>): Histogram {
  const buckets = Object.entries(counts)
    .map(([label, count]) => ({ ...quantizeBounds(BigInt(label))!, count: BigInt(count) }))
    .sort(byBounds);
  return { shape: QUANTIZE, buckets };
}

/** A histogram of quantize from samples. */
export function quantizeOf(samples: readonly bigint[]): Histogram {
  const counts: Record<string, bigint> = {};
  for (const sample of samples) {
    const label = sample === 0n ? '0' : String(1n << BigInt(sample.toString(2).length - 1));
    counts[label] = (counts[label] ?? 0n) + 1n;
  }
  return quantize(counts);
}

/** A distribution of the sled in a cubby of rack 3. */
export function onSled(cubby: number, keys: Row, histogram: Histogram): Distribution {
  const { rack, id, serial } = makeSled(cubby);
  return { keys: { rack, sled: id, serial, cubby, ...keys }, histogram };
}
