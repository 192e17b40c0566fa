import { FleetError } from '../model/error.ts';
import type { RackTool, Target } from '../model/target.ts';

/** Whose answer it is that a tool prints under a serial and, perhaps, a cubby. */
export interface NamedSled {
  readonly target: Target | null;
  /** A sled that was meant, and is not where the inventory has it. */
  readonly instead: { readonly target: Target; readonly error: FleetError } | null;
  /** What a reader should know of it. */
  readonly note: string | null;
}

/**
 * Finds sleds that were asked by the names that a tool has: by the serial, and by the cubby only where the inventory has
 * no serial, since another sled may stand there now.
 */
export function sledsCalled(
  targets: readonly Target[],
  tool: RackTool['name'],
): (serial: string, cubby: number | null) => NamedSled {
  return (serial, cubby) => {
    const bySerial = targets.find(({ sled }) => sled.serial?.toUpperCase() === serial.toUpperCase());
    const there = cubby === null ? undefined : targets.find(({ sled }) => sled.cubby === cubby);
    const known = there?.sled.serial ?? null;
    if (bySerial !== undefined) {
      const note =
        cubby === null || bySerial.sled.cubby === null || bySerial.sled.cubby === cubby
          ? null
          : `${tool} has ${serial} in cubby ${cubby}, the inventory in cubby ${bySerial.sled.cubby}: the inventory may be old`;
      return { target: bySerial, instead: null, note };
    }
    if (there !== undefined && known === null) return { target: there, instead: null, note: null };
    if (there === undefined) {
      return { target: null, instead: null, note: `${tool} also named ${serial}, which was not asked about` };
    }
    const message = `${tool} has ${serial} in cubby ${cubby}, the inventory has ${known} there: correct the inventory`;
    const error = new FleetError('unreachable', message);
    return { target: null, instead: { target: there, error }, note: null };
  };
}
