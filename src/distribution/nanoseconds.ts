import type { BucketBounds } from '../model/histogram.ts';

/** What the values of a distribution are. `none`: a number that this program does not know the unit of. */
export type ValueUnit = 'ns' | 'none';

interface TimeUnit {
  readonly name: string;
  readonly ascii: string;
  readonly size: bigint;
  /** The time from which on it is used. */
  readonly from: bigint;
}

const SECOND = 1_000_000_000n;
const NANOSECOND: TimeUnit = { name: 'ns', ascii: 'ns', size: 1n, from: 0n };

/** Largest first. */
const UNITS: readonly TimeUnit[] = [
  { name: 'd', ascii: 'd', size: 86_400n * SECOND, from: 86_400n * SECOND },
  { name: 'h', ascii: 'h', size: 3600n * SECOND, from: 3600n * SECOND },
  { name: 'min', ascii: 'min', size: 60n * SECOND, from: 1000n * SECOND },
  { name: 's', ascii: 's', size: SECOND, from: SECOND },
  { name: 'ms', ascii: 'ms', size: 1_000_000n, from: 1_000_000n },
  { name: 'µs', ascii: 'us', size: 1000n, from: 1000n },
  NANOSECOND,
];

/** Whether the reader can see `µ`, `–` and `≥`. */
export interface TimeStyle {
  readonly unicode: boolean;
}

const UNICODE: TimeStyle = { unicode: true };

/** Nanoseconds for people, with three significant digits: `512 ns`, `524 µs`, `1.05 ms`, `16.8 ms`, `68.7 s`. */
export function formatNanoseconds(nanoseconds: bigint, style: TimeStyle = UNICODE): string {
  const unit = unitOf(nanoseconds);
  return `${inUnit(nanoseconds, unit)} ${unitName(unit, style)}`;
}

/**
 * The values of a bucket in one unit, that of the greater: `1.05–2.10 ms`, `0.524–1.05 ms`. An unbounded one is
 * `≥ 1.05 ms` or `< 1.05 ms`; bounds that no unit suits both of keep their own.
 */
export function formatNanosecondRange({ low, high }: BucketBounds, style: TimeStyle = UNICODE): string {
  if (low === null) return high === null ? 'any' : `< ${formatNanoseconds(high + 1n, style)}`;
  if (high === null) return `${style.unicode ? '≥' : '>='} ${formatNanoseconds(low, style)}`;
  if (low === high) return formatNanoseconds(low, style);
  if (low < 0n) return `${formatNanoseconds(low, style)} to ${formatNanoseconds(high, style)}`;
  const unit = unitOf(high);
  if (low !== 0n && low * 100n < unit.size) {
    return `${formatNanoseconds(low, style)}${dash(style)}${formatNanoseconds(high, style)}`;
  }
  const from = low === 0n ? '0' : inUnit(low, unit);
  const to = inUnit(high, unit);
  return `${from === to ? to : `${from}${dash(style)}${to}`} ${unitName(unit, style)}`;
}

/** A value of a distribution for people: time where it is one, else the number, exactly. */
export function formatValue(value: bigint, unit: ValueUnit, style: TimeStyle = UNICODE): string {
  return unit === 'ns' ? formatNanoseconds(value, style) : String(value);
}

/** A bucket for people: time where it is one, else its bounds, exactly. */
export function formatRange(bounds: BucketBounds, unit: ValueUnit, style: TimeStyle = UNICODE): string {
  if (unit === 'ns') return formatNanosecondRange(bounds, style);
  const { low, high } = bounds;
  if (low === null) return high === null ? 'any' : `< ${high + 1n}`;
  if (high === null) return `${style.unicode ? '≥' : '>='} ${low}`;
  if (low === high) return String(low);
  return low < 0n ? `${low} to ${high}` : `${low}${dash(style)}${high}`;
}

function dash(style: TimeStyle): string {
  return style.unicode ? '–' : '-';
}

function unitName(unit: TimeUnit, style: TimeStyle): string {
  return style.unicode ? unit.name : unit.ascii;
}

/** The largest unit in which the rounded value is not below its start: 999,600 ns is 1.00 ms, not 1000 µs. */
function unitOf(nanoseconds: bigint): TimeUnit {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  return UNITS.find((unit) => size * 2000n >= unit.from * 1999n) ?? NANOSECOND;
}

function inUnit(nanoseconds: bigint, unit: TimeUnit): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (unit.size === 1n) return `${sign}${size}`;
  for (let decimals = 4; decimals > 0; decimals--) {
    const scaled = rounded(size * 10n ** BigInt(decimals), unit.size);
    if (scaled < 1000n) {
      const digits = String(scaled).padStart(decimals + 1, '0');
      return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
    }
  }
  return `${sign}${rounded(size, unit.size)}`;
}

function rounded(value: bigint, divisor: bigint): bigint {
  return (2n * value + divisor) / (2n * divisor);
}
