import type { BootClock } from '../model/boot-clock.ts';
import type { HostKnown } from './line.ts';

/** Clocks are slewed and stepped a little all the time. */
const JUMP_MS = 60_000;

/** How many milliseconds a machine's clock was set forward (or back, below 0) since it last looked; 0 where it was not. */
export function jumpSince(before: HostKnown, at: number, clock: BootClock | null): number {
  const shown = at - before.at;
  if (
    clock !== null &&
    before.clock !== null &&
    clock.boot === before.clock.boot &&
    clock.ms >= before.clock.ms
  ) {
    const jump = Math.round(shown - (clock.ms - before.clock.ms));
    return Math.abs(jump) < JUMP_MS ? 0 : jump;
  }
  // Without the clock since boot, only a time before the last one shows it.
  return shown <= -JUMP_MS ? shown : 0;
}
