/** How often a login is tried that a server only turned away, before anything of it began (MaxStartups). */
export const MOST_TRIES = 6;

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 2_000;

/** How long to wait after so many tries: at random, so that those who were turned away together do not come back together. */
export function pauseAfter(tries: number, random: () => number): number {
  return random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
}
