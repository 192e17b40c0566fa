/** The stages of a visit to a sled, in their order; `relay` is the way to its site, where a runner there is to visit it. */
export const STAGES = ['relay', 'connect', 'upload', 'run'] as const;

/** Where a visit to a sled is, or ended. */
export type Stage = (typeof STAGES)[number];
