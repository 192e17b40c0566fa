/** The stages of a visit to a sled, in their order. */
export const STAGES = ['connect', 'upload', 'run'] as const;

/** Where a visit to a sled is, or ended. */
export type Stage = (typeof STAGES)[number];
