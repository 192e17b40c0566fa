import { QUANTIZE, quantizeBounds } from '../distribution/bucket-ladder.ts';
import type { BucketBounds } from '../model/histogram.ts';
import type { BucketLabel } from './histogram-row.ts';

/** How the buckets of one picture are cut. */
export interface Buckets {
  /** `quantize`, `lquantize /10`, `lquantize 5/10` (5, 15, 25 …), `llquantize 10/20`; see `bucketsOf`. */
  readonly shape: string;
  /** A bucket for each label. */
  readonly bounds: readonly BucketBounds[];
  /** Why the labels do not make one row of buckets, or null where they do. */
  readonly problem: string | null;
}

const LARGEST = 1n << 62n;

/**
 * The buckets of a picture by its labels, which must ascend. Powers of two in a row are quantize. A row of equal steps
 * is lquantize: its shape holds the step and, where the labels are not multiples of it, the remainder; not the
 * ends, which a picture shows only where values reached them, so that two pictures of one aggregation have one
 * shape. Steps that grow by factors are llquantize: its shape holds factor and steps.
 *
 * A picture of llquantize whose rows have one step cannot be told from lquantize: bounds are right, the shape is
 * not. Where the next label is missing and the step is not known, a bucket's upper bound is null.
 */
export function bucketsOf(labels: readonly BucketLabel[]): Buckets {
  const ends = labels.some((label) => label.kind !== 'at');
  const values = labels.filter((label) => label.kind !== 'below').map((label) => label.value);
  const places = values.map((value) => placeInQuantize(value));
  const isQuantize = !ends && places.every((place) => place !== null);
  if (isQuantize && places.every((place, i) => i === 0 || place === (places[i - 1] ?? 0) + 1)) {
    return { shape: QUANTIZE, bounds: values.flatMap((value) => quantizeBounds(value) ?? []), problem: null };
  }
  const steps = values.slice(1).map((value, i) => value - (values[i] ?? 0n));
  const linear = linearShape(values, steps);
  const shape = linear ?? logLinearShape(values, steps);
  if (shape === null && isQuantize) {
    return {
      shape: QUANTIZE,
      bounds: values.flatMap((value) => quantizeBounds(value) ?? []),
      problem: 'rows are missing within it',
    };
  }
  const step = linear === null ? null : (steps[0] ?? null);
  return {
    shape: shape ?? 'unknown',
    bounds: labels.map((label, i) => boundsBetween(label, labels[i + 1] ?? null, step)),
    problem: shape === null ? 'its labels are not those of a histogram' : null,
  };
}

/** Whether a picture may begin (or end) at this label though its first (last) row has a count. */
export function isFirstOfAll(label: BucketLabel): boolean {
  return label.kind === 'below' || label.value === -LARGEST;
}

export function isLastOfAll(label: BucketLabel): boolean {
  return label.kind === 'from' || label.value === LARGEST;
}

/** The place of a label among quantize's 127 buckets, 0 being the bucket 0; null for a value that is none. */
function placeInQuantize(value: bigint): number | null {
  const size = value < 0n ? -value : value;
  if (size > LARGEST || (size & (size - 1n)) !== 0n) return null;
  const place = size === 0n ? 0 : size.toString(2).length;
  return value < 0n ? -place : place;
}

function linearShape(values: readonly bigint[], steps: readonly bigint[]): string | null {
  const step = steps[0];
  if (step === undefined) return 'lquantize';
  if (step <= 0n || steps.some((each) => each !== step)) return null;
  const remainder = (((values[0] ?? 0n) % step) + step) % step;
  return remainder === 0n ? `lquantize /${step}` : `lquantize ${remainder}/${step}`;
}

/** From the last change of the step, at a power of the factor: its steps are the least rounded. */
function logLinearShape(values: readonly bigint[], steps: readonly bigint[]): string | null {
  let shape: string | null = null;
  for (let i = 1; i < steps.length; i++) {
    const before = steps[i - 1] ?? 0n;
    const after = steps[i] ?? 0n;
    if (before <= 0n || after < before || after % before !== 0n) return null;
    if (after !== before) shape = `llquantize ${after / before}/${(values[i] ?? 0n) / before}`;
  }
  return shape;
}

function boundsBetween(label: BucketLabel, next: BucketLabel | null, step: bigint | null): BucketBounds {
  if (label.kind === 'below') return { low: null, high: label.value - 1n };
  if (label.kind === 'from') return { low: label.value, high: null };
  if (next !== null) return { low: label.value, high: next.value - 1n };
  return { low: label.value, high: step === null ? null : label.value + step - 1n };
}
