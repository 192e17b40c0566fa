import { describe, expect, it } from 'vitest';
import { groupDistributions } from '../../src/distribution/distribution-group.ts';
import type { Row } from '../../src/model/column.ts';
import { totalCount } from '../../src/model/histogram.ts';
import { UNKNOWN_HABITS, type PrintHabits } from '../../src/parse/print-habits.ts';
import { settlePrints, type PrintedHistogram } from '../../src/parse/repeated-prints.ts';
import { quantize } from '../support/distributions.ts';

/** Of a script with one aggregation. */
const ONE: PrintHabits = { ...UNKNOWN_HABITS, sharing: 1, jointly: false, withNumbers: [], keys: [1] };
const TWO: PrintHabits = { ...ONE, sharing: 2 };

type Counts = Readonly<Record<string, number>>;

function print(
  key: string,
  counts: Counts,
  change: Partial<PrintedHistogram['place']> = {},
): PrintedHistogram {
  return {
    keys: { key_1: key },
    histogram: quantize(counts),
    isQuotient: false,
    isCut: false,
    place: { title: null, record: null, joint: null, isUnclear: false, ...change },
  };
}

/** Keys and totals after everything that is to be added was added. */
function settled(printed: readonly PrintedHistogram[], habits: PrintHabits) {
  const { distributions, notes, issues } = settlePrints(printed, habits);
  const { groups } = groupDistributions(distributions, []);
  const known = ({ key_1, print, aggregation, title, place }: Row) =>
    [key_1, print, aggregation, title, place].filter((cell) => cell !== undefined && cell !== null);
  return {
    totals: groups.map(({ keys, histogram }) => [...known(keys), Number(totalCount(histogram))]),
    notes: notes.join('; '),
    issues: issues.map(({ message }) => message).join('; '),
  };
}

const GROWING = [print('a', { 512: 60 }), print('a', { 512: 120 }), print('a', { 512: 120, 1024: 60 })];

describe('prints of one aggregation', () => {
  it('that is never emptied count by the last', () => {
    const { totals, notes, issues } = settled(GROWING, { ...ONE, resets: 'never' });
    expect(totals).toEqual([['a', 180]]);
    expect(notes).toMatch(/never empties them: the last of each is taken/);
    expect(issues).toBe('');
  });

  it('that is emptied with each print are added, be they equal or greater each time', () => {
    const equal = [print('a', { 512: 20 }), print('a', { 512: 20 }), print('a', { 512: 30 })];
    expect(settled(equal, { ...ONE, resets: 'each_print' })).toEqual({
      totals: [['a', 70]],
      notes: '',
      issues: '',
    });
  });

  it('of which nothing is known count by the last where they only grow', () => {
    const { totals, notes } = settled(GROWING, ONE);
    expect(totals).toEqual([['a', 180]]);
    expect(notes).toMatch(/3 times, each holding the one before/);
  });

  it('of which nothing is known are added where they only fall', () => {
    const { totals, notes } = settled([print('a', { 512: 9 }), print('a', { 512: 5, 1024: 1 })], ONE);
    expect(totals).toEqual([['a', 15]]);
    expect(notes).toMatch(/2 times with counts that fall: all are added/);
  });

  it('that grow and fall are each shown alone: a sum may hold samples twice', () => {
    const { totals, issues } = settled(
      [3, 9, 5].map((count) => print('a', { 512: count })),
      ONE,
    );
    expect(totals).toEqual([
      ['a', 1, 3],
      ['a', 2, 9],
      ['a', 3, 5],
    ]);
    expect(issues).toMatch(/counts that grow and fall/);
  });

  it('are each shown alone where they grow, but others of the same aggregation were emptied meanwhile', () => {
    const printed = [print('a', { 8: 9 }), print('b', { 8: 1 }), print('a', { 8: 2 }), print('b', { 8: 3 })];
    expect(settled(printed, ONE).totals).toEqual([
      ['a', 11],
      ['b', 1, 1],
      ['b', 2, 3],
    ]);
  });

  it('are the same either way where those before are empty', () => {
    const printed = [print('a', {}), print('a', {}), print('a', { 8: 3 })];
    expect(settled(printed, ONE)).toMatchObject({ totals: [['a', 3]], issues: '' });
  });

  it('that a script never empties and that fall contradict it', () => {
    const { totals, issues } = settled([print('a', { 8: 9 }), print('a', { 8: 2 })], {
      ...ONE,
      resets: 'never',
    });
    expect(totals).toEqual([
      ['a', 1, 9],
      ['a', 2, 2],
    ]);
    expect(issues).not.toBe('');
  });

  it('count by the last whole one where the last is cut', () => {
    const printed = [...GROWING, { ...print('a', { 512: 130 }), isCut: true }];
    expect(settled(printed, { ...ONE, resets: 'never' })).toMatchObject({ totals: [['a', 180]], issues: '' });
  });

  it('with keys that come later are each the last of their own', () => {
    const printed = [print('a', { 8: 1 }), print('a', { 8: 2 }), print('b', { 8: 7 }), print('a', { 8: 2 })];
    expect(settled(printed, { ...ONE, resets: 'never' }).totals).toEqual([
      ['a', 2],
      ['b', 7],
    ]);
  });

  it('that are quotients are never added', () => {
    const printed = [print('a', { 8: 3 }), print('a', { 8: 2 })];
    const normal = { ...ONE, normalizes: true };
    expect(settled(printed, { ...normal, resets: 'each_print' })).toMatchObject({
      totals: [
        ['a', 1, 3],
        ['a', 2, 2],
      ],
      notes: expect.stringMatching(/quotients do not add/),
    });
    // A growing divisor makes them fall, and the last still holds all.
    expect(settled(printed, { ...normal, resets: 'never' })).toMatchObject({
      totals: [['a', 2]],
      issues: '',
    });
  });
});

