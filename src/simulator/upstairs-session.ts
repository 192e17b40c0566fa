import { encodeState } from './simulated-downstairs.ts';
import type { CrucibleVersion, States } from './simulated-downstairs.ts';
import type { Random } from './random.ts';

export type Three = [number, number, number];

/** A disk as it is known wherever its VM runs: the ids that outlive a migration. */
export interface Disk {
  readonly upstairsId: string;
  readonly volumeId: string;
  /** Reads its parent over HTTP, so that reqwest-* fires. */
  readonly hasHttpParent: boolean;
}

/** One running upstairs. It changes as simulated time passes and as a test wills. */
export interface Session extends Disk {
  readonly sessionId: string;
  /** `up-status` fires at `phaseNs + n * periodNs` of the sled's time. */
  readonly phaseNs: number;
  readonly periodNs: number;
  states: States;
  /** False: it fires no `up-status`, as an upstairs whose task hangs. */
  reports: boolean;
  /** Why it cannot write its record, which then has nothing else; null where it can. */
  unwritable: string | null;
  /** True: its live repair gets on no more, though it is in that state. */
  stalled: boolean;
  nextJobId: number;
  /** Counts the volume's IOs; u32. */
  volumeIos: number;
  httpReads: number;
  pings: number;
  readonly startedJobId: number;
  /** Writes that two downstairs have and no flush has let go: `gw-*-done` and its job. */
  written: readonly { readonly probe: string; readonly job: bigint }[];
  /** Firings of `up-status`, heard or not. */
  statusChecks: number;
  readonly completed: Three;
  readonly aborted: Three;
  readonly connected: Three;
  readonly replaced: Three;
  /** Fractions of an extent accumulate; the record shows whole ones. */
  readonly repaired: Three;
  readonly confirmed: Three;
  /** Whole extents of both kinds that were done before the repair that runs began. */
  readonly doneBefore: Three;
  /** The extent that live repair is at; 0 when none runs. */
  extent: number;
  /** Where live repair ends. */
  extents: number;
  /** How far the current or last reconciliation is, in tasks, and how many it gets done in a second. */
  reconciliation: Reconciliation;
  settledNs: number;
}

/** Tasks of a reconciliation: four for each extent that differs. */
export interface Reconciliation {
  readonly done: number;
  readonly total: number;
  readonly perSecond: number;
}

/** Extents of a simulated region, where nobody says otherwise. */
export const EXTENTS = 10_000;
export const REPAIRED_PER_SECOND = 3;
export const CONFIRMED_PER_SECOND = 2;
/** Close, repair, noop and reopen of one extent. */
export const JOBS_PER_EXTENT = 4;
const FIRST_JOB_ID = 1000;
/** One that has begun and does not get on: who wants progress says how fast. */
const RECONCILIATION: Reconciliation = { done: 12, total: 42, perSecond: 0 };
const NO_RECONCILIATION: Reconciliation = { done: 0, total: 0, perSecond: 0 };

export function createDisk(random: Random): Disk {
  return { upstairsId: random.uuid(), volumeId: random.uuid(), hasHttpParent: random.below(4) === 0 };
}

/** A new session of this disk, healthy. `ageJobs` is how many jobs it has behind it. */
export function startSession(disk: Disk, random: Random, nowNs: number, ageJobs: number): Session {
  return {
    ...disk,
    sessionId: random.uuid(),
    phaseNs: nowNs + random.below(1_000_000_000),
    periodNs: 1_000_000_000 + random.below(4_000_000),
    states: ['active', 'active', 'active'],
    reports: true,
    unwritable: null,
    stalled: false,
    nextJobId: FIRST_JOB_ID + ageJobs,
    startedJobId: FIRST_JOB_ID,
    written: [],
    volumeIos: ageJobs,
    httpReads: 0,
    pings: 0,
    statusChecks: Math.floor(ageJobs / 7),
    completed: [0, 0, 0],
    aborted: [0, 0, 0],
    connected: [1, 1, 1],
    replaced: [0, 0, 0],
    repaired: [0, 0, 0],
    confirmed: [0, 0, 0],
    doneBefore: [0, 0, 0],
    extent: 0,
    extents: EXTENTS,
    reconciliation: NO_RECONCILIATION,
    settledNs: nowNs,
  };
}

