import type { CrucibleVersion, DownstairsState } from './simulated-downstairs.ts';

/** What is so on the simulated sleds, as plain JSON: what a debugger that does not lie would say. */
export interface Truth {
  readonly sleds: readonly SledTruth[];
}

export interface SledTruth {
  /** `rack/serial`. */
  readonly id: string;
  readonly rack: string;
  readonly serial: string;
  readonly cubby: number;
  readonly crucible: CrucibleVersion;
  /** The fault that is on now, null for a sled that answers. */
  readonly fault: string | null;
  /** The serial of the sled that stands there; not there where it is this one. */
  readonly answers_as?: string;
  readonly sessions: readonly SessionTruth[];
  readonly io: IoTruth;
}

export interface SessionTruth {
  readonly zone: string;
  readonly pid: number;
  /** Null where that Crucible's `up-status` record has no such field. */
  readonly upstairs_id: string | null;
  /** Null where that Crucible's `up-status` record has no such field. */
  readonly session_id: string | null;
  readonly volume_id: string;
  readonly states: readonly [DownstairsState, DownstairsState, DownstairsState];
  readonly live_repair_completed: readonly [number, number, number];
  readonly live_repair_aborted: readonly [number, number, number];
  readonly connected: readonly [number, number, number];
  readonly replaced: readonly [number, number, number];
  /** Whole extents that live repair repaired, and those that it found good. */
  readonly extents_repaired: readonly [number, number, number];
  readonly extents_confirmed: readonly [number, number, number];
  /** The extent that live repair is at; 0 when none runs. */
  readonly extent_under_repair: number;
  readonly reconciled: number;
  readonly reconcile_needed: number;
  /** False for an upstairs that fires no `up-status` though its process runs. */
  readonly reports: boolean;
}

/** What fired since the sled started, counted only while a tracer listened. */
export interface IoTruth {
  /** Firings by PID and probe name. */
  readonly processes: readonly {
    readonly pid: number;
    readonly provider: string;
    readonly counts: Readonly<Record<string, number>>;
  }[];
  /** Firings of volume-* and reqwest-* by UUID and probe name. */
  readonly volumes: readonly {
    readonly volume_id: string;
    readonly pid: number;
    readonly counts: Readonly<Record<string, number>>;
  }[];
  /** Time from a start to its done: quantize buckets (lower bound in ns, as text) by what was timed. */
  readonly latencies: readonly {
    readonly pid: number;
    /** The volume of `volume-*`, of `reqwest-*` and of the upstairs's jobs; null in a downstairs. */
    readonly volume_id: string | null;
    /** The probe's name without `-start` and `-done`: `volume-read`, `gw-write`, `ds-flush-net`. */
    readonly kind: string;
    /** 0 to 2 for ds-*, else null. */
    readonly client: number | null;
    readonly buckets: Readonly<Record<string, number>>;
  }[];
}
