import type { SledOutcome } from './report.ts';
import type { Stage } from './stage.ts';
import type { Sled } from './sled.ts';

/** Follows a run while it goes on. It talks to standard error only. */
export interface Progress {
  stage(sled: Sled, stage: Stage): void;
  outcome(outcome: SledOutcome): void;
  /** Takes the drawing away; what is written afterwards stands on clean lines. */
  finish(): Promise<void>;
}