describe('prints of equal keys that may be of two aggregations', () => {
  it('are each shown alone, and a key for each is advised', () => {
    const { totals, issues } = settled(GROWING, { ...TWO, resets: 'never' });
    expect(totals).toEqual([
      ['a', 1, 60],
      ['a', 2, 120],
      ['a', 3, 180],
    ]);
    expect(issues).toMatch(
      /3 times with equal keys, perhaps by several aggregations.*give each aggregation a key/,
    );
  });

  it('are told apart by their order where each is printed once', () => {
    const printed = [print('a', { 8: 5 }), print('b', { 8: 1 }), print('a', { 8: 7 })];
    expect(settled(printed, { ...TWO, once: true })).toEqual({
      totals: [
        ['a', '1 of 2', 5],
        ['a', '2 of 2', 7],
        ['b', 1],
      ],
      notes: '',
      issues: '',
    });
  });

  it('are not told apart by their order where some of those that may have the keys are not there', () => {
    const printed = [print('a', { 8: 5 }), print('a', { 8: 7 })];
    const { totals, issues } = settled(printed, { ...TWO, sharing: 3, once: true });
    expect(totals).toEqual([
      ['a', 1, 5],
      ['a', 2, 7],
    ]);
    expect(issues).not.toBe('');
  });

  it('are told apart by their order in a record, and then by what the script empties', () => {
    const printed = [1, 2].flatMap((record) => [
      print('a', { 8: record }, { record }),
      print('a', { 1024: 10 * record }, { record }),
    ]);
    const habits: PrintHabits = { ...TWO, inOneClause: true };
    expect(settled(printed, { ...habits, resets: 'never' }).totals).toEqual([
      ['a', '1 of 2', 2],
      ['a', '2 of 2', 20],
    ]);
    expect(settled(printed, { ...habits, resets: 'each_print' }).totals).toEqual([
      ['a', '1 of 2', 3],
      ['a', '2 of 2', 30],
    ]);
    // One of the two had no such key in the first record: which, nothing tells.
    expect(settled(printed.slice(1), { ...habits, resets: 'never' }).issues).not.toBe('');
  });

  it('are told apart by their titles, whose dates and times are passed over', () => {
    const printed = [1, 2].flatMap((n) => [
      print('a', { 8: n }, { title: `2026 Nov 26 12:00:0${n} reads` }),
      print('a', { 8: 10 * n }, { title: `2026 Nov 26 12:00:0${n} writes` }),
    ]);
    expect(settled(printed, { ...TWO, titled: true, resets: 'never' }).totals).toEqual([
      ['a', '2026 Nov 26 12:00:01 reads', 2],
      ['a', '2026 Nov 26 12:00:01 writes', 20],
    ]);
  });

  it('are not told apart by titles that they do not have, as those that dtrace prints of its own accord', () => {
    const printed = [print('a', { 8: 1 }, { title: 'reads' }), print('a', { 8: 2 }), print('a', { 8: 4 })];
    const { totals, issues } = settled(printed, { ...TWO, titled: true, resets: 'never' });
    expect(totals).toEqual([
      ['a', 1, 2],
      ['a', 2, 4],
      ['a', 'reads', 1],
    ]);
    expect(issues).not.toBe('');
  });

  it('are told apart by their place under one line of keys', () => {
    const printed = [1, 2].flatMap((n) => [
      print('a', { 8: n }, { joint: '1 of 2' }),
      print('a', { 1024: 10 * n }, { joint: '2 of 2' }),
    ]);
    expect(settled(printed, { ...TWO, jointly: true, resets: 'never' }).totals).toEqual([
      ['a', '1 of 2', 2],
      ['a', '2 of 2', 20],
    ]);
  });

  it('in a place under one line of keys are none of those that another printa shows in that order', () => {
    const printed = [
      print('a', { 8: 3 }, { record: 1 }),
      print('a', { 8: 3 }, { record: 1, joint: '1 of 2' }),
      print('a', { 1024: 5 }, { record: 1, joint: '2 of 2' }),
      print('a', { 1024: 5 }, { record: 1 }),
    ];
    const habits: PrintHabits = { ...TWO, jointly: true, inOneClause: true, resets: 'each_print' };
    expect(settled(printed, habits).totals).toEqual([
      ['a', '1 of 2', 3],
      ['a', '2 of 2', 5],
      ['a', '1 of 2', 3],
      ['a', '2 of 2', 5],
    ]);
  });

  it('of a script that nobody knows are never added, and never taken for one that falls', () => {
    const { totals, issues } = settled([print('a', { 8: 9 }), print('a', { 8: 5 })], UNKNOWN_HABITS);
    expect(totals).toEqual([
      ['a', 1, 9],
      ['a', 2, 5],
    ]);
    expect(issues).not.toBe('');
  });
});

it('a key of the script keeps its name beside those that tell prints apart', () => {
  const named = [3, 9, 5].map((count) => ({ ...print('a', { 8: count }), keys: { print: 'x' } }));
  const { distributions } = settlePrints(named, ONE);
  expect(distributions.map(({ keys }) => keys)).toEqual([1, 2, 3].map((n) => ({ print: 'x', print_: n })));
});
