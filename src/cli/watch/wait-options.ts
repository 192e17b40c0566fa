import type { FilterName, FilterOptions } from '../options/filters.ts';
import type { FleetOptions } from '../ask/fleet-run.ts';

export type WaitOptions = FleetOptions &
  FilterOptions & {
    readonly for?: readonly string[];
    readonly quorum?: number;
    readonly looks: number;
    readonly every: number;
    readonly window: number;
  };

/** Those that choose whom it is about; the others choose by what it waits for. */
export const WAIT_FILTERS: readonly FilterName[] = ['zone', 'pid', 'upstairs', 'session'];
