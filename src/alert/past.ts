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
      sessions: state.memory.sessions.map((session) => ({
        ...session,
        at: past(session.at),
        rises: session.rises.map((rise) => ({ ...rise, at: past(rise.at) })),
        repair: [
          pastProgress(session.repair[0], now),
          pastProgress(session.repair[1], now),
          pastProgress(session.repair[2], now),
        ],
        reconcile: pastProgress(session.reconcile, now),
      })),
      sleds: state.memory.sleds,
    },
    groups: Object.fromEntries(
      Object.entries(state.groups).map(([name, group]) => [
        name,
        {
          ...group,
          toldAt: past(group.toldAt),
          mailedAt: past(group.mailedAt),
          allWellAt: past(group.allWellAt),
        },
      ]),
    ),
  };
}

function pastProgress<T extends { readonly since: number }>(progress: T | null, now: number): T | null {
  return progress === null ? null : { ...progress, since: Math.min(progress.since, now) };
}
