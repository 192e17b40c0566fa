import { expect, it } from 'vitest';
import { applyRun, emptyLife } from '../../src/history/life.ts';
import { chronicleOf } from '../../src/history/chronicle.ts';
import type { Line } from '../../src/history/line.ts';
import type { Counters, Picture, RepairSight } from '../../src/history/picture.ts';
import { repairsOf } from '../../src/history/repairs.ts';
import { changesOf } from '../../src/history/run-changes.ts';
import { whoOf } from './support/pictures.ts';

const FACTS = { host: 'here', command: 'check', windowMs: 3000, selection: 'rack 3', clock: null };

/** A look at one session each minute: its states, its counters, how far its repair is. */
async function repairsSeen(
  looks: readonly {
    readonly states: string;
    readonly counters?: Counters;
    readonly repair?: RepairSight;
    readonly seconds?: number;
  }[],
) {
  const life = emptyLife();
  const lines: Line[] = [];
  let at = Date.parse('2026-11-01T00:00:00Z');
  for (const { states, counters = {}, repair, seconds = 60 } of looks) {
    const session = { who: whoOf(0, '3/a', 0), condition: states, counters, repairs: repair ? [repair] : [] };
    const sleds = new Map([['3/a', { seen: 'whole', why: null, serial: null, cubby: 0 } as const]]);
    const picture: Picture = { at, until: at + 3000, sleds, sessions: [session], mutes: [] };
    const line = changesOf(life, picture, FACTS);
    applyRun(life, line);
    lines.push(line);
    at += seconds * 1000;
  }
  async function* read() {
    yield* lines;
  }
  const [session] = (await chronicleOf(read())).sessions;
  return repairsOf(session!).map(({ kind, from, last, to, result, extents, perSecond }) => {
    return [kind, from.seq, last.seq, to?.seq ?? null, result, extents, perSecond];
  });
}

const live = (extents: number, aborted: number, completed = 0) => ({
  states: 'active live_repair active',
  counters: {
    aborted: [aborted, aborted, aborted],
    completed: [0, completed, 0],
    extents: [0, extents, 0],
  } as const,
  repair: { kind: 'live_repair', ds: 1, repaired: extents, confirmed: 0, extent: null } as const,
});

it('tells two repairs apart where one was aborted, and the next had begun, between two looks', async () => {
  const looks = [live(100, 0), live(400, 0), live(450, 1), live(750, 1)];
  expect(await repairsSeen(looks)).toEqual([
    ['live_repair', 1, 2, 3, 'aborted', 300, 5],
    ['live_repair', 3, 4, null, 'under_way', 300, 5],
  ]);
  expect((await repairsSeen([live(100, 0), live(400, 0), live(450, 0, 1)])).map((each) => each[4])).toEqual([
    'completed',
    'under_way',
  ]);
  // Another one began and was over in between: how the first ended is not known.
  expect((await repairsSeen([live(100, 0), live(400, 1, 1)])).map((each) => each[4])).toEqual([
    'ended',
    'under_way',
  ]);
});

it('tells reconciliation in extents, four tasks each', async () => {
  const reconcile = (done: number) => ({
    states: 'reconcile reconcile reconcile',
    repair: { kind: 'reconcile', done, needed: 1000 - done } as const,
  });
  expect(await repairsSeen([reconcile(10), reconcile(490), { states: 'active active active' }])).toEqual([
    ['reconcile', 1, 2, 3, 'completed', 120, 2],
  ]);
});

it('tells no rate of two looks that are near, since a report may be a second old', async () => {
  expect(await repairsSeen([{ ...live(100, 0), seconds: 10 }, live(160, 0)])).toEqual([
    ['live_repair', 1, 2, null, 'under_way', 60, null],
  ]);
});
