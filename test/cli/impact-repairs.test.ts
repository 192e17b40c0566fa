import { describe, expect, it } from 'vitest';
import { repairOutlooks } from '../../src/cli/place/impact-repairs.ts';
import { createFactBase } from '../../src/facts/fact-base.ts';
import type { FactSet } from '../../src/facts/fact-set.ts';
import { placeOfRow } from '../../src/facts/join-rows.ts';
import type { KnownSleds } from '../../src/facts/join.ts';
import type { Chronicle } from '../../src/history/chronicle.ts';
import { emptyLife } from '../../src/history/life.ts';
import type { Moment } from '../../src/history/line.ts';
import { whoOf } from '../history/support/pictures.ts';

const look = (seq: number): Moment => ({ seq, at: seq * 300_000 });
const who = whoOf(1, '3/a', 0);
const SLED = { id: '3/a', rack: who.rack, name: 'a', serial: 'a', cubby: 0, labels: {}, host: '-' };

const sample = (seq: number, repaired: number) =>
  ({ id: 1, at: look(seq), kind: 'live_repair', ds: 1, repaired, confirmed: 10, extent: null }) as const;

/** Under repair since look 3: 300 extents in each five minutes. */
const chronicle: Chronicle = {
  sessions: [
    {
      id: 1,
      who,
      spans: [
        { condition: 'active active active', from: look(1), before: null, last: look(2) },
        { condition: 'active live_repair active', from: look(3), before: look(2), last: look(5) },
      ],
      ended: null,
      growths: [],
      samples: [sample(3, 0), sample(4, 300), sample(5, 600)],
      counters: { completed: [0, 0, 0], aborted: [0, 0, 0], extents: [0, 610, 0] },
    },
  ],
  gaps: [],
  clockSets: [],
  runs: 5,
  first: look(1),
  last: look(5),
  damaged: 0,
  life: emptyLife(),
};

const row = {
  zone: who.zone,
  pid: who.pid,
  upstairs_id: who.upstairsId,
  session_id: who.sessionId,
  ds0: 'active',
  ds1: 'live_repair',
  ds2: 'active',
  extents_repaired_1: 900,
  extents_confirmed_1: 10,
  live_repair_completed_1: 0,
  live_repair_aborted_1: 0,
  extent_under_repair: 910,
  note: null,
};

const DISK: FactSet = {
  source: 'disks-info',
  label: 'disk.txt',
  asOf: 0,
  isFileTime: false,
  isNow: false,
  issues: [],
  facts: [
    {
      kind: 'upstairs',
      id: who.upstairsId ?? '',
      disk: null,
      isParent: false,
      extents: 1810,
      generation: null,
      targets: [null, null, null],
      session: null,
      regions: [null, null, null],
      states: [null, null, null],
      replaced: null,
    },
  ],
};

const SLEDS: KnownSleds = {
  cubbies: new Map(),
  inventory: { source: 'inventory', label: 'i', asOf: null, isFileTime: false, isNow: true },
  notReached: new Set(),
  wereAsked: true,
};

const outlooks = (history: Chronicle | null, sets: readonly FactSet[]) =>
  repairOutlooks(row, SLED, {
    chronicle: history,
    placeOf: (asked) => placeOfRow(createFactBase(sets), asked, SLEDS, look(6).at),
    at: look(6).at,
  });

describe('how long a repair still takes', () => {
  it('is by the extents that facts know, at the rate that the history saw', () => {
    // 900 of 1810 are left, at one a second.
    expect(outlooks(chronicle, [DISK])).toEqual([
      { downstairs: 1, eta: '14m to 16m', least: expect.any(Number), most: expect.any(Number) },
    ]);
  });

  it.each([
    ['the number of extents', chronicle, []],
    ['a rate', null, [DISK]],
  ] as const)('is not known without %s', (_, history, sets) => {
    expect(outlooks(history, sets)).toEqual([{ downstairs: 1, eta: null, least: null, most: null }]);
  });
});
