import type { Cell } from '../model/column.ts';

/** A count as an exact integer; counts past 2^53 are texts of their digits. Null for what is none. */
export function integerOf(cell: Cell | undefined): bigint | null {
  if (typeof cell === 'number' && Number.isSafeInteger(cell)) return BigInt(cell);
  return typeof cell === 'string' && /^-?\d+$/.test(cell) ? BigInt(cell) : null;
}

/** An integer as a cell: exact, whatever its size. */
export function exact(value: bigint): Cell {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** What a count grew by, exact; null where one of them is not known. */
export function difference(now: Cell | undefined, before: Cell | undefined): bigint | null {
  const [a, b] = [integerOf(now), integerOf(before)];
  return a === null || b === null ? null : a - b;
}

/** What a counter grew by; null where that is not known, and of one that fell: then it is not the same counter. */
export function growth(now: Cell | undefined, before: Cell | undefined): bigint | null {
  const grown = difference(now, before);
  return grown === null || grown < 0n ? null : grown;
}

/** A count as one a second, to a tenth; null where no time passed. */
export function perSecond(count: bigint, seconds: number): Cell {
  return seconds <= 0 ? null : Math.round((Number(count) / seconds) * 10) / 10;
}

/** Nanoseconds as seconds. */
export function secondsOf(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e9;
}
