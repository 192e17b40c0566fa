import type { BootClock } from '../model/boot-clock.ts';
import { dayText, isClockSet } from '../model/clock-set.ts';
import { formatDuration } from '../model/duration.ts';
import type { SessionMemory } from './memory.ts';
import type { CheckState } from './state.ts';

/** What is remembered, with times that can be compared with now, and what had to be done for that. */
export interface Comparable {
  readonly state: CheckState;
  /** A line for each thing that a reader of ages must know. */
  readonly notes: readonly string[];
}

/** Clocks are slewed and stepped a little all the time. */
const JUMP_MS = 60_000;

const DAY_MS = 86_400_000;

/**
 * Moves what is remembered to the clock as it is now. Where this machine's clock was set since the last run, all times
 * move with it, so that ages stay what they were; what is after now all the same is taken for now.
 */
export function onThisClock(before: CheckState, now: number, clock: BootClock | null): Comparable {
  const { jumpMs, why } = jumpOf(before, now, clock);
  const moved = jumpMs === 0 ? before : withTimes(before, (time) => time + jumpMs);
  const state = withTimes(moved, (time) => Math.min(time, now));
  const unset = `the clock of this machine shows ${dayText(now)} and is not set: no ages are known`;
  return { state, notes: [...(why === null ? [] : [why]), ...(isClockSet(now) ? [] : [unset])] };
}

function jumpOf(
  { lastRun, clock: last }: CheckState,
  now: number,
  clock: BootClock | null,
): { readonly jumpMs: number; readonly why: string | null } {
  if (lastRun === null) return { jumpMs: 0, why: null };
  const shown = now - lastRun.at;
  if (clock !== null && last !== null && clock.boot === last.boot && clock.ms >= last.ms) {
    const jumpMs = Math.round(shown - (clock.ms - last.ms));
    if (Math.abs(jumpMs) < JUMP_MS) return { jumpMs: 0, why: null };
    const way = jumpMs > 0 ? 'forward' : 'back';
    return {
      jumpMs,
      why: `the clock of this machine was set ${way} by ${spanText(Math.abs(jumpMs))} since the last run; earlier times were moved with it`,
    };
  }
  // Nothing says how long it was between a clock that was not set and one that is.
  if (isClockSet(now) === isClockSet(lastRun.at)) return { jumpMs: 0, why: null };
  const [then, since] = [dayText(lastRun.at), dayText(now)];
  return {
    jumpMs: shown,
    why: `the clock of this machine showed ${then} at the last run, and shows ${since} now: the time between them is not known and not counted`,
  };
}

function spanText(ms: number): string {
  const days = Math.round(ms / DAY_MS);
  return days < 2 ? formatDuration(ms) : `${days} days`;
}

/** A state with each of its times changed. */
function withTimes(state: CheckState, change: (time: number) => number): CheckState {
  const maybe = (time: number | null): number | null => (time === null ? null : change(time));
  return {
    ...state,
    lastWholeAt: maybe(state.lastWholeAt),
    incidents: state.incidents.map((incident) => ({
      ...incident,
      firstSeenAt: change(incident.firstSeenAt),
      ruleSince: change(incident.ruleSince),
      openedAt: maybe(incident.openedAt),
      lastSeenAt: change(incident.lastSeenAt),
      sight:
        incident.sight.since === undefined
          ? incident.sight
          : { ...incident.sight, since: change(incident.sight.since) },
      stages: incident.stages.map((stage) => ({
        ...stage,
        since: change(stage.since),
        ...(stage.until === undefined ? {} : { until: change(stage.until) }),
      })),
      told: incident.told === null ? null : { ...incident.told, at: change(incident.told.at) },
    })),
    memory: {
      ...state.memory,
      sessions: state.memory.sessions.map((session) => sessionWithTimes(session, change)),
      sleds: mapValues(state.memory.sleds, (each) =>
        each.silentSince === undefined ? each : { ...each, silentSince: change(each.silentSince) },
      ),
      silent: mapValues(state.memory.silent, (each) => ({ ...each, since: change(each.since) })),
    },
    groups: mapValues(state.groups, (group) => ({
      ...group,
      toldAt: maybe(group.toldAt),
      mailedAt: maybe(group.mailedAt),
      allWellAt: maybe(group.allWellAt),
    })),
  };
}

function sessionWithTimes(session: SessionMemory, change: (time: number) => number): SessionMemory {
  return {
    ...session,
    at: change(session.at),
    repairs:
      session.repairs?.map((repair) =>
        repair === null
          ? null
          : {
              ...repair,
              first: { ...repair.first, at: change(repair.first.at) },
              last: { ...repair.last, at: change(repair.last.at) },
            },
      ) ?? null,
    marks: mapValues(session.marks, (marks) =>
      mapValues(marks, (progress) => ({ ...progress, since: change(progress.since) })),
    ),
    occurrences: mapValues(session.occurrences, (occurrences) =>
      occurrences.map((each) => ({ ...each, at: change(each.at) })),
    ),
  };
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}
