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
  return a.length + b.length < 200 && ((UPPER.test(a) && UPPER.test(b)) || (LOWER.test(a) && LOWER.test(b)));
}

const UPPER = /^[/0-9A-Z]*$/;
const LOWER = /^[/0-9a-z]*$/;

/**
 * As the collator compares such texts: numbers by their value, before letters. Makes no texts on the way: the rows of
 * thousands of sleds are compared hundreds of thousands of times.
 */
function comparePlain(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (!isDigit(a, i) || !isDigit(b, j)) {
      const order = a.charCodeAt(i++) - b.charCodeAt(j++);
      if (order !== 0) return order;
      continue;
    }
    while (a[i] === '0') i++;
    while (b[j] === '0') j++;
    // The longer number is the greater one, else the first digit that differs decides.
    let order = 0;
    for (; isDigit(a, i) && isDigit(b, j); i++, j++) order ||= a.charCodeAt(i) - b.charCodeAt(j);
    order = Number(isDigit(a, i)) - Number(isDigit(b, j)) || order;
    if (order !== 0) return order;
  }
  return a.length - i - (b.length - j);
}

/** False beyond the end. */
function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
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
