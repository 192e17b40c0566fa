import { describe, expect, it } from 'vitest';
import type { Chronicle, SessionLife } from '../../src/history/chronicle.ts';
import { emptyLife } from '../../src/history/life.ts';
import type { Moment } from '../../src/history/line.ts';
import { extentsOf, pastOf, type RepairNow } from '../../src/history/repair-past.ts';
import { whoOf } from './support/pictures.ts';

const look = (seq: number): Moment => ({ seq, at: seq * 300_000 });

const who = whoOf(1, '3/a', 0);

const sample = (seq: number, repaired: number) =>
  ({ id: 1, at: look(seq), kind: 'live_repair', ds: 1, repaired, confirmed: 10, extent: null }) as const;

/** Well until look 2, then under repair. */
const session: SessionLife = {
  id: 1,
  who,
  spans: [
    { condition: 'active active active', from: look(1), before: null, last: look(2) },
    { condition: 'active live_repair active', from: look(3), before: look(2), last: look(5) },
  ],
  ended: null,
  growths: [],
  samples: [sample(3, 0), sample(4, 300), sample(5, 600)],
  counters: { completed: [0, 0, 2], aborted: [0, 0, 0], extents: [0, 610, 2000] },
};

const chronicle = (change: Partial<Chronicle> = {}): Chronicle => ({
  sessions: [session],
  gaps: [],
  clockSets: [],
  runs: 5,
  first: look(1),
  last: look(5),
  damaged: 0,
  life: emptyLife(),
  ...change,
});

const repair: RepairNow = {
  who,
  kind: 'live_repair',
  downstairs: 1,
  repairsBefore: 0,
  done: 910,
  at: look(6).at,
};

const none = { seenFrom: null, notBefore: null, pace: null, stillSeconds: null };

describe('what the history knows of a repair', () => {
  it('is since when it runs, how far it got since, and that it moves', () => {
    expect(pastOf(chronicle(), repair)).toEqual({
      seenFrom: look(3),
      notBefore: look(2),
      pace: { moved: 900, seconds: 900 },
      stillSeconds: null,
    });
  });

  it('is for how long it stands still', () => {
    expect(pastOf(chronicle(), { ...repair, done: 610 })).toMatchObject({
      pace: { moved: 600, seconds: 900 },
      stillSeconds: 300,
    });
  });

  it('is nothing of another repair of the same downstairs, another session, or where that is not known', () => {
    expect(pastOf(chronicle(), { ...repair, repairsBefore: 1 })).toEqual(none);
    expect(pastOf(chronicle(), { ...repair, repairsBefore: null })).toEqual(none);
    expect(pastOf(chronicle(), { ...repair, who: whoOf(1, '3/b', 0) })).toEqual(none);
    expect(pastOf(chronicle({ sessions: [{ ...session, counters: {} }] }), repair)).toEqual(none);
  });

  it('has no pace over a clock that was set', () => {
    const clockSets = [{ at: look(4), host: 'a', byMs: 60_000 }];
    expect(pastOf(chronicle({ clockSets }), repair)).toMatchObject({ pace: null, seenFrom: look(3) });
  });
});

describe('the extents of an upstairs', () => {
  it('are those that its completed repairs went over, in whichever session', () => {
    expect(extentsOf(chronicle(), who)).toBe(1000);
    expect(extentsOf(chronicle(), { ...whoOf(1, '3/c', 1), rack: '3' })).toBe(1000);
    expect(extentsOf(chronicle(), whoOf(2, '3/a', 0))).toBeNull();
  });

  it('are not known where repairs contradict each other', () => {
    const other = { ...session, counters: { ...session.counters, extents: [0, 0, 1800] as const } };
    expect(extentsOf(chronicle({ sessions: [session, other] }), who)).toBeNull();
  });
});
