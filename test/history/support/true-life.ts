import type { Transition } from '../../../src/simulator/life-transition.ts';

/** States that a session was in, from one moment of the life to another. */
export interface TrueSpan {
  readonly states: string;
  readonly fromNs: number;
  readonly toNs: number;
}

/** A session as it was, by the life of the simulator alone. */
export interface TrueSession {
  readonly sessionId: string;
  readonly upstairsId: string;
  readonly sled: string;
  readonly extents: number;
  readonly spans: TrueSpan[];
  /** Extents a second of its reconciliations. */
  readonly reconciles: number[];
}

/** Every session that there was, in the order in which they began. */
export function trueSessions(transitions: readonly Transition[]): readonly TrueSession[] {
  const sessions = new Map<string, TrueSession & { pid: number }>();
  const close = (session: TrueSession, toNs: number) => {
    const last = session.spans.pop();
    if (last !== undefined) session.spans.push({ ...last, toNs });
  };
  for (const each of transitions) {
    switch (each.kind) {
      case 'started':
        for (const { sessionId, upstairsId, extents, states } of each.sessions) {
          const spans = [{ states: states.join(' '), fromNs: each.at_ns, toNs: Number.POSITIVE_INFINITY }];
          const { sled, pid } = each;
          sessions.set(sessionId, { sessionId, upstairsId, sled, pid, extents, spans, reconciles: [] });
        }
        break;
      case 'stopped':
        for (const session of sessions.values()) {
          const isIn = session.sled === each.sled && session.pid === each.pid;
          if (isIn && session.spans.at(-1)?.toNs === Number.POSITIVE_INFINITY) close(session, each.at_ns);
        }
        break;
      case 'states': {
        const session = sessions.get(each.session_id);
        if (session === undefined) break;
        close(session, each.at_ns);
        session.spans.push({
          states: each.states.join(' '),
          fromNs: each.at_ns,
          toNs: Number.POSITIVE_INFINITY,
        });
        if (each.reconciliation !== undefined) session.reconciles.push(each.reconciliation.perSecond / 4);
      }
    }
  }
  return [...sessions.values()];
}

/** What it was in at that moment; null where it was not there. */
export function spanAt({ spans }: TrueSession, ns: number): TrueSpan | null {
  return spans.find(({ fromNs, toNs }) => fromNs <= ns && ns < toNs) ?? null;
}
