import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/model/column.ts';
import { apply, beginWatch } from '../../src/watch/apply.ts';
import type { Now, WatchEvent } from '../../src/watch/event.ts';
import { isStale } from '../../src/watch/list.ts';
import { makeSled } from '../support/sleds.ts';
import { stateRow } from '../support/reports.ts';

const sled = makeSled(14);
const at = (seconds: number): Now => ({ ms: seconds * 1000, wall: 1_790_000_000_000 + seconds * 1000 });

/** A report of upstairs `n` at a second. */
const report = (
  n: number,
  seconds: number,
  states: [string, string, string],
  change: Row = {},
  program = 1,
): WatchEvent => ({
  kind: 'report',
  sled,
  program,
  now: at(seconds),
  row: { ...stateRow(n, states, ''), time_ns: String(BigInt(Math.round(seconds * 1e6)) * 1000n), ...change },
});

const begun = (seconds: number, pids: readonly number[] | null, program = 1): WatchEvent => ({
  kind: 'begun',
  sled,
  program,
  now: at(seconds),
  running: pids?.map((pid) => ({ zone: `zone-${pid}`, pid, command: 'propolis-server' })) ?? null,
});

const OK: [string, string, string] = ['active', 'active', 'active'];
const ILL: [string, string, string] = ['active', 'faulted', 'active'];

const tick = (seconds: number): WatchEvent => ({ kind: 'tick', now: at(seconds) });

/** What is told of events, one after another. */
function told(...events: readonly WatchEvent[]) {
  const watched = beginWatch([sled], at(0));
  const notes = events.flatMap((event) => apply(watched, event));
  return {
    watched,
    notes,
    whats: notes.map(({ what }) => what),
    session: () => [...watched.sessions.values()][0],
  };
}

