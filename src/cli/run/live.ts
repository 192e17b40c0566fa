import type { FleetRunSettings } from '../ask/fleet-run.ts';

/** What is shown of a run while it goes on. */
export interface Live {
  readonly settings: Partial<FleetRunSettings>;
  /** Each row was written as it came, and need not be written again. */
  readonly streamed: boolean;
  close(): void;
}

/** Nothing is shown before the end. */
export const NOT_LIVE: Live = { settings: {}, streamed: false, close() {} };
