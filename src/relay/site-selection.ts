import type { QuestionSelection } from './question.ts';

/**
 * What a selection means at one site. A term may name its site as reports do, `west:3` or `west:3/14`: it is for that
 * site alone. Null where all terms of an option are for other sites.
 */
export function selectionAt(
  site: string,
  sites: readonly string[],
  wanted: QuestionSelection,
): QuestionSelection | null {
  const racks = termsAt(site, sites, wanted.racks);
  const sleds = termsAt(site, sites, wanted.sleds);
  if (wanted.racks.length > 0 && racks.length === 0) return null;
  if (wanted.sleds.length > 0 && sleds.length === 0) return null;
  return { ...wanted, racks, sleds, exclude: termsAt(site, sites, wanted.exclude) };
}

function termsAt(site: string, sites: readonly string[], terms: readonly string[]): string[] {
  return terms.flatMap((term) => {
    const named = siteIn(term, sites);
    if (named === null) return [term];
    return named === site ? [term.slice(site.length + 1)] : [];
  });
}

/** A part number may stand before a colon too: only names of sites count. */
function siteIn(term: string, sites: readonly string[]): string | null {
  return sites.find((site) => term.startsWith(`${site}:`)) ?? null;
}
