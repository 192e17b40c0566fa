import type { States } from './simulated-downstairs.ts';
import type { Disk } from './upstairs-session.ts';

/** Something that happens on a sled with a life, and when: nanoseconds since the simulation began. Plain JSON. */
export type Transition = Started | Stopped | StatesEntered;

interface OfProcess {
  readonly at_ns: number;
  /** `rack/serial`. */
  readonly sled: string;
  readonly zone: string;
  readonly pid: number;
}

/** A zone boots, and a process with upstairs starts in it. At 0: it ran already. */
export interface Started extends OfProcess {
  readonly kind: 'started';
  readonly command: string;
  readonly args: string;
  readonly sessions: readonly StartedSession[];
}

export interface StartedSession extends Disk {
  readonly sessionId: string;
  readonly states: States;
  readonly extents: number;
}

/** The zone halts, and with it the process and its sessions. */
export interface Stopped extends OfProcess {
  readonly kind: 'stopped';
  /** Why: its VM ends, or goes on elsewhere, where it starts a moment later with the same upstairs. */
  readonly because: 'stop' | 'migrate';
}

export interface StatesEntered extends OfProcess {
  readonly kind: 'states';
  readonly upstairs_id: string;
  readonly session_id: string;
  readonly states: States;
  /** What a reconciliation that begins has to do, and how fast it is. */
  readonly reconciliation?: { readonly total: number; readonly perSecond: number };
}

/** A session at some moment. */
export interface SessionThen {
  readonly sled: string;
  readonly zone: string;
  readonly pid: number;
  readonly upstairs_id: string;
  readonly session_id: string;
  readonly states: States;
}

/** The sessions that there are after these transitions, which begin at 0. */
export function sessionsAfter(transitions: readonly Transition[]): readonly SessionThen[] {
  const sessions = new Map<string, SessionThen>();
  for (const transition of transitions) {
    const { sled, zone, pid } = transition;
    switch (transition.kind) {
      case 'started':
        for (const { upstairsId, sessionId, states } of transition.sessions) {
          const ids = { upstairs_id: upstairsId, session_id: sessionId };
          sessions.set(sessionId, { sled, zone, pid, ...ids, states });
        }
        break;
      case 'stopped':
        for (const session of sessions.values()) {
          if (session.sled === sled && session.pid === pid) sessions.delete(session.session_id);
        }
        break;
      case 'states': {
        const session = sessions.get(transition.session_id);
        if (session !== undefined)
          sessions.set(session.session_id, { ...session, states: transition.states });
        break;
      }
    }
  }
  return [...sessions.values()];
}
