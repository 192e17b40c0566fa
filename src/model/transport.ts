import type { FleetError } from './error.ts';
import type { OutputAccount } from './output-budget.ts';
import type { Target } from './target.ts';
import type { Trail } from './trail.ts';

export interface RunOptions {
  /** Written to the command's standard input, which is then closed. Absent: closed at once. */
  readonly stdin?: string | Buffer;
  /**
   * Standard input stays open until the command ends: it sees the end when the connection goes. When the signal fires
   * it is closed, and the command has some seconds to end by itself before the connection is dropped.
   */
  readonly holdStdin?: boolean;
  /** An empty line is written to a standard input that is held, every two seconds: what hears none is alone. */
  readonly beats?: boolean;
  /** Called with standard output as it arrives, whole characters only, beside keeping it. */
  readonly onStdout?: (text: string) => void;
  /** Of standard output only the beginning and the end are given back, since `onStdout` hears all of it. */
  readonly keepsEnds?: boolean;
  /** When it passes, the connection is dropped and `run` rejects with `timeout`. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Bytes of stdout and of stderr that are kept, each; one more ends the run with `output_limit`. */
  readonly maxOutputBytes: number;
  /** What all sleds of the run may send together; a command that finds no room there ends with `output_limit` too. */
  readonly account?: OutputAccount;
}

/** What a remote command did. It exists only if its exit status (or signal) was seen. */
export interface RunResult {
  readonly stdout: string;
  /** Bytes of standard output between its beginning and its end that `keepsEnds` left out; absent: none. */
  readonly leftOutBytes?: number;
  readonly stderr: string;
  /** The exit status; 128 + n for a command that signal n ended, as a shell says it. */
  readonly exitStatus: number;
  /** The name of the signal (`TERM`) that ended the command, else null. */
  readonly signalName: string | null;
}

/** An open connection to one sled. Every failure is a FleetError. */
export interface Connection {
  /** The gateway in use as `host:port`, or null for a direct connection. */
  readonly via: string | null;
  /** Things that a reader must know though the connection stands, such as an unverified host key. */
  readonly warnings: readonly string[];
  /**
   * Runs a command line in the login's shell. Rejects with `timeout`, `connection_lost` (a channel that closed
   * without an exit status), `output_limit`, `interrupted` or `channel_refused`; what had arrived is in the
   * error's `partial`.
   */
  run(command: string, options: RunOptions): Promise<RunResult>;
  /** Why it is gone, as far as is known; null while it seems to stand. */
  lost(): FleetError | null;
  /** It was open before the visit, and was found to be gone before anything was heard of a command. Absent: no. */
  wasStale?(): boolean;
  /** Never rejects. */
  close(): Promise<void>;
}

/** A way to reach sleds: ssh2 today; the fleet knows only this. */
export interface Transport {
  /** Rejects with a FleetError of a connect code. Gives up when the signal fires. Each step is told to the trail. */
  connect(target: Target, signal: AbortSignal, trail?: Trail): Promise<Connection>;
  /** Closes what connections share (gateways). Never rejects. */
  close(): Promise<void>;
}
