/** A sample in ordered buckets as shares up to and with each bucket; the last is 1. */
export type CumulativeShares = readonly number[];

/** Shares of counts in ascending buckets; null when there are none. */
export function cumulativeShares(counts: readonly bigint[]): CumulativeShares | null {
  const total = counts.reduce((sum, count) => sum + count, 0n);
  if (total <= 0n) return null;
  let sum = 0n;
  return counts.map((count) => {
    sum += count;
    return Number(sum) / Number(total);
  });
}

/** The greatest distance of two cumulative shares (D), with its sign: positive where `a` has the greater values. */
export function greatestDistance(a: CumulativeShares, b: CumulativeShares): number {
  return a.reduce((most, share, i) => {
    const distance = (b[i] ?? 1) - share;
    return Math.abs(distance) > Math.abs(most) ? distance : most;
  }, 0);
}

/**
 * The chance of a distance of at least `distance` between two samples of one population, whose sizes are `n` and `m`:
 * the limit distribution with Stephens' correction for small samples (J. R. Stat. Soc. B 32, 1970). With buckets in
 * place of values the true chance is not above it.
 */
export function distanceChance(distance: number, n: number, m: number): number {
  const root = Math.sqrt((n * m) / (n + m));
  return kolmogorovTail((root + 0.12 + 0.11 / root) * distance);
}

/** P(K > x) of Kolmogorov's distribution, by whichever of its two series converges fast. */
export function kolmogorovTail(x: number): number {
  if (x < 0.04) return 1;
  if (x < 1.18) {
    const y = Math.exp((-Math.PI * Math.PI) / (8 * x * x));
    return Math.max(0, 1 - (Math.sqrt(2 * Math.PI) / x) * (y + y ** 9 + y ** 25 + y ** 49));
  }
  const y = Math.exp(-2 * x * x);
  return 2 * (y - y ** 4 + y ** 9 - y ** 16);
}
