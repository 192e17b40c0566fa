import { describe, expect, it } from 'vitest';
import { chronicleOf } from '../../src/history/chronicle.ts';
import { eventsOf, historyRows } from '../../src/history/history-rows.ts';
import { applyRun, emptyLife } from '../../src/history/life.ts';
import type { Line } from '../../src/history/line.ts';
import { pastText } from '../../src/history/past.ts';
import type { Counters, Picture, SledSight } from '../../src/history/picture.ts';
import { repairsOf } from '../../src/history/repairs.ts';
import { changesOf } from '../../src/history/run-changes.ts';
import { summaryRows } from '../../src/history/summary-rows.ts';
import { whoOf } from './support/pictures.ts';

const START = Date.parse('2026-11-01T00:00:00Z');
const MINUTE = 60_000;

/** A look at one upstairs each five minutes: its states, its extents done, and how often it was repaired. */
interface Look {
  readonly states: string;
  readonly done?: number;
  readonly completed?: number;
  readonly aborted?: number;
  readonly seen?: SledSight['seen'];
  /** By how much the clock is wrong. */
  readonly offMs?: number;
}

const OK = 'active active active';
const ILL = 'active faulted active';
const LR = 'active live_repair active';

async function chronicle(looks: readonly Look[]) {
  const life = emptyLife();
  const lines = looks.map((look, n): Line => {
    const { states, done = 0, completed = 0, aborted = 0, seen = 'whole', offMs = 0 } = look;
    const counters: Counters = { completed: [0, completed, 0], aborted: [0, aborted, 0] };
    const repairs =
      states === LR
        ? [{ kind: 'live_repair', ds: 1, repaired: done, confirmed: 0, extent: done } as const]
        : [];
    const at = START + n * 5 * MINUTE + offMs;
    const picture: Picture = {
      at,
      until: at + 3000,
      sleds: new Map([['3/a', { seen, why: seen === 'whole' ? null : 'timeout', serial: null, cubby: 0 }]]),
      sessions: seen === 'nothing' ? [] : [{ who: whoOf(0, '3/a', 0), condition: states, counters, repairs }],
      mutes: [],
    };
    const clock = { boot: 'a', ms: n * 5 * MINUTE };
    const line = changesOf(life, picture, {
      host: 'here',
      command: 'check',
      windowMs: 3000,
      selection: 'all',
      clock,
    });
    applyRun(life, line);
    return line;
  });
  // eslint-disable-next-line typescript/require-await -- as a file gives them
  return await chronicleOf(
    (async function* () {
      yield* lines;
    })(),
  );
}

const WHO = { rack: '3', upstairsId: 'upstairs-0' };

describe('what a life has been through', () => {
  it('is told with how sure it is, and without what goes on', async () => {
    const before = [OK, ILL, OK, ILL].map((states) => ({ states }));
    const repair = [0, 300, 600].map((done) => ({ states: LR, done }));
    const kept = await chronicle([
      ...before,
      ...repair,
      { states: OK, completed: 1 },
      { states: ILL, completed: 1 },
    ]);
    const now = START + 45 * MINUTE;
    expect(pastText(kept, WHO, now)).toBe(
      'not well 2 times before in the 45m of the history; the last live repair took between 10m and 20m, over by 2026-11-01T00:35:00Z',
    );
    expect(pastText(kept, { ...WHO, upstairsId: 'another' }, now)).toBeNull();
    const [seen] = repairsOf(kept.sessions[0]!);
    expect(seen).toMatchObject({ result: 'completed', extents: 600, perSecond: 1 });
    expect(summaryRows(kept, { since: START, now })[1]).toMatchObject({
      upstairs: 1,
      not_well: 1,
      recovered: 0,
      lost: 3,
      flapping: 1,
      repairs: 1,
      repair_median_s: 900,
      not_seen: 0,
    });
  });

  it('knows a repair between two looks by its counter, and one that was aborted', async () => {
    const kept = await chronicle([
      { states: OK },
      { states: OK, completed: 1 },
      { states: LR, completed: 1 },
      { states: ILL, completed: 1, aborted: 1 },
    ]);
    const repairs = repairsOf(kept.sessions[0]!);
    expect(repairs.map(({ result, extents }) => [result, extents])).toEqual([
      ['completed', null],
      ['aborted', null],
    ]);
    expect(pastText(kept, WHO, START + 20 * MINUTE)).toContain('took at most 5m');
  });

  it('tells no age across a clock that was set, keeps the order of the runs, and no gap is health', async () => {
    const kept = await chronicle([
      { states: OK },
      { states: LR },
      { states: OK, seen: 'nothing', offMs: -86_400_000 },
      { states: LR, offMs: -86_400_000 },
      { states: OK, completed: 1, offMs: -86_400_000 },
    ]);
    expect(kept.clockSets.map(({ byMs }) => byMs)).toEqual([-86_400_000]);
    const [life] = kept.sessions;
    expect(life!.spans.map(({ condition, from }) => [condition, from.seq])).toEqual([
      [OK, 1],
      [LR, 2],
      [OK, 5],
    ]);
    expect(kept.gaps).toMatchObject([{ sled: '3/a', why: 'timeout', from: { seq: 2 }, to: { seq: 4 } }]);
    const rows = historyRows(eventsOf(kept.sessions, [], START - 2 * 86_400_000), kept);
    expect(rows.map(({ kind, seconds, note }) => [kind, seconds, note])).toContainEqual([
      'state',
      null,
      'a clock was set in between',
    ]);
    expect(pastText(kept, WHO, START)).toMatch(
      /^not well once before in .*; the last live repair was over by/,
    );
  });
});