describe('a watch', () => {
  it('tells each change of states once, with what they were', () => {
    const { notes, session } = told(report(1, 1, OK), report(1, 2, OK), report(1, 3, ILL), report(1, 4, ILL));
    expect(notes.map(({ what, from, to, health }) => ({ what, from, to, health }))).toEqual([
      { what: 'seen', from: null, to: 'active/active/active', health: 'ok' },
      { what: 'changed', from: 'active/active/active', to: 'active/faulted/active', health: 'degraded' },
    ]);
    expect(notes[1]!.text).toMatch(
      /^3\/14 propolis 34aa0001, upstairs 3f2b0001: active\/active\/active -> active\/faulted\/active \(degraded\)$/,
    );
    expect(session()).toMatchObject({ was: 'active/active/active', changedWall: at(3).wall });
  });

  it('takes what could not be read for unknown, and not for what it was before', () => {
    const unreadable = { ds0: null, ds1: null, ds2: null, note: 'unreadable: the report is cut' };
    const { session, notes } = told(report(1, 1, OK), report(1, 2, OK, unreadable));
    expect(session()).toMatchObject({ health: null, states: null, unreadable: 'the report is cut' });
    expect(notes.at(-1)!.text).toContain('active/active/active -> states not known: the report is cut');
  });

  it('of two programs that report the same hears the newer one, and nothing twice', () => {
    const { whats, session, watched } = told(
      begun(0, [20_001]),
      report(1, 10, OK, { next_job_id: 5 }),
      begun(10.2, [20_001], 2),
      // The same report, seen by the next program some microseconds later.
      report(1, 10, ILL, { next_job_id: 5, time_ns: '10000007000' }, 2),
      report(1, 11, ILL, { next_job_id: 9 }, 2),
      report(1, 11, OK, { next_job_id: 9 }, 1),
      report(1, 12, ILL, { next_job_id: 10 }, 2),
    );
    expect(whats).toEqual(['watched', 'seen', 'changed']);
    expect(session()!.trail.jobs).toEqual([0, 4, 1]);
    expect(watched.sleds.get(sled.id)).toMatchObject({ state: 'live', program: 2 });
  });

  it('goes on where the clock of a sled was set back', () => {
    const { session } = told(report(1, 5000, OK), report(1, 10, ILL, {}, 2));
    expect(session()).toMatchObject({ health: 'degraded' });
  });

  it('never shows as fresh what a slow link held up, and says once that it is late, and in time again', () => {
    /** A report that is heard so many seconds after it was made. */
    const late = (seconds: number, by: number): WatchEvent => {
      return { ...report(1, seconds, OK), now: at(seconds + by) };
    };
    const { watched, whats, notes, session } = told(
      begun(0, [20_001]),
      // Its clock is not ours; what passes between them counts.
      ...[1, 2, 3].map((second) => late(second, 100.2)),
      ...[4, 5, 6, 7, 8].flatMap((second, n) => [late(second, 101 + n * 2), tick(second + 101 + n * 2)]),
    );
    expect(whats).toEqual(['watched', 'seen', 'silent']);
    expect(notes.at(-1)!.text).toMatch(/its reports come 5s late, as over a slow link/);
    expect(isStale(session()!, at(117).ms)).toBe(true);
    expect(at(117).ms - session()!.heardMs).toBeCloseTo(8800, -2);
    const again = [late(30, 100.5), tick(130.5), late(31, 100.2)].flatMap((event) => apply(watched, event));
    expect(again.map(({ what }) => what)).toEqual(['reports_again']);
    expect(isStale(session()!, at(131.5).ms)).toBe(false);
  });

  it('does not take a clock that was set back, or runs slow, for a slow link', () => {
    const set = (seconds: number, by: number) => {
      const time_ns = String(BigInt(Math.round((seconds + by) * 1e6)) * 1000n);
      return report(1, seconds, OK, { time_ns });
    };
    const back = told(begun(0, [20_001]), set(50, 0), set(51, 0), set(52, -20), set(53, -20), tick(53));
    expect(back.whats).toEqual(['watched', 'seen']);
    // A day at 300 millionths.
    const slow = told(
      begun(0, [20_001]),
      ...Array.from({ length: 24 }, (_, hour) => set(hour * 3600, hour * -1.08)),
    );
    expect(isStale(slow.session()!, at(23 * 3600).ms)).toBe(false);
  });

  it('says once that a session is silent, and that it reports again; its row is stale meanwhile', () => {
    const { whats, session } = told(begun(0, [20_001]), report(1, 1, OK), tick(3), tick(5), tick(6));
    expect(whats).toEqual(['watched', 'seen', 'silent']);
    expect(isStale(session()!, at(6).ms)).toBe(true);
    expect(told(begun(0, []), report(1, 1, OK), tick(6), report(1, 7, OK)).whats).toEqual([
      'watched',
      'seen',
      'silent',
      'reports_again',
    ]);
  });

  it('has a process that does not report, until it does', () => {
    const silent = told(begun(0, [20_001]), tick(2), tick(6), tick(7));
    expect(silent.whats).toEqual(['watched', 'no_report']);
    expect(silent.session()).toMatchObject({ health: 'no_report', pid: 20_001, states: null });
    const own = { zone: 'zone-20001' };
    const reports = told(begun(0, [20_001]), tick(6), report(1, 7, OK, own));
    expect(reports.watched.sessions.size).toBe(1);
    expect(reports.session()).toMatchObject({ health: 'ok' });
  });

  it('takes a session for gone only where its process is not listed any more', () => {
    const live = told(begun(0, [20_001]), report(1, 1, OK), begun(60, [20_001], 2));
    expect(live.watched.sessions.size).toBe(1);
    const unlisted = told(begun(0, [20_001]), report(1, 1, OK), begun(60, null, 2));
    expect(unlisted.watched.sessions.size).toBe(1);
    expect(unlisted.whats.at(-1)).toBe('doubt');
    const gone = told(begun(0, [20_001]), report(1, 1, OK), begun(60, [20_002], 2));
    expect(gone.watched.sessions.size).toBe(0);
    expect(gone.whats.at(-1)).toBe('gone');
  });

  it('follows an upstairs to its next session in the same process', () => {
    const next = { session_id: 'c0b90009-8a3e-4b10-b9b4-55f4f2a3d7e1' };
    const { whats, watched } = told(report(1, 1, OK), report(1, 2, OK, next));
    expect(whats).toEqual(['seen', 'restarted', 'seen']);
    expect(watched.sessions.size).toBe(1);
  });

  it('says that a sled is lost once for each reason, and that it is back', () => {
    const lost = (seconds: number, why: string): WatchEvent => ({
      kind: 'lost',
      sled,
      why,
      againMs: 2000,
      now: at(seconds),
    });
    const { whats, watched, notes } = told(
      begun(0, []),
      lost(5, 'refused'),
      lost(8, 'refused'),
      lost(12, 'timed out'),
      begun(20, [], 2),
    );
    expect(whats).toEqual(['watched', 'lost', 'lost', 'back']);
    expect(notes[1]!.text).toBe('3/14 not watched: refused');
    expect(watched.sleds.get(sled.id)).toMatchObject({ state: 'live', why: null });
  });

  it('does not grow: neither its log nor what is kept of a session', () => {
    const events = Array.from({ length: 3000 }, (_, n) =>
      report(
        1,
        n + 1,
        n % 2 === 0 ? ['active', 'live_repair', 'active'] : ['live_repair', 'active', 'active'],
      ),
    );
    const { watched, session } = told(...events);
    expect(watched.notes).toHaveLength(500);
    expect(session()!.trail.jobs).toHaveLength(60);
    expect(session()!.repairRows.length).toBeLessThanOrEqual(60);
  });
});
