import type { FactOf } from '../fact.ts';

/** An upstairs of a volume, before it is known which disk the volume is of. */
export interface VolumeUpstairs {
  readonly fact: FactOf<'upstairs'>;
  readonly isReadOnly: boolean;
}

/** The one that reads and writes the disk, and has its id; null where there is none, or several. */
export function diskWritten(found: readonly VolumeUpstairs[]): string | null {
  const writers = new Set(
    found.filter(({ fact, isReadOnly }) => !fact.isParent && !isReadOnly).map(({ fact }) => fact.id),
  );
  const [one] = writers;
  return writers.size === 1 ? (one ?? null) : null;
}

/** Them all, with the disk that they belong to: those of its read-only parents have ids of their own. */
export function ofDisk(found: readonly VolumeUpstairs[], disk: string | null): readonly FactOf<'upstairs'>[] {
  return found.map(({ fact }) => ({ ...fact, disk }));
}
