/** The names of RFC 4254 with the numbers of illumos (sys/iso/signal_iso.h), which the sleds run. */
export const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
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

/** The name of a signal by its number; null for one that is not in the list. */
export function signalNamed(number: number): string | null {
  return Object.entries(SIGNAL_NUMBERS).find(([, each]) => each === number)?.[0] ?? null;
}
