import type { Beat } from './beat.ts';
import type { SiteSled } from './messages.ts';

/** A site by the heartbeats of its runners. */
export interface RosterSite {
  readonly site: string;
  /** The newest first. */
  readonly runners: readonly Beat[];
  readonly lastBeatAt: Date;
  readonly racks: readonly { readonly id: string; readonly name: string | null }[];
  readonly sleds: readonly SiteSled[];
}

/** The sites of some heartbeats, by name. */
export function rosterOf(beats: readonly Beat[]): ReadonlyMap<string, RosterSite> {
  const sites = new Map<string, Beat[]>();
  for (const beat of beats) sites.set(beat.site, [...(sites.get(beat.site) ?? []), beat]);
  return new Map(
    [...sites].sort(([a], [b]) => (a < b ? -1 : 1)).map(([site, runners]) => [site, siteOf(site, runners)]),
  );
}

function siteOf(site: string, beats: readonly Beat[]): RosterSite {
  const runners = [...beats].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  // One that could not read its inventory does not hide what another one knows.
  const known = runners.find(({ problem }) => problem === null) ?? runners[0];
  return {
    site,
    runners,
    lastBeatAt: new Date(runners[0]?.at ?? 0),
    racks: known?.racks ?? [],
    sleds: known?.sleds ?? [],
  };
}
