import type { FleetError } from '../model/error.ts';
import type { Stage } from '../model/stage.ts';
import type { Target } from '../model/target.ts';

/** A command that begins on a sled. */
export interface AuditedCommand {
  readonly target: Target;
  readonly via: string | null;
  readonly stage: Stage;
  readonly what: string;
}

/** How a command ended: with a status, by a signal, or not as it should have. */
export interface AuditedEnd {
  readonly exitStatus: number | null;
  readonly signalName: string | null;
  /** Why it was ended on the sled, or what it printed is not all here; null where neither is so. */
  readonly cut: string | null;
  readonly error: FleetError | null;
}

/** Hears of each command that is run on a sled; what `begin` gives is told of its end. */
export interface Audit {
  begin(command: AuditedCommand): (end: AuditedEnd) => void;
}
