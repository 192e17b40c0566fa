import { identityOf, type Look, type Three } from './look.ts';

/** How far a repair was, and since when it has been just there. */
export interface Progress {
  readonly mark: string;
  readonly since: number;
}

/** A counter of one downstairs that rose between two runs. */
export interface Rise {
  readonly at: number;
  readonly downstairs: 0 | 1 | 2;
  readonly by: number;
}

/** What is kept of an upstairs from run to run, so that its counters can be compared. Times are milliseconds. */
export interface SessionMemory {
  /** `identityOf` the upstairs. */
  readonly id: string;
  readonly sessionId: string | null;
  readonly at: number;
  readonly aborted: Three;
  readonly connected: Three;
  readonly replaced: Three;
  /** By downstairs; null for one that is not under live repair. */
  readonly repair: readonly [Progress | null, Progress | null, Progress | null];
  readonly reconcile: Progress | null;
  /** Reconnects and replacements of late. */
  readonly rises: readonly Rise[];
}

/** An upstairs that was not seen for so long is forgotten: when it comes back, its counters are a beginning. */
const FORGOTTEN_AFTER_MS = 7 * 24 * 3_600_000;

/** What the counters of one upstairs have done since the last run. */
export interface Remembered {
  readonly memory: SessionMemory;
  /** Live repairs aborted since the last run; 0 where that is not known. */
  readonly aborted: readonly [number, number, number];
}

/**
 * Compares an upstairs with what is remembered of it. A first sight is a beginning and no change. A new session of a
 * known upstairs counts from nothing, with its first connection as what every session has.
 */
export function compare(
  look: Look,
  before: SessionMemory | null,
  now: number,
  risesWithinMs: number,
): Remembered {
  const same = before !== null && before.sessionId === look.sessionId;
  const grown = (counters: Three, last: Three | undefined, start: number) =>
    three((index) => {
      const count = counters[index];
      if (count === null || before === null) return 0;
      if (!same) return Math.max(0, count - start);
      const from = last?.[index] ?? null;
      // A counter never falls within a session: one that did has begun anew.
      return from === null ? 0 : count >= from ? count - from : count;
    });
  const connected = grown(look.connected, before?.connected, 1);
  const replaced = grown(look.replaced, before?.replaced, 0);
  const risen = ([0, 1, 2] as const).flatMap((downstairs) => {
    const by = connected[downstairs] + replaced[downstairs];
    return by === 0 ? [] : [{ at: now, downstairs, by }];
  });
  return {
    aborted: grown(look.repairsAborted, before?.aborted, 0),
    memory: {
      id: identityOf(look),
      sessionId: look.sessionId,
      at: now,
      aborted: look.repairsAborted,
      connected: look.connected,
      replaced: look.replaced,
      repair: three((index) =>
        progress(repairMark(look, index), same ? (before?.repair[index] ?? null) : null, now),
      ),
      reconcile: progress(reconcileMark(look), same ? (before?.reconcile ?? null) : null, now),
      rises: [...(before?.rises ?? []).filter((rise) => now - rise.at <= risesWithinMs), ...risen],
    },
  };
}

/** The memories of this run: those of what was seen, and older ones that are not too old. */
export function mergedMemories(
  before: readonly SessionMemory[],
  seen: readonly SessionMemory[],
  now: number,
): readonly SessionMemory[] {
  const ids = new Set(seen.map((memory) => memory.id));
  return [
    ...before.filter((memory) => !ids.has(memory.id) && now - memory.at <= FORGOTTEN_AFTER_MS),
    ...seen,
  ];
}

function progress(mark: string | null, before: Progress | null, now: number): Progress | null {
  if (mark === null) return null;
  return before?.mark === mark ? before : { mark, since: now };
}

/** Where the live repair of a downstairs is; null where none runs or the counters are not known. */
function repairMark(look: Look, index: 0 | 1 | 2): string | null {
  if (look.states?.[index] !== 'live_repair') return null;
  const [repaired, confirmed] = [look.extentsRepaired[index], look.extentsConfirmed[index]];
  if (repaired === null || confirmed === null) return null;
  return `${repaired} repaired, ${confirmed} confirmed, at extent ${look.extent ?? 'unknown'}`;
}

function reconcileMark(look: Look): string | null {
  if (look.states?.includes('reconcile') !== true) return null;
  if (look.reconciled === null || look.reconcileNeeded === null) return null;
  return `${look.reconciled} reconciled, ${look.reconcileNeeded} to go`;
}

function three<T>(value: (index: 0 | 1 | 2) => T): [T, T, T] {
  return [value(0), value(1), value(2)];
}
