import type { Sled } from './sled.ts';

/** A sled and how it is reached. */
export type Target = Sled;
