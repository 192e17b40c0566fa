import type { Fact } from './fact.ts';
import type { FactSourceName } from './sources/index.ts';

/**
 * What a run itself asked, the most trusted first: the HTTP status of a VM's disk, what a VM's process logs of its
 * connections, and a sled for its own regions.
 */
export const LIVE_SOURCES = ['live-status', 'live-slog', 'live-sled'] as const;

export type LiveSource = (typeof LIVE_SOURCES)[number];

/** Where facts come from and how old they are. */
export interface Origin {
  readonly source: FactSourceName | LiveSource | 'inventory';
  /** A file as it was given, or the sled that was asked. */
  readonly label: string;
  /** Milliseconds since 1970; null where nobody said it. */
  readonly asOf: number | null;
  /** It is the time of the file, which may be that of a copy. */
  readonly isFileTime: boolean;
  /** This run asked for it. */
  readonly isNow: boolean;
}

/** What one source told. */
export interface FactSet extends Origin {
  readonly source: FactSourceName | LiveSource;
  readonly facts: readonly Fact[];
  readonly issues: readonly string[];
}

export function isLive({ source }: Pick<Origin, 'source'>): boolean {
  return LIVE_SOURCES.some((each) => each === source);
}
