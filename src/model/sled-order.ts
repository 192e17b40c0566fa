import type { Sled } from './sled.ts';

// Made at the first use, which serials and most names do without: it takes as long as reading a small inventory.
let collator: Intl.Collator | undefined;

/** Natural order, in which `rack10` comes after `rack9`; total, so that a sorted list has one order only. */
export function naturally(a: string, b: string): number {
  if (a === b) return 0;
  const order = isPlain(a, b) ? comparePlain(a, b) : compareAny(a, b);
  return order === 0 ? compareCodes(a, b) : order;
}

function compareAny(a: string, b: string): number {
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a, b);
}

/** Whether both texts are digits, letters of one case and `/`, as in `3/BRM42220014`: their order is that of their codes. */
function isPlain(a: string, b: string): boolean {
  const both = a + b;
  return both.length < 200 && (/^[/0-9A-Z]*$/.test(both) || /^[/0-9a-z]*$/.test(both));
}

/** As the collator compares such texts: numbers by their value, before letters. */
function comparePlain(a: string, b: string): number {
  const left = a.match(/\d+|[^\d]/g) ?? [];
  const right = b.match(/\d+|[^\d]/g) ?? [];
  for (const [i, part] of left.entries()) {
    const other = right[i];
    if (other === undefined) return 1;
    const order = isNumber(part) && isNumber(other) ? compareNumbers(part, other) : compareCodes(part, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function isNumber(part: string): boolean {
  return /^\d/.test(part);
}

/** Of any length. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return left.length - right.length || compareCodes(left, right);
}

function compareCodes(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The order of every list of sleds: rack, then cubby (sleds without one last), then name. */
export function bySled(a: Sled, b: Sled): number {
  return (
    naturally(a.rack, b.rack) ||
    (a.cubby ?? Number.POSITIVE_INFINITY) - (b.cubby ?? Number.POSITIVE_INFINITY) ||
    naturally(a.name, b.name)
  );
}