/** Puts the session into these states now, with what follows from them in its counters. */
export function enterStates(session: Session, states: States): void {
  // One abort ends the repair of all, and counts for all three at once.
  const isAborted = states.some(
    (state, client) => session.states[client] === 'live_repair' && !['live_repair', 'active'].includes(state),
  );
  if (isAborted) for (const client of [0, 1, 2]) bump(session.aborted, client);
  states.forEach((state, client) => {
    const was = session.states[client];
    if (was === state) return;
    if (state === 'live_repair') session.doneBefore[client] = wholeDone(session, client);
    if (was === 'live_repair' && state === 'active') complete(session, client);
    if (was === 'offline' || was === 'faulted' || was === 'replaced') bump(session.connected, client);
    if (state === 'replaced') bump(session.replaced, client);
  });
  if (!states.includes('reconcile')) endReconciliation(session);
  else if (!session.states.includes('reconcile')) session.reconciliation = RECONCILIATION;
  session.states = states;
  if (!states.includes('live_repair')) session.extent = 0;
  else if (session.extent === 0) session.extent = 1;
}

/** A live repair that is completed went over every extent. */
function complete(session: Session, client: number): void {
  bump(session.completed, client);
  const left = session.extents - (wholeDone(session, client) - (session.doneBefore[client] ?? 0));
  session.repaired[client] = Math.floor(session.repaired[client] ?? 0);
  session.confirmed[client] = Math.floor(session.confirmed[client] ?? 0) + Math.max(0, left);
}

function wholeDone({ repaired, confirmed }: Session, client: number): number {
  return Math.floor(repaired[client] ?? 0) + Math.floor(confirmed[client] ?? 0);
}

/** One that is left for good has ended well, and its count stays; else it was aborted, and nothing stays. */
function endReconciliation(session: Session): void {
  const { done, total } = session.reconciliation;
  const isDone = total > 0 && done >= total;
  session.reconciliation = isDone ? { done: total, total, perSecond: 0 } : NO_RECONCILIATION;
}

/** Lets live repair get on up to now, and the idle job counter too unless its IOs are being played one by one. */
export function settle(session: Session, nowNs: number, idleIoPerSecond: number | null): void {
  const seconds = Math.max(0, nowNs - session.settledNs) / 1e9;
  session.settledNs = Math.max(session.settledNs, nowNs);
  const { done, total, perSecond } = session.reconciliation;
  if (session.states.includes('reconcile')) {
    session.reconciliation = { done: Math.min(total, done + perSecond * seconds), total, perSecond };
  }
  if (isRepairing(session)) {
    session.states.forEach((state, client) => {
      if (state !== 'live_repair') return;
      session.repaired[client] = (session.repaired[client] ?? 0) + REPAIRED_PER_SECOND * seconds;
      session.confirmed[client] = (session.confirmed[client] ?? 0) + CONFIRMED_PER_SECOND * seconds;
    });
    const extents = (REPAIRED_PER_SECOND + CONFIRMED_PER_SECOND) * seconds;
    session.extent += extents;
    if (idleIoPerSecond !== null) session.nextJobId += Math.floor(extents * JOBS_PER_EXTENT);
    if (session.extent >= session.extents) {
      const [a, b, c] = session.states;
      const mend = (state: States[number]): States[number] => (state === 'live_repair' ? 'active' : state);
      enterStates(session, [mend(a), mend(b), mend(c)]);
    }
  }
  if (idleIoPerSecond !== null && isActive(session)) {
    const ios = Math.floor(seconds * idleIoPerSecond);
    session.nextJobId += ios;
    session.volumeIos += ios;
  }
}

/** Its live repair gets on. */
export function isRepairing(session: Session): boolean {
  return session.states.includes('live_repair') && !session.stalled;
}

/** Serves its guest: enough of its downstairs take IO. */
export function isActive(session: Session): boolean {
  return session.states.filter(takesIo).length >= 2;
}

