import type { Row } from '../model/column.ts';

/** What should be the same on all sleds. */
const VERSIONS = ['helios', 'crucible', 'scripts'] as const;

type Version = (typeof VERSIONS)[number];

/** A clock that is surely farther off is worth a word: times of several sleds are compared. */
const SKEW_MS = 2000;

/**
 * What differs from most sleds, for each of these rows; a sled whose version is not known counts for nothing. Where no
 * version is on more sleds than any other, that is said of each.
 */
export function oddities(rows: readonly Row[]): readonly (readonly string[])[] {
  const usual = new Map(VERSIONS.map((version) => [version, usualOf(rows, version)]));
  return rows.map((row) => [
    ...VERSIONS.flatMap((version) => oddVersion(row, version, usual.get(version) ?? null)),
    ...skew(row),
  ]);
}

/** What a version is on most sleds. */
interface Usual {
  /** Null where several are on as many. */
  readonly value: string | null;
  readonly count: number;
  readonly of: number;
}

function usualOf(rows: readonly Row[], version: Version): Usual | null {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = row[version];
    if (typeof value === 'string') counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const of = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const [first, second] = [...counts].toSorted(([, a], [, b]) => b - a);
  if (first === undefined) return null;
  return { value: second?.[1] === first[1] ? null : first[0], count: first[1], of };
}

function oddVersion(row: Row, version: Version, usual: Usual | null): readonly string[] {
  const value = row[version];
  if (usual === null || typeof value !== 'string' || value === usual.value) return [];
  if (usual.value === null) return [`${version}: no version is on most of ${usual.of} sleds`];
  return [`${version} differs: ${usual.count} of ${usual.of} have ${usual.value}`];
}

function skew({ clock_least_ms: least, clock_most_ms: most }: Row): readonly string[] {
  if (typeof least !== 'number' || typeof most !== 'number') return [];
  if (least > SKEW_MS) return ['clock ahead of ours'];
  return most < -SKEW_MS ? ['clock behind ours'] : [];
}
