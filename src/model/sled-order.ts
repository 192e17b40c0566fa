import type { Sled } from './sled.ts';

// Made at the first use: it takes a tenth of a start.
let collator: Intl.Collator | undefined;

/** Natural order, in which `rack10` comes after `rack9`; total, so that a sorted list has one order only. */
export function naturally(a: string, b: string): number {
  collator ??= new Intl.Collator('en', { numeric: true });
  const order = collator.compare(a, b);
  if (order !== 0) return order;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The order of every list of sleds: rack, then cubby (sleds without one last), then name. */
export function bySled(a: Sled, b: Sled): number {
  return (
    naturally(a.rack, b.rack) ||
    (a.cubby ?? Number.POSITIVE_INFINITY) - (b.cubby ?? Number.POSITIVE_INFINITY) ||
    naturally(a.name, b.name)
  );
}