export function takesIo(state: States[number]): boolean {
  return state === 'active' || state === 'live_repair';
}

/** Which ids the record of that Crucible carries. */
export function recordedIds(version: CrucibleVersion): { upstairs: boolean; session: boolean } {
  return { upstairs: version === 'today', session: version !== 'camel-2021' };
}

/** The JSON that arg1 of `up-status` points to, field by field in Crucible's order. */
export function statusRecord(session: Session, version: CrucibleVersion): string {
  if (session.unwritable !== null) return JSON.stringify({ err: session.unwritable });
  const ids = recordedIds(version);
  const jobs = session.nextJobId - session.startedJobId;
  const busy = isActive(session) ? jobs % 5 : 0;
  const inFlight = perClient(session, (state) => (takesIo(state) ? busy : 0));
  const done = perClient(session, (state) => (takesIo(state) ? jobs % 40 : 0));
  const skipped = perClient(session, (state) => (takesIo(state) ? 0 : jobs % 45));
  const old = version === 'camel-2021';
  const early = old || version === 'snake';
  const { reconciled, needed } = reconciliation(session);
  const record = {
    ...(ids.upstairs && { upstairs_id: session.upstairsId }),
    ...(ids.session && { session_id: session.sessionId }),
    up_count: busy,
    ...(!old && { up_counters: counters(session, jobs, early) }),
    ...(!old && { next_job_id: session.nextJobId }),
    ds_count: busy + (jobs % 40),
    ...(!old && { write_bytes_out: busy * 16_384 }),
    ...(version === 'snake' && { up_backpressure: 0 }),
    ds_state: session.states.map((state) => encodeState(state, version)),
    ds_io_count: {
      ...(early && { new: [0, 0, 0] }),
      in_progress: inFlight,
      done,
      skipped,
      error: [0, 0, 0],
    },
    ds_reconciled: reconciled,
    ds_reconcile_needed: needed,
    ...(!old && {
      ds_reconcile_aborted: 0,
      ds_live_repair_completed: session.completed,
      ds_live_repair_aborted: session.aborted,
      ds_connected: session.connected,
      ds_replaced: session.replaced,
      ds_extents_repaired: wholeExtents(session.repaired),
      ds_extents_confirmed: wholeExtents(session.confirmed),
      ds_extent_limit: Math.floor(session.extent),
      ds_delay_us: [0, 0, 0],
      ds_ro_lr_skipped: [0, 0, 0],
    }),
  };
  return JSON.stringify({ ok: record });
}

/** How far reconciliation is, as the record shows it: whole tasks. */
export function reconciliation({ reconciliation: { done, total } }: Session): {
  readonly reconciled: number;
  readonly needed: number;
} {
  const reconciled = Math.floor(done);
  return { reconciled, needed: total - reconciled };
}

/** Extents as the record shows them. */
export function wholeExtents([a, b, c]: Readonly<Three>): Three {
  return [Math.floor(a), Math.floor(b), Math.floor(c)];
}

/** The running count of each kind of turn of the main loop, as arg0 of `up-action_*` and in the record. */
export function actionCounts(session: Session): Readonly<Record<string, number>> {
  return counters(session, session.nextJobId - session.startedJobId, false);
}

function counters(session: Session, jobs: number, early: boolean): Readonly<Record<string, number>> {
  const kinds = {
    action_downstairs: jobs * 3,
    action_guest: jobs,
    action_deferred_block: Math.floor(jobs / 2),
    action_deferred_message: jobs,
    ...(early && { action_leak_check: session.statusChecks }),
    action_flush_check: Math.floor(session.statusChecks / 2),
    action_stat_check: session.statusChecks,
    ...(early && { action_repair_check: session.statusChecks }),
    action_control_check: 6,
    action_noop: jobs,
  };
  return { apply: Object.values(kinds).reduce((sum, n) => sum + n, 0), ...kinds };
}

function perClient(session: Session, value: (state: States[number]) => number): number[] {
  return session.states.map(value);
}

function bump(counts: Three, client: number): void {
  counts[client] = (counts[client] ?? 0) + 1;
}
