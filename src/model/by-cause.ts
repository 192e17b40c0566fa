import type { Row } from './column.ts';

/** What sick downstairs have in common. */
export interface Cause {
  readonly kind: 'disk' | 'sled';
  /** `3/9 pool oxp_… (disk A0793)`: what a heading calls it. */
  readonly name: string;
  /** As the inventory calls it, else its serial; null where it is not known. */
  readonly sled: string | null;
  readonly pool: string | null;
  readonly physicalDisk: string | null;
  /** Sick downstairs there, elsewhere, and of unknown place. */
  readonly sick: number;
  readonly elsewhere: number;
  readonly unknown: number;
  /** Downstairs there that are active, which speaks against it. */
  readonly active: number;
}

/** Sessions with one cause, or with none. */
export interface CauseGroup {
  readonly heading: string;
  readonly rows: readonly Row[];
}

/** Degraded sessions by what their sick downstairs have in common, the likeliest cause first. */
export interface ByCause {
  readonly sick: number;
  readonly causes: readonly Cause[];
  /** How many sick downstairs have no known place, by the reason. */
  readonly unknownPlaces: Readonly<Record<string, number>>;
  /** What is said of them all, a sentence each. */
  readonly lines: readonly string[];
  /** Each row of the report once. */
  readonly groups: readonly CauseGroup[];
}
