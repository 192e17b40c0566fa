/** How often a login is tried where the server had too many at once and nothing of it began (MaxStartups). */
export const MOST_TRIES = 6;

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 2_000;

/** How long to wait after so many tries: at random, so that those who were refused together do not come back together. */
export function pauseAfter(tries: number, random: () => number): number {
  return random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
}
