import type { Beat } from './beat.ts';
import type { RosterSite } from './roster.ts';

/** A runner that was not heard of for so many heartbeats is not there. */
const MISSED_BEATS = 4;

/** A runner of a site as a list shows it; a site without one is an entry too. */
export interface ListedRunner {
  readonly site: string;
  /** Null: no runner of the site was heard of. */
  readonly beat: Beat | null;
  readonly ageMs: number | null;
  readonly state: 'here' | 'silent' | 'missing';
}

/** The runners of sites, those that are named though nobody heard of them included. */
export function listedRunners(
  roster: ReadonlyMap<string, RosterSite>,
  named: readonly string[] | null,
  now: Date,
): readonly ListedRunner[] {
  return (named ?? [...roster.keys()]).flatMap((site): readonly ListedRunner[] => {
    const known = roster.get(site);
    if (known === undefined) return [{ site, beat: null, ageMs: null, state: 'missing' }];
    return known.runners.map((beat) => {
      const ageMs = Math.max(0, now.getTime() - Date.parse(beat.at));
      return { site, beat, ageMs, state: ageMs > beat.every_ms * MISSED_BEATS ? 'silent' : 'here' };
    });
  });
}

/** Whether each site has a runner that is here and knows its sleds. */
export function areAllHere(listed: readonly ListedRunner[]): boolean {
  const sites = new Set(listed.map(({ site }) => site));
  const well = new Set(
    listed.filter(({ state, beat }) => state === 'here' && beat?.problem === null).map(({ site }) => site),
  );
  return [...sites].every((site) => well.has(site));
}
