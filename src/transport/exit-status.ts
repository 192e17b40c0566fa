/** How a command ended: with a status, or by a signal as a shell says it. */
export interface ExitStatus {
  readonly status: number;
  readonly signalName: string | null;
}

// The names of RFC 4254 with the numbers of illumos (sys/iso/signal_iso.h), which the sleds run.
const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  EMT: 7,
  FPE: 8,
  KILL: 9,
  BUS: 10,
  SEGV: 11,
  SYS: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  USR1: 16,
  USR2: 17,
};

/** What ssh2's `exit` event means. A signal that is not in the list counts as 128; its name is told all the same. */
export function exitStatusOf(status: number | null, signal: string | undefined): ExitStatus {
  if (status !== null) return { status, signalName: null };
  // ssh2 puts SIG before what the server sent; OpenSSH sends `SIG@openssh.com` for a signal without a name.
  const signalName = (signal ?? '').replace(/^SIG/, '').replace(/@.*$/, '');
  return { status: 128 + (SIGNAL_NUMBERS[signalName] ?? 0), signalName };
}
