import type { BootClock } from '../model/boot-clock.ts';
import type { AskSsh } from '../ssh-config/ask-ssh.ts';
import type { StartProgram } from '../transport/openssh/master.ts';
import type { Terminal } from '../term/terminal.ts';
import type { Resources } from './ask/capacity.ts';

/** Ctrl-C, whoever stops services, and a terminal that goes away. */
export const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type Interruption = (typeof INTERRUPTIONS)[number];

/** The world around the program, handed in by `main` and by tests: nothing below reads it by itself. */
export interface Surroundings {
  readonly terminal: Terminal;
  /** Of this program. */
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly user: string;
  /** Of this machine. */
  readonly hostName: string;
  /** Starts a program of the system, such as ssh. */
  readonly startProgram: StartProgram;
  /** OpenSSH's program, the home that it goes by, which is not $HOME, and the file that it reads beside the user's. */
  readonly openSsh: { readonly ask: AskSsh; readonly home: string; readonly systemFile: string };
  /** The absolute path of the program that runs. */
  readonly program: string;
  /** The folder of `scripts/`. */
  readonly scriptsFolder: string;
  readonly now: () => Date;
  /** Monotonic milliseconds. */
  readonly elapsed: () => number;
  /** How long this machine has run, which no setting of its clock changes; null where it does not tell. */
  readonly bootClock: () => BootClock | null;
  readonly random: () => number;
  /** What the machine lets this process have. Takes some milliseconds. */
  readonly resources: () => Resources;
  /** Called when all that a run over SSH needs is loaded, before the first connection. */
  readonly onSshLoaded: () => void;
  /** All of standard input; no more than so many bytes and some where that is given. */
  readonly readStdin: (mostBytes?: number) => Promise<Uint8Array>;
  /** Asks the person at the terminal for a line, null at the end of input or when the signal fires; null off one. */
  readonly ask: ((question: string, signal: AbortSignal) => Promise<string | null>) | null;
  /**
   * Runs a program that shows a text, which it reads from standard input, on this terminal; false where there is no such
   * program or it fails. Null off a terminal.
   */
  readonly show: ((program: string, words: readonly string[], text: string) => Promise<boolean>) | null;
  /** Hears of what is typed, key by key, until the returned function is called; null where nobody types. */
  readonly keys: ((onTyped: (text: string) => void) => () => void) | null;
  /** Does what Ctrl-C does, where keys are heard one by one and the terminal does not. */
  readonly interrupt: () => void;
  /** Calls back when the process ends, whatever ends it but SIGKILL, until the returned function is called. */
  readonly onExit: (callback: () => void) => () => void;
  /** Calls back at the first signal that asks to end, until the returned function is called; a second ends the process. */
  readonly onInterrupt: (callback: (signal: Interruption) => void) => () => void;
  /** Calls back at each SIGHUP, which asks nothing to end as long as somebody hears it, until the returned function is called. */
  readonly onHangUp: (callback: () => void) => () => void;
}
