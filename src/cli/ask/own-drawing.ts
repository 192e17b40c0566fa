import type { FleetError } from '../../model/error.ts';
import type { Sled } from '../../model/sled.ts';

/** What is drawn in the place of progress while sleds are asked. */
export interface OwnDrawing {
  readonly begin: (sleds: readonly Sled[], selection: string) => void;
  /** Its sleds are these, as is known only now. */
  readonly become: (sleds: readonly Sled[]) => void;
  /** Nothing is heard of the sled; null: it is not tried again. */
  readonly lost: (sled: Sled, error: FleetError, againMs: number | null) => void;
  /** Before anything else is written; it may be called again. */
  readonly end: () => void;
}
