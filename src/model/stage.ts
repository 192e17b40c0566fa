/** Where a visit to a sled is, or ended. */
export type Stage = 'connect' | 'upload' | 'run';
