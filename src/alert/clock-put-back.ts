import type { SessionMemory } from './memory.ts';
import type { CheckState } from './state.ts';

/** A clock that was ahead and is right again must not keep anything waiting for the time that it showed. */
export function withoutFuture(state: CheckState, now: number): CheckState {
  const past = <T extends number | null>(time: T): T | number => (time === null ? time : Math.min(time, now));
  return {
    ...state,
    lastWholeAt: past(state.lastWholeAt),
    incidents: state.incidents.map((incident) => ({
      ...incident,
      firstSeenAt: past(incident.firstSeenAt),
      ruleSince: past(incident.ruleSince),
      openedAt: past(incident.openedAt),
      lastSeenAt: past(incident.lastSeenAt),
      told: incident.told === null ? null : { ...incident.told, at: past(incident.told.at) },
    })),
    memory: {
      ...state.memory,
      sessions: state.memory.sessions.map((session) => sessionOfPast(session, past)),
    },
    groups: mapValues(state.groups, (group) => ({
      ...group,
      toldAt: past(group.toldAt),
      mailedAt: past(group.mailedAt),
      allWellAt: past(group.allWellAt),
    })),
  };
}

function sessionOfPast(session: SessionMemory, past: (time: number) => number): SessionMemory {
  return {
    ...session,
    at: past(session.at),
    marks: mapValues(session.marks, (marks) =>
      mapValues(marks, (progress) => ({ ...progress, since: past(progress.since) })),
    ),
    occurrences: mapValues(session.occurrences, (occurrences) =>
      occurrences.map((each) => ({ ...each, at: past(each.at) })),
    ),
  };
}

function mapValues<T, U>(values: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}
