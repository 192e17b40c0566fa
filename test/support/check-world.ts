import { planRun, type Plan } from '../../src/alert/plan.ts';
import type { PlanInput } from '../../src/alert/plan-input.ts';
import { emptyState, type CheckState } from '../../src/alert/state.ts';
import { mergeReport } from '../../src/fleet/merge.ts';
import type { Row } from '../../src/model/column.ts';
import { sessionHealth } from '../../src/model/health.ts';
import type { Silence } from '../../src/alert/incident.ts';
import type { FleetReport, SledOutcome } from '../../src/model/report.ts';
import { defaultRulePolicy, type Policy, type RulePolicy } from '../../src/alert/policy.ts';
import { forEachRule, type RuleName } from '../../src/alert/rules/index.ts';
import { dsState } from '../../src/probes/ds-state.ts';
import type { Sled } from '../../src/model/sled.ts';
import { answered, failed } from './reports.ts';
import { makeSled } from './sleds.ts';

/** An upstairs of a world that exists only in a test; a test changes it as it likes. */
export interface WorldSession {
  readonly upstairsId: string;
  zone: string;
  cubby: number;
  pid: number;
  sessionId: string;
  states: [string, string, string];
  completed: [number, number, number];
  aborted: [number, number, number];
  connected: [number, number, number];
  repaired: [number, number, number];
  /** Jobs of the guest that are not answered, those in its queue, and bytes of writes under way. */
  work: { waiting: number; queued: number; bytes: number };
  nextJob: number;
  reconciled: number;
  /**
   * `silent`: its process runs and it says nothing. `exited`: its process ended within the window. `unreadable`: its
   * report could not be read, so that nobody knows whose it is.
   */
  there: 'yes' | 'no' | 'silent' | 'exited' | 'unreadable';
}

export interface WorldSled {
  answer: 'yes' | 'no' | 'in part';
}

/** One rack (`3`) or several (`3`, `4` and on) without any network. */
export interface CheckWorld {
  readonly sledsPerRack: number;
  readonly sleds: WorldSled[];
  readonly sessions: WorldSession[];
}

/** Sleds are counted through all racks. */
export function makeWorld(sleds: number, sessions: number, sledsPerRack = sleds): CheckWorld {
  return {
    sledsPerRack,
    sleds: Array.from({ length: sleds }, () => ({ answer: 'yes' })),
    sessions: Array.from({ length: sessions }, (_, index) => makeSession(index, index % sleds)),
  };
}

function makeSession(n: number, cubby: number): WorldSession {
  const digits = String(n).padStart(4, '0');
  return {
    upstairsId: `3f2b${digits}-7d14-4c7a-9a51-0d6c9f6b1a22`,
    zone: `oxz_propolis-server_34aa${digits}-d933-49fa-b38e-fc4607933d50`,
    cubby,
    pid: 20_000 + n,
    sessionId: `c0b9${digits}-8a3e-4b10-b9b4-55f4f2a3d7e1`,
    states: ['active', 'active', 'active'],
    completed: [0, 0, 0],
    aborted: [0, 0, 0],
    connected: [1, 1, 1],
    repaired: [0, 0, 0],
    work: { waiting: 0, queued: 0, bytes: 0 },
    nextJob: 1000,
    reconciled: 0,
    there: 'yes',
  };
}

function rowOf(session: WorldSession): Row {
  const { zone, pid, upstairsId, sessionId, states } = session;
  if (session.there === 'silent' || session.there === 'unreadable') {
    const isSilent = session.there === 'silent';
    return {
      zone,
      pid,
      upstairs_id: null,
      session_id: null,
      ds0: null,
      ds1: null,
      ds2: null,
      health: isSilent ? 'no_report' : null,
      note: isSilent ? null : 'unreadable: the report is too long',
    };
  }
  const three = (name: string, counts: readonly number[]) =>
    Object.fromEntries(counts.map((count, index) => [`${name}_${index}`, count]));
  return {
    zone,
    pid,
    upstairs_id: upstairsId,
    session_id: sessionId,
    ds0: states[0],
    ds1: states[1],
    ds2: states[2],
    health: sessionHealth(states),
    note: session.there === 'exited' ? 'process exited' : null,
    ...three('live_repair_completed', session.completed),
    ...three('live_repair_aborted', session.aborted),
    ...three('connected', session.connected),
    ...three('replaced', [0, 0, 0]),
    ...three('extents_repaired', session.repaired),
    ...three('extents_confirmed', [0, 0, 0]),
    extent_under_repair: states.includes('live_repair') ? 7 : 0,
    reconciled: session.reconciled,
    reconcile_needed: states.includes('reconcile') ? 40 : 0,
    up_count: session.work.waiting,
    ds_count: session.work.queued,
    write_bytes_out: session.work.bytes,
    next_job_id: session.nextJob,
  };
}

