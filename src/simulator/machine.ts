/**
 * What the simulated `dtrace` sees of a simulated sled: its clock, its processes and the probes that they fire.
 * The simulated Crucible implements it; the D interpreter knows nothing else of the simulation.
 */
export interface Machine {
  readonly clock: Clock;
  /** Number of CPUs; a firing's `cpu` is below it. */
  readonly cpus: number;
  /** Every USDT probe that exists now. It changes as processes come and go. */
  probes(): readonly ProbeSite[];
  /**
   * Calls back at each firing, in time order, until the returned function is called. With `wants`, only at
   * firings of sites that it is true for (asked of new processes' sites too): a machine plays nothing that
   * nobody wants, as a USDT probe that is not enabled costs nothing.
   */
  onFiring(listener: (firing: Firing) => void, wants?: (site: ProbeSite) => boolean): () => void;
  /** Calls back when a process has gone (for `-p`), until the returned function is called. */
  onExit(listener: (pid: number) => void): () => void;
  /** The processes that run now. */
  processes(): readonly Process[];
}

export interface Clock {
  /** Monotonic nanoseconds (D's `timestamp`). */
  now(): bigint;
  /** Nanoseconds since 1970 (D's `walltimestamp`). */
  wall(): bigint;
  /** Calls back once after so many milliseconds of this clock, unless the returned function is called first. */
  after(milliseconds: number, callback: () => void): () => void;
}

export interface Process {
  readonly pid: number;
  readonly parentPid: number;
  /** `global`, `oxz_propolis-server_<uuid>`, … */
  readonly zone: string;
  /** The whole command line; `ps -o args` shows 79 characters of it. */
  readonly args: string;
  /** The file's name (`propolis-server`); `execname` and pgrep cut it. */
  readonly command: string;
}

export interface ProbeSite {
  /** DTrace's probe id, unique on the machine. */
  readonly id: number;
  /** With the PID at the end: `crucible_upstairs28022`. */
  readonly provider: string;
  readonly module: string;
  readonly function: string;
  readonly name: string;
  readonly pid: number;
}

export interface Firing {
  readonly site: ProbeSite;
  readonly process: Process;
  readonly cpu: number;
  readonly tid: number;
  /** `timestamp` and `walltimestamp` at the firing. */
  readonly at: bigint;
  readonly wall: bigint;
  /**
   * arg0 and on. An integer is the argument itself; a text is a NUL-terminated string in the process's memory;
   * the D program sees its address. An argument that is not there reads as register garbage.
   */
  readonly args: readonly (bigint | string)[];
}
