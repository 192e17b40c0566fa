import { SIGNAL_NUMBERS } from '../model/signal.ts';

/** How a command ended: with a status, or by a signal as a shell says it. */
export interface ExitStatus {
  readonly status: number;
  readonly signalName: string | null;
}

/** What ssh2's `exit` event means. A signal that is not in the list counts as 128; its name is told all the same. */
export function exitStatusOf(status: number | null, signal: string | undefined): ExitStatus {
  if (status !== null) return { status, signalName: null };
  // ssh2 puts SIG before what the server sent; OpenSSH sends `SIG@openssh.com` for a signal without a name.
  const signalName = (signal ?? '').replace(/^SIG/, '').replace(/@.*$/, '');
  return { status: 128 + (SIGNAL_NUMBERS[signalName] ?? 0), signalName };
}