function sledOf({ sledsPerRack }: CheckWorld, n: number): Sled {
  const rack = String(3 + Math.floor(n / sledsPerRack));
  const sled = makeSled(n % sledsPerRack);
  return { ...sled, rack, id: `${rack}/${sled.name}` };
}

/** What a check of all sleds would see, or of some. */
export function reportOf(world: CheckWorld, now: number, cubbies?: readonly number[]): FleetReport {
  const outcomes = world.sleds.flatMap((sled, cubby): readonly SledOutcome[] => {
    if (cubbies !== undefined && !cubbies.includes(cubby)) return [];
    const place = { sled: sledOf(world, cubby) };
    if (sled.answer === 'no') return [{ ...failed(cubby), ...place }];
    const rows = world.sessions.filter((each) => each.cubby === cubby && each.there !== 'no').map(rowOf);
    const unreadable = world.sessions.filter((each) => each.cubby === cubby && each.there === 'unreadable');
    const issues = [
      ...(sled.answer === 'in part' ? [{ code: 'drops', message: 'dtrace: 3 drops on CPU 1' }] : []),
      ...unreadable.map(({ zone }) => ({
        code: 'unreadable',
        message: `a report of ${zone} could not be read: the report is too long`,
      })),
    ];
    return [answered(cubby, rows, { issues, ...place })];
  });
  return mergeReport(outcomes, {
    probe: { ...dsState, name: 'check' },
    probeColumns: dsState.columns,
    selection: 'rack 3',
    startedAt: new Date(now),
    finishedAt: new Date(now + 3400),
    interrupted: false,
    filter: null,
    sortBy: [],
  });
}

export function makePolicy(
  change: Partial<Omit<Policy, 'rules'>> & {
    readonly rules?: { readonly [N in RuleName]?: Partial<Policy['rules'][N]> };
  } = {},
): Policy {
  const { rules = {}, ...rest } = change;
  return {
    rules: forEachRule((name): RulePolicy => ({ ...defaultRulePolicy(name), ...rules[name] })),
    repeatMs: 4 * 3_600_000,
    resolveAfter: 2,
    groupBy: 'rack',
    allWellAt: null,
    ...rest,
  };
}

export const START = Date.parse('2026-11-26T08:00:00.000Z');
export const MINUTE = 60_000;

/** A check that is run again and again on a world, and remembers. A machine may tell how long it has run. */
export function makeChecker(world: CheckWorld, policy: Policy, machine: 'tells' | 'is mute' = 'is mute') {
  let state: CheckState = emptyState('0123456789abcdef');
  let now = START;
  let passedMs = 0;
  const silences: Silence[] = [];
  return {
    state: () => state,
    now: () => now,
    silences,
    advance: (ms: number) => {
      now += ms;
      passedMs += ms;
    },
    /** Sets the clock: no time passes. */
    setClock: (byMs: number) => {
      now += byMs;
    },
    /** One run; it is recorded as `check` records it. */
    run(change: Partial<PlanInput> & { readonly cubbies?: readonly number[] } = {}): Plan {
      const plan = planRun({
        state,
        report: reportOf(world, now, change.cubbies),
        policy,
        silences,
        now,
        activeTwice: null,
        clock: machine === 'tells' ? { boot: 'one', ms: passedMs } : null,
        inventory: {
          file: '/etc/cruc-fleet/inventory.yaml',
          sleds: world.sleds.map((_, cubby) => sledOf(world, cubby).id),
        },
        troubles: [],
        mail: { domain: 'example.com', undelivered: new Set() },
        ...change,
      });
      state = plan.state;
      return plan;
    },
  };
}

/** `opened degraded 1`: what a plan has to tell, in words that a test can compare. */
export function newsOf(plan: Plan): readonly string[] {
  return plan.result.news.map(({ kind, incident }) =>
    [kind, incident.rule, incident.subject.downstairs ?? incident.subject.sled ?? ''].join(' ').trim(),
  );
}
