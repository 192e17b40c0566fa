import { integerColumn, textColumn } from './columns.ts';
import type { AggregatorName } from './function-names.ts';
import { bucketCount, bucketOf, formatHistogram, weight, type Buckets } from './aggregated-histogram.ts';
import type { Options } from './options.ts';
import { INT64, shown, type DType } from './types.ts';

export type Key = bigint | string;

/** The value of one key of an aggregation. */
export interface Datum {
  /** Firings, of `count`, `avg` and `stddev`; also whether min or max hold anything. */
  count: number;
  /** The sum, smallest or largest. */
  sum: bigint;
  /** The sum of squares, of `stddev`. */
  squares: bigint;
  readonly counts: Float64Array | null;
}

export interface Entry {
  readonly keys: readonly Key[];
  readonly datum: Datum;
  /** What `normalize` divides it by. */
  normal: bigint;
}

/** One aggregation variable: what the kernel gathers, and what the printing side last took from it. */
export interface Aggregation {
  readonly name: string;
  /** Its place among the variables, by first appearance in the program. */
  readonly order: number;
  readonly line: number;
  function: AggregatorName | null;
  functionLine: number;
  buckets: Buckets | null;
  keyTypes: readonly DType[] | null;
  /** Since the last snapshot. */
  fresh: Map<Key, Entry>;
  /** As of the last snapshot. */
  readonly snapshot: Map<Key, Entry>;
  /** A printa has shown it, so it is not printed at the end. */
  printed: boolean;
}

export function createAggregation(name: string, order: number, line: number): Aggregation {
  return {
    name,
    order,
    line,
    function: null,
    functionLine: line,
    buckets: null,
    keyTypes: null,
    fresh: new Map(),
    snapshot: new Map(),
    printed: false,
  };
}

/** One value by which the tuple is found again. */
export function tupleId(keys: readonly Key[]): Key {
  const [first] = keys;
  if (keys.length === 1 && first !== undefined) return first;
  return keys.map((key) => (typeof key === 'string' ? `${key.length}"${key}` : String(key))).join(',');
}

function emptyDatum(aggregation: Aggregation): Datum {
  const counts = aggregation.buckets === null ? null : new Float64Array(bucketCount(aggregation.buckets));
  return { count: 0, sum: 0n, squares: 0n, counts };
}

/** Takes one firing's value into the kernel's side. Returns the bytes that a new entry takes, else 0. */
export function update(
  aggregation: Aggregation,
  keys: readonly Key[],
  value: bigint,
  increment: bigint,
): number {
  const id = tupleId(keys);
  let entry = aggregation.fresh.get(id);
  let size = 0;
  if (entry === undefined) {
    entry = { keys, datum: emptyDatum(aggregation), normal: 1n };
    aggregation.fresh.set(id, entry);
    size = 32 + keys.reduce((sum, k) => sum + (typeof k === 'string' ? k.length + 1 : 8), 0);
    size += (entry.datum.counts?.length ?? 2) * 8;
  }
  const { datum } = entry;
  switch (aggregation.function) {
    case 'count':
      datum.sum += 1n;
      break;
    case 'sum':
      datum.sum = BigInt.asIntN(64, datum.sum + value);
      break;
    case 'min':
      if (datum.count === 0 || value < datum.sum) datum.sum = value;
      break;
    case 'max':
      if (datum.count === 0 || value > datum.sum) datum.sum = value;
      break;
    case 'avg':
      datum.sum = BigInt.asIntN(64, datum.sum + value);
      break;
    case 'stddev':
      datum.sum = BigInt.asIntN(64, datum.sum + value);
      datum.squares += value * value;
      break;
    default:
      if (aggregation.buckets !== null && datum.counts !== null) {
        const bucket = bucketOf(aggregation.buckets, value);
        datum.counts[bucket] = (datum.counts[bucket] ?? 0) + Number(increment);
      }
  }
  datum.count++;
  return size;
}

/** Moves what the kernel has gathered to the printing side. */
export function takeSnapshot(aggregation: Aggregation): void {
  if (aggregation.fresh.size === 0) return;
  for (const [id, entry] of aggregation.fresh) {
    const known = aggregation.snapshot.get(id);
    if (known === undefined) aggregation.snapshot.set(id, entry);
    else merge(aggregation, known.datum, entry.datum);
  }
  aggregation.fresh = new Map();
}

function merge(aggregation: Aggregation, into: Datum, from: Datum): void {
  const isMin = aggregation.function === 'min';
  if (isMin || aggregation.function === 'max') {
    const better = isMin ? from.sum < into.sum : from.sum > into.sum;
    if (into.count === 0 || better) into.sum = from.sum;
  } else {
    into.sum = BigInt.asIntN(64, into.sum + from.sum);
  }
  into.squares += from.squares;
  into.count += from.count;
  from.counts?.forEach((count, i) => {
    if (into.counts !== null) into.counts[i] = (into.counts[i] ?? 0) + count;
  });
}

/** `clear(@a)`: the values become zero, the keys stay. */
export function clear(aggregation: Aggregation): void {
  for (const { datum } of aggregation.snapshot.values()) {
    datum.count = 0;
    datum.sum = 0n;
    datum.squares = 0n;
    datum.counts?.fill(0);
  }
}

/** `trunc(@a)`: everything goes; `trunc(@a, n)`: the n largest stay (with a negative n the smallest). */
export function truncate(aggregation: Aggregation, keep: number | null): void {
  if (keep === null) {
    aggregation.snapshot.clear();
    return;
  }
  const entries = [...aggregation.snapshot.values()].sort((a, b) => compareEntries(aggregation, a, b));
  const count = Math.abs(keep);
  const gone = keep < 0 ? entries.slice(count) : entries.slice(0, Math.max(0, entries.length - count));
  for (const entry of gone) aggregation.snapshot.delete(tupleId(entry.keys));
}

