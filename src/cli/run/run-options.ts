import type { DistributionOptions } from '../options/distribution-options.ts';
import type { FilterOptions } from '../options/filters.ts';
import type { FleetOptions } from '../ask/fleet-run.ts';
import type { OutputOptions } from '../options/output-options.ts';

/** The options of `run`. */
export interface RunOptions
  extends FleetOptions, OutputOptions, DistributionOptions, Omit<FilterOptions, 'pid'> {
  /** Seconds. */
  readonly window?: number;
  /** The other name of `window`. */
  readonly for?: number;
  readonly interval?: number;
  readonly pid?: number;
  readonly volume?: string;
  readonly totals?: boolean;
  readonly rates?: boolean;
  readonly destructive?: boolean;
  /** Seconds that one program of a run lasts at most that is longer. */
  readonly program?: number;
}

/** Those of them that say what a probe is run with. */
export type WhatIsAsked = Pick<
  RunOptions,
  'window' | 'for' | 'interval' | 'pid' | 'volume' | 'totals' | 'rates'
>;
