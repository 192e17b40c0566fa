import type { Row } from './column.ts';

/** Without these a login sees no probe of processes of another user in another zone, and hears of no error. */
export const PRIVILEGES = 'dtrace_proc, proc_owner and proc_zone';

/** Why nothing is known of a process: also the beginning of what is said of its sled. */
export const NO_PROBES = `no probes visible: ${PRIVILEGES} are needed`;

/** Whether a row stands for a process whose probes the login did not see: neither that it is well nor that it is silent. */
export function isWithoutProbes({ note }: Row): boolean {
  return note === NO_PROBES;
}
