import { isIP } from 'node:net';
import { sameHost } from '../model/same-host.ts';
import { naturally } from '../model/sled-order.ts';
import type { Row } from './group-rows.ts';

/** A value, and the labels of all sources that say it. */
export interface Claim<T> {
  readonly value: T;
  readonly from: readonly string[];
}

/** The label of what the inventory says now. */
export const INVENTORY = 'inventory';

/**
 * What a sled is logged in to. A name goes before the address that it stands for; a name of the inventory
 * goes before all, although it does not tell what it stands for: whoever wrote it knew.
 */
export function hostClaims(rows: readonly Row[]): readonly Claim<string>[] {
  const written = rows.filter(
    (row) => row.label === INVENTORY && row.hostName !== null && isIP(row.hostName) === 0,
  );
  const [first] = written;
  if (first !== undefined) return claimsOf(written, (row) => row.hostName, sameHost);
  const named = rows.filter((row) => row.hostName !== null && row.label !== INVENTORY);
  const stoodFor = new Set(
    named.flatMap((row) => (row.address === null ? [] : [sameHost(row.address.text)])),
  );
  const own = (row: Row): string | null =>
    row.label === INVENTORY ? row.hostName : row.address?.of === 'sled' ? row.address.text : null;
  const bare = rows.filter((row) => {
    const text = own(row);
    return (
      !named.includes(row) && text !== null && (row.label === INVENTORY || !stoodFor.has(sameHost(text)))
    );
  });
  // What the inventory has already, under a name, is not new.
  const isWritten = bare.some((row) => row.label === INVENTORY && stoodFor.has(sameHost(row.hostName ?? '')));
  return isWritten
    ? claimsOf(bare, own, sameHost)
    : [...claimsOf(named, (row) => row.hostName, sameHost), ...claimsOf(bare, own, sameHost)];
}

/** What rows say of one thing, once for each value that differs. */
export function claimsOf(
  rows: readonly Row[],
  read: (row: Row) => string | null,
  same: (text: string) => string,
): readonly Claim<string>[] {
  return [
    ...grouped(rows, (row) => {
      const text = read(row);
      return text === null ? null : same(text);
    }),
  ]
    .map(([, owners]) => {
      // Of several spellings the inventory's, which a person wrote, else the least.
      const written = owners.find((row) => row.label === INVENTORY) ?? null;
      const spellings = owners.flatMap((row) => read(row) ?? []).sort();
      return {
        value: (written === null ? null : read(written)) ?? spellings[0] ?? '',
        from: labelsOf(owners),
      };
    })
    .sort((a, b) => naturally(a.value, b.value));
}

/** A text whose case makes no difference. */
export function lowered(text: string): string {
  return text.toLowerCase();
}

/** Items by their key, in the order of the items; those without a key are left out. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string | null): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** The labels of the sources of some rows, once each, in order. */
export function labelsOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.map(({ label }) => label))].sort(naturally);
}

/** The same, in words. */
export function labels(rows: readonly Row[]): string {
  return labelsOf(rows).join(' and ');
}
