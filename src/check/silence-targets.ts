import type { Incident, Silence } from '../alert/incident.ts';
import { globMatcher } from '../model/glob.ts';
import { shortZone, zonePattern } from '../model/zone-name.ts';
import { nearest } from '../yaml/nearest.ts';

/**
 * A line for each term of a silence that fits none of these incidents, with the nearest that would: a silence may be
 * begun before there is anything to be silent of, and may as well be mistyped.
 */
export function unmatchedTerms(
  terms: Pick<Silence, 'zones' | 'upstairs'>,
  incidents: readonly Incident[],
): readonly string[] {
  const zones = [...new Set(incidents.flatMap(({ subject }) => subject.zone ?? []))];
  const ids = [...new Set(incidents.flatMap(({ subject }) => subject.upstairsId ?? []))];
  return [
    ...(terms.zones ?? []).flatMap((term) => {
      if (zones.some(globMatcher(zonePattern(term)))) return [];
      return [unmatched('zone', term, nearest(term, zones.map(formLike(term))))];
    }),
    ...(terms.upstairs ?? []).flatMap((term) => {
      if (ids.some((id) => id.startsWith(term))) return [];
      const near = nearest(
        term,
        ids.map((id) => id.slice(0, Math.max(8, term.length))),
      );
      return [unmatched('upstairs', term, near)];
    }),
  ];
}

function unmatched(what: string, term: string, [near]: readonly string[]): string {
  const hint = near === undefined ? '' : `; the nearest is '${near}'`;
  return `no incident of the last check matches ${what} '${term}'${hint}; the silence applies to later ones`;
}

/** How somebody who wrote this term would have written a zone: whole, as tables show it, or by its id. */
function formLike(term: string): (zone: string) => string {
  if (term.startsWith('oxz_')) return (zone) => zone;
  if (term.includes(' ')) return shortZone;
  return (zone) => shortZone(zone).split(' ').at(-1) ?? zone;
}
