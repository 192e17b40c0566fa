import { numberIn, threeIn, type Three } from '../alert/fields.ts';
import { DOWNSTAIRS, type Downstairs } from '../alert/subject.ts';
import { upstairsIn, type UpstairsRow } from '../alert/upstairs.ts';
import type { AnsweredOutcome, FleetReport } from '../model/report.ts';
import { conditionOf, type Condition, type Unknown } from './condition.ts';

/** Who a session of an upstairs is, and where. A live migration makes another one of the same upstairs. */
export interface Who {
  readonly rack: string;
  /** `rack/name`. */
  readonly sled: string;
  readonly zone: string;
  readonly pid: number | null;
  /** Null for a process that did not report, and where an old Crucible gives none. */
  readonly upstairsId: string | null;
  readonly sessionId: string | null;
}

/** How a sled was seen: its whole answer, a part of it, or nothing. */
export interface SledSight {
  readonly seen: 'whole' | 'part' | 'nothing';
  /** In one word, of what is not whole. */
  readonly why: string | null;
}

/** What a sled is called beside `rack/name`. */
export interface SledName {
  readonly serial: string | null;
  readonly cubby: number | null;
}

/** The counters that are kept, each of the three downstairs. They grow only. */
export const COUNTER_NAMES = ['completed', 'aborted', 'connected', 'replaced'] as const;

export type Counter = (typeof COUNTER_NAMES)[number];

/** Their columns. */
const COUNTERS: Readonly<Record<Counter, string>> = {
  completed: 'live_repair_completed',
  aborted: 'live_repair_aborted',
  connected: 'connected',
  replaced: 'replaced',
};

/** Counters of a session that say what happened between two looks; those that its report has. */
export type Counters = Readonly<Partial<Record<Counter, Three>>>;

/** How far a repair is: of one downstairs by live repair, or of all three by reconciliation. */
export type RepairSight =
  | {
      readonly kind: 'live_repair';
      readonly ds: Downstairs;
      readonly repaired: number;
      readonly confirmed: number;
      readonly extent: number | null;
    }
  | { readonly kind: 'reconcile'; readonly done: number; readonly needed: number };

/** A session as it was seen once. */
export interface SessionSight {
  readonly who: Who;
  readonly condition: Condition;
  readonly counters: Counters;
  readonly repairs: readonly RepairSight[];
}

/** A process that lives, and does not say how its sessions are. */
export interface MuteProcess {
  readonly who: Who;
  readonly why: Unknown;
}

/** What one look at some sleds saw: how each of them was seen, and what on them. Times are milliseconds since the epoch. */
export interface Picture {
  readonly at: number;
  readonly until: number;
  readonly sleds: ReadonlyMap<string, SledSight & SledName>;
  readonly sessions: readonly SessionSight[];
  readonly mutes: readonly MuteProcess[];
}

/** The picture that a report of states is, whatever it is filtered by: all that its sleds gave. */
export function pictureOf({
  outcomes,
  startedAt,
  finishedAt,
}: Pick<FleetReport, 'outcomes' | 'startedAt' | 'finishedAt'>): Picture {
  const sleds = new Map<string, SledSight & SledName>();
  const sessions: SessionSight[] = [];
  const mutes: MuteProcess[] = [];
  for (const outcome of outcomes) {
    const { id, serial, cubby } = outcome.sled;
    if (outcome.status === 'failed') {
      sleds.set(id, { seen: 'nothing', why: outcome.error.code, serial, cubby });
      continue;
    }
    const [issue] = outcome.issues;
    sleds.set(
      id,
      issue === undefined
        ? { seen: 'whole', why: null, serial, cubby }
        : { seen: 'part', why: issue.code, serial, cubby },
    );
    for (const upstairs of upstairsOn(outcome)) {
      const seen = sightOf(upstairs);
      if (seen !== null) sessions.push(seen);
      else mutes.push(muteOf(upstairs));
    }
  }
  return { at: startedAt.getTime(), until: finishedAt.getTime(), sleds, sessions, mutes };
}

function upstairsOn({ sled, rows }: AnsweredOutcome): readonly UpstairsRow[] {
  return upstairsIn(rows.map((row) => ({ ...row, rack: sled.rack, sled: sled.id, cubby: sled.cubby })));
}

function sightOf(upstairs: UpstairsRow): SessionSight | null {
  const { states, row } = upstairs;
  if (states === null) return null;
  const condition = conditionOf(states);
  return { who: whoOf(upstairs), condition, counters: countersIn(upstairs), repairs: repairsIn(states, row) };
}

function muteOf(upstairs: UpstairsRow): MuteProcess {
  const who = { ...whoOf(upstairs), upstairsId: null, sessionId: null };
  return { who, why: upstairs.unreadable === null ? 'no_report' : 'unreadable' };
}

function whoOf({ rack, sled, zone, pid, upstairsId, sessionId }: UpstairsRow): Who {
  return { rack, sled, zone, pid, upstairsId, sessionId };
}

function countersIn({ row }: UpstairsRow): Counters {
  const counters: Partial<Record<Counter, Three>> = {};
  for (const name of COUNTER_NAMES) {
    const three = threeIn(row, COUNTERS[name]);
    if (three.some((value) => value !== null)) counters[name] = three;
  }
  return counters;
}

function repairsIn(states: readonly string[], row: UpstairsRow['row']): readonly RepairSight[] {
  const live = DOWNSTAIRS.filter((ds) => states[ds] === 'live_repair').flatMap(
    (ds): readonly RepairSight[] => {
      const [repaired, confirmed] = [
        numberIn(row, `extents_repaired_${ds}`),
        numberIn(row, `extents_confirmed_${ds}`),
      ];
      if (repaired === null || confirmed === null) return [];
      return [{ kind: 'live_repair', ds, repaired, confirmed, extent: numberIn(row, 'extent_under_repair') }];
    },
  );
  const [done, needed] = [numberIn(row, 'reconciled'), numberIn(row, 'reconcile_needed')];
  const reconciles = states.includes('reconcile') && done !== null && needed !== null;
  return reconciles ? [...live, { kind: 'reconcile', done, needed }] : live;
}

/** What tells a session from every other. */
export function sessionKey({ sled, zone, pid, upstairsId, sessionId }: Who): string {
  return [sled, zone, pid ?? '', upstairsId ?? '', sessionId ?? ''].join('\n');
}

/** What tells a process from every other. */
export function processKey({ sled, zone, pid }: Who): string {
  return [sled, zone, pid ?? ''].join('\n');
}
