import type { Row } from '../model/column.ts';
import type { ErrorCode } from '../model/error.ts';
import type { Stage } from '../model/stage.ts';
import type { RunningProcess } from '../parse/running.ts';
import type { Sled } from '../model/sled.ts';

/** Our clocks at one moment: monotonic milliseconds for ages, milliseconds since the epoch for people. */
export interface Now {
  readonly ms: number;
  readonly wall: number;
}

/** Where and how a sled was lost, in words that programs know. */
export interface SledFailure {
  readonly stage: Stage;
  readonly code: ErrorCode;
}

/** What happens while a fleet is watched. */
export type WatchEvent = { readonly now: Now } & (
  | { readonly kind: 'report'; readonly sled: Sled; readonly program: number; readonly row: Row }
  /** A program began; null where the processes could not be listed. */
  | {
      readonly kind: 'begun';
      readonly sled: Sled;
      readonly program: number;
      readonly running: readonly RunningProcess[] | null;
    }
  /** It is tried again after so many milliseconds; null: not again. */
  | {
      readonly kind: 'lost';
      readonly sled: Sled;
      readonly why: string;
      readonly againMs: number | null;
      readonly failure?: SledFailure;
    }
  /** What watched a sled that was lost went on meanwhile, and is heard again. */
  | { readonly kind: 'heard'; readonly sled: Sled }
  /** Something that makes what was seen less than whole, such as drops. */
  | { readonly kind: 'doubt'; readonly sled: Sled; readonly what: string }
  /** These sleds are watched from now on; what is known of those that were stays. */
  | { readonly kind: 'sleds'; readonly sleds: readonly Sled[] }
  | { readonly kind: 'tick' }
);

/** Something that somebody may want to know of, in the order in which it happened. */
export interface Note {
  readonly wall: number;
  readonly what:
    | 'watched'
    | 'lost'
    | 'back'
    | 'doubt'
    | 'seen'
    | 'changed'
    | 'silent'
    | 'reports_again'
    | 'no_report'
    | 'gone'
    | 'restarted';
  readonly sled: string;
  readonly zone: string | null;
  readonly pid: number | null;
  readonly upstairsId: string | null;
  readonly sessionId: string | null;
  /** States before and after, as `active/faulted/active`; null where they do not apply. */
  readonly from: string | null;
  readonly to: string | null;
  readonly health: string | null;
  readonly text: string;
}

/** That something is well when it is first seen is news to programs alone. */
export function isRoutine({ what, health }: Note): boolean {
  return what === 'seen' && (health === 'ok' || health === 'inactive');
}