export function normalize(aggregation: Aggregation, by: bigint): void {
  for (const entry of aggregation.snapshot.values()) entry.normal = by;
}

// ---- order

function compare(a: bigint | number | string, b: bigint | number | string): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function compareValues(aggregation: Aggregation, a: Datum, b: Datum): number {
  if (aggregation.buckets !== null && a.counts !== null && b.counts !== null) {
    const left = weight(aggregation.buckets, a.counts);
    const right = weight(aggregation.buckets, b.counts);
    return compare(left.sum, right.sum) || compare(left.zero, right.zero);
  }
  return compare(plainValue(aggregation, a, 1n), plainValue(aggregation, b, 1n));
}

/** Keys left to right from `first` on, around the end; integers as unsigned, texts by their bytes. */
function compareKeys(a: readonly Key[], b: readonly Key[], first: number): number {
  for (let i = 0; i < a.length; i++) {
    const at = (i + first) % a.length;
    const left = a[at];
    const right = b[at];
    if (left === undefined || right === undefined) continue;
    const order =
      typeof left === 'bigint' && typeof right === 'bigint'
        ? compare(BigInt.asUintN(64, left), BigInt.asUintN(64, right))
        : compare(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

function compareEntries(aggregation: Aggregation, a: Entry, b: Entry): number {
  return compareValues(aggregation, a.datum, b.datum) || compareKeys(a.keys, b.keys, 0);
}

/** One row of a printa: a key tuple with the entry that each aggregation has for it. */
export interface Row {
  readonly keys: readonly Key[];
  readonly entries: readonly Entry[];
}

/** The rows of one or several aggregations, in the order of printing; a tuple missing in one counts as 0. */
export function rows(aggregations: readonly Aggregation[], options: Options): readonly Row[] {
  const found = new Map<Key, Row>();
  for (const aggregation of aggregations) {
    for (const [id, { keys }] of aggregation.snapshot) {
      if (found.has(id)) continue;
      const entries = aggregations.map(
        (a) => a.snapshot.get(id) ?? { keys, datum: emptyDatum(a), normal: 1n },
      );
      found.set(id, { keys, entries });
    }
  }
  const position = options.aggsortpos < aggregations.length ? options.aggsortpos : 0;
  const byValue = (a: Row, b: Row): number => {
    for (let i = 0; i < aggregations.length; i++) {
      const at = (i + position) % aggregations.length;
      const aggregation = aggregations[at];
      const left = a.entries[at];
      const right = b.entries[at];
      if (aggregation === undefined || left === undefined || right === undefined) continue;
      const order = compareValues(aggregation, left.datum, right.datum);
      if (order !== 0) return order;
    }
    return 0;
  };
  const byKey = (a: Row, b: Row): number => compareKeys(a.keys, b.keys, options.aggsortkeypos);
  const order = options.aggsortkey
    ? (a: Row, b: Row): number => byKey(a, b) || byValue(a, b)
    : (a: Row, b: Row): number => byValue(a, b) || byKey(a, b);
  return [...found.values()].sort(options.aggsortrev ? (a, b) => order(b, a) : order);
}

// ---- values and default columns

/** The number that a value that is not a histogram prints as, divided by `normal`. */
export function plainValue(aggregation: Aggregation, datum: Datum, normal: bigint): bigint {
  const count = BigInt(datum.count);
  switch (aggregation.function) {
    case 'avg':
      return count === 0n ? 0n : datum.sum / normal / count;
    case 'stddev':
      return count === 0n ? 0n : standardDeviation(datum, normal);
    default:
      return normal === 1n ? datum.sum : BigInt.asIntN(64, BigInt.asUintN(64, datum.sum) / normal);
  }
}

function standardDeviation(datum: Datum, normal: bigint): bigint {
  const count = BigInt(datum.count);
  const average = datum.sum / normal / count;
  const difference = datum.squares / normal / normal / count - average * average;
  return difference <= 0n ? 0n : squareRoot(difference);
}

function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** The histogram of an entry, with its leading newline; null where the value is a plain number. */
export function histogramOf(aggregation: Aggregation, entry: Entry): string | null {
  if (aggregation.buckets === null || entry.datum.counts === null) return null;
  return formatHistogram(aggregation.buckets, entry.datum.counts, entry.normal);
}

/** One row with all its columns and the newline, as printa without a format prints it. */
export function defaultRow(aggregations: readonly Aggregation[], row: Row, options: Options): string {
  const types = aggregations[0]?.keyTypes ?? [];
  let out = '';
  row.keys.forEach((key, i) => {
    const type = types[i];
    out +=
      typeof key === 'bigint'
        ? integerColumn(key, type?.kind === 'int' ? type : INT64)
        : textColumn(key, 50, { quiet: false, rawbytes: options.rawbytes, strsize: options.strsize });
  });
  aggregations.forEach((aggregation, i) => {
    const entry = row.entries[i];
    if (entry === undefined) return;
    out +=
      histogramOf(aggregation, entry) ??
      ` ${String(shown(plainValue(aggregation, entry.datum, entry.normal), INT64)).padStart(16)}`;
  });
  return `${out}\n`;
}

/** What is printed at a normal end: each aggregation that no printa has shown, in order of appearance. */
export function unprinted(aggregations: Iterable<Aggregation>, options: Options): string {
  let out = '';
  for (const aggregation of [...aggregations].sort((a, b) => a.order - b.order)) {
    if (aggregation.printed) continue;
    for (const row of rows([aggregation], options)) out += defaultRow([aggregation], row, options);
  }
  return out;
}
