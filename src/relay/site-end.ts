import type { SiteSled } from './messages.ts';

/** What became of one site that was asked. */
export const SITE_STATES = [
  'answered',
  'nothing_selected',
  'partial',
  'failed',
  'refused',
  'no_runner',
  'no_report',
  'silent',
  'ended',
  'not_reached',
  'expired',
  'busy',
  'interrupted',
  'deadline',
] as const;

export type SiteState = (typeof SITE_STATES)[number];

export interface SiteEnd {
  readonly site: string;
  readonly state: SiteState;
  /** A clause on what is known; empty where it answered. */
  readonly reason: string;
  /** The runner that spoke, and its version. */
  readonly runner: string | null;
  readonly version: string | null;
  /** The sleds that it said it would ask; null where it did not come to that. */
  readonly sleds: readonly SiteSled[] | null;
  readonly selection: string | null;
  /** The report as JSON, where it came whole. */
  readonly report: string | null;
  readonly notes: readonly string[];
  /** By how much the runner's clock is ahead of ours; null where it did not speak, or within what the way takes. */
  readonly clockAheadMs: number | null;
  readonly elapsedMs: number;
  /** Compressed. */
  readonly bytes: number;
}

/** Of a site that was not heard. */
export function endWithout(site: string, state: SiteState, reason: string): SiteEnd {
  return {
    site,
    state,
    reason,
    runner: null,
    version: null,
    sleds: null,
    selection: null,
    report: null,
    notes: [],
    clockAheadMs: null,
    elapsedMs: 0,
    bytes: 0,
  };
}
