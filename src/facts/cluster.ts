/** So many of a place's downstairs are sick, and so many are not. */
export interface Tally {
  readonly sick: number;
  readonly well: number;
}

/** Chance explains less than one in so many of the clusters that are named. */
const ODDS = 20;

/**
 * How much better it explains what was seen that these places are sick than that all downstairs fall sick alike, as a
 * logarithm of likelihoods, less what so many `candidates` find by chance; not above 0 where chance does as well. It is
 * Kulldorff's scan statistic (Communications in Statistics 26, 1997) of a Bernoulli model.
 */
export function clusterGain(places: readonly Tally[], all: Tally, candidates: number): number {
  const rest = places.reduce(
    (left, { sick, well }) => ({ sick: left.sick - sick, well: left.well - well }),
    all,
  );
  if (places.some((place) => shareOf(place) <= shareOf(rest))) return Number.NEGATIVE_INFINITY;
  const found = [...places, rest].reduce((sum, tally) => sum + likelihood(tally), 0);
  return found - likelihood(all) - places.length * Math.log(Math.max(1, candidates)) - Math.log(ODDS);
}

function shareOf({ sick, well }: Tally): number {
  return sick + well === 0 ? 0 : sick / (sick + well);
}

/** The logarithm of how likely that many of them are sick, where each is with the share of all of them. */
function likelihood({ sick, well }: Tally): number {
  const all = sick + well;
  return (sick === 0 ? 0 : sick * Math.log(sick / all)) + (well === 0 ? 0 : well * Math.log(well / all));
}
