import type { Crucible } from './crucible.ts';
import { extentsOf } from './disk-life.ts';
import { createLifePlan } from './life-plan.ts';
import type { Beginning, LifePlan } from './life-plan.ts';
import { sessionsAfter } from './life-transition.ts';
import type { SessionThen, Started, Transition } from './life-transition.ts';
import type { Random } from './random.ts';
import type { Session } from './upstairs-session.ts';

/** The life of a world: what happens on its sleds, which depends on the seed and on their time alone. */
export interface Life {
  /** What happens from that time on and before the other; times are nanoseconds since the simulation began. */
  truth(fromNs: number, toNs: number): readonly Transition[];
  /** The sessions that there are at that time, and their states. */
  sessionsAt(ns: number): readonly SessionThen[];
}

interface LivingSled {
  /** `rack/serial`. */
  readonly id: string;
  readonly crucible: Crucible;
}

/** How far ahead a sled knows what will happen. */
const AHEAD_NS = 60e9;
/** Of a session that reconciles when life begins. */
const RECONCILIATION = { done: 12, total: 812, perSecond: 2.5 };
/** Extents that a repair has before it at least when life begins. */
const LEFT_AT_LEAST = 400;

/** Lets the sleds live from now on, which must be their begin. */
export function beginLife(sleds: readonly LivingSled[], random: Random): Life {
  const beginnings = new Map<string, Beginning>();
  const running = sleds.flatMap(({ id, crucible }) =>
    crucible
      .processes()
      .filter(({ sessions }) => sessions.length > 0)
      .map((process): Started => {
        const { zone, pid, command, args, sessions } = process;
        for (const session of sessions) beginnings.set(session.sessionId, beginSession(session));
        return {
          kind: 'started',
          at_ns: 0,
          sled: id,
          zone,
          pid,
          command,
          args,
          sessions: sessions.map(({ upstairsId, volumeId, hasHttpParent, sessionId, states, extents }) => ({
            upstairsId,
            volumeId,
            hasHttpParent,
            sessionId,
            states,
            extents,
          })),
        };
      }),
  );
  const plan = createLifePlan(
    sleds.map(({ id }) => id),
    running,
    (sessionId) => beginnings.get(sessionId) ?? { extent: 1, reconcileSeconds: 0 },
    random,
  );
  for (const sled of sleds) live(sled, plan, 1);
  return {
    truth: (fromNs, toNs) => plan.between(fromNs, toNs),
    sessionsAt: (ns) => sessionsAfter(plan.between(0, ns + 1)),
  };
}

/** Gives the session what a life goes by, and says how it is. */
function beginSession(session: Session): Beginning {
  session.extents = Math.max(extentsOf(session.upstairsId), Math.ceil(session.extent) + LEFT_AT_LEAST);
  // The repairs that it has behind it went over every extent.
  for (const [client, completed] of session.completed.entries()) {
    if (completed > 0) session.confirmed[client] = completed * session.extents;
  }
  if (!session.states.includes('reconcile')) return { extent: session.extent, reconcileSeconds: 0 };
  session.reconciliation = RECONCILIATION;
  const { done, total, perSecond } = RECONCILIATION;
  return { extent: 0, reconcileSeconds: (total - done) / perSecond + 0.05 };
}

/** Has happen on this sled what the plan says, from that time on. */
function live(sled: LivingSled, plan: LifePlan, fromNs: number): void {
  const toNs = fromNs + AHEAD_NS;
  for (const transition of plan.between(fromNs, toNs)) {
    if (transition.sled === sled.id)
      sled.crucible.at(transition.at_ns, () => happen(sled.crucible, transition));
  }
  // Before what happens then, so that a sled never misses anything.
  sled.crucible.at(toNs - 1, () => live(sled, plan, toNs));
}

/** A test may have ended what the plan goes on about. */
function happen(crucible: Crucible, transition: Transition): void {
  const { at_ns: atNs, zone, pid } = transition;
  switch (transition.kind) {
    case 'started': {
      const { command, args, sessions } = transition;
      crucible.bootZone(zone);
      const known = { pid, sessionIds: sessions.map(({ sessionId }) => sessionId) };
      const process = crucible.startProcess({
        zone,
        args,
        command,
        known,
        atNs,
        crucible: 'upstairs',
        disks: sessions,
      });
      process.sessions.forEach((session, index) => {
        const begun = sessions[index];
        if (begun === undefined) return;
        session.states = begun.states;
        session.extents = begun.extents;
      });
      return;
    }
    case 'stopped':
      crucible.haltZone(zone);
      return;
    case 'states': {
      const session = crucible.sessions().find(({ sessionId }) => sessionId === transition.session_id);
      if (session === undefined) return;
      crucible.setStates(session, transition.states, atNs);
      if (transition.reconciliation !== undefined)
        session.reconciliation = { done: 0, ...transition.reconciliation };
    }
  }
}
