import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldSleds } from '../../src/model/sled-fold.ts';
import { selectSleds } from '../../src/inventory/select.ts';
import type { Selection } from '../../src/inventory/selection.ts';
import { FleetError } from '../../src/model/error.ts';
import { parse } from './support/fixtures.ts';

const inventory = parse(`version: 1
racks:
  - id: 3
    name: west
    labels: { site: lab }
    pattern: { cubbies: "0-9,14", host: "fd00:3:{cubby:x}::1", serial: "BRM422200{cubby+30}" }
    sleds: [{ cubby: 14, name: scrim, labels: { role: scrimlet } }]
  - id: 05
    name: east
    labels: { site: field }
    pattern: { cubbies: 0-3, host: "fd00:5:{cubby:x}::1", serial: "BRM44220{cubby:03}" }
    sleds: [{ name: spare1, host: s1 }, { name: spare2, host: s2 }, { serial: "00123456", host: s3 }]
  - { id: lab-a, sleds: [{ cubby: 31, host: l31, serial: Kxa }] }
`);

function selection(wanted: Partial<Selection>): Selection {
  return { racks: [], sleds: [], exclude: [], labels: [], ...wanted };
}

function select(wanted: Partial<Selection>): string {
  return foldSleds(selectSleds(inventory, selection(wanted)).targets.map(({ sled }) => sled));
}

function refusal(wanted: Partial<Selection>): string {
  try {
    select(wanted);
  } catch (error) {
    if (error instanceof FleetError && error.code === 'usage') return error.message;
    throw error;
  }
  throw new Error('the selection was taken');
}

const ALL = '3/[0-9,14] 05/[0-3] 05/00123456 05/spare[1-2] lab-a/31';

describe('--rack', () => {
  it.each([
    [['3'], '3/[0-9,14]'],
    [['03'], '3/[0-9,14]'],
    [['5'], '05/[0-3] 05/00123456 05/spare[1-2]'],
    [['3-5'], '3/[0-9,14] 05/[0-3] 05/00123456 05/spare[1-2]'],
    [['[3-5]'], '3/[0-9,14] 05/[0-3] 05/00123456 05/spare[1-2]'],
    [['WEST'], '3/[0-9,14]'],
    [['lab-*', '3'], '3/[0-9,14] lab-a/31'],
    [['3,lab-?'], '3/[0-9,14] lab-a/31'],
    [['*'], ALL],
    [['*st'], '3/[0-9,14] 05/[0-3] 05/00123456 05/spare[1-2]'],
    [[], ALL],
  ])('%j', (racks, expected) => {
    expect(select({ racks })).toBe(expected);
  });

  it.each([
    ['4', '--rack 4: matches no rack; there are 3 (west), 05 (east), lab-a'],
    ['weast', '--rack weast: matches no rack; did you mean east? there are 3 (west), 05 (east), lab-a'],
    ['5-3', '--rack 5-3: the range 5-3 runs backwards; there are 3 (west), 05 (east), lab-a'],
    ['[a-b]', '--rack [a-b]: brackets hold numbers and ranges'],
  ])('%s is refused though another matches', (term, expected) => {
    expect(refusal({ racks: ['3', term] })).toContain(expected);
  });
});

describe('--sled', () => {
  it.each([
    ['0', '3/0 05/0'],
    ['00', '3/0 05/0'],
    ['0,3,14-16', '3/[0,3,14] 05/[0,3]'],
    ['[0-1,14]', '3/[0-1,14] 05/[0-1]'],
    ['[00-01]', '3/[0-1] 05/[0-1]'],
    ['1[0-9]', '3/14'],
    ['BRM42220044', '3/14'],
    ['brm42220044', '3/14'],
    ['scrim', '3/14'],
    ['BRM4422*', '05/[0-3]'],
    ['BRM4422000?', '05/[0-3]'],
    ['BRM422200[30-32]', '3/[0-2]'],
    ['BRM4422[0001-0002]', '05/[1-2]'],
    ['BRM4422[1-2]', null],
    ['BRM4[2-4]2200[0-3][0-2]', '3/[0-2] 05/[0-2]'],
    ['3/BRM422200[30-32]', '3/[0-2]'],
    ['913-0000019:BRM42220030', '3/0'],
    ['913-0000019:14', null],
    ['3/913-0000019:BRM42220030', '3/0'],
    ['3/14', '3/14'],
    ['west/0-3', '3/[0-3]'],
    ['05/*', '05/[0-3] 05/00123456 05/spare[1-2]'],
    ['5/spare[1-2]', '05/spare[1-2]'],
    ['3-5/2', '3/2 05/2'],
    ['*/2', '3/2 05/2'],
    ['00123456', '05/00123456'],
    ['123456', null],
    ['*', ALL],
    ['lab-a/31 3/[0,2]', '3/[0,2] lab-a/31'],
    ['fd00:3:1::1', null],
    ['s1', null],
    ['spare.', null],
  ])('%s', (term, expected) => {
    if (expected === null) expect(refusal({ sleds: [term] })).toContain(`--sled ${term}: matches no sled`);
    else expect(select({ sleds: [term] })).toBe(expected);
  });

  it('reaches only into the selected racks, and says so', () => {
    expect(select({ racks: ['3'], sleds: ['0'] })).toBe('3/0');
    expect(refusal({ racks: ['3'], sleds: ['05/0'] })).toBe(
      '--sled 05/0: 05/0 is not in the racks that --rack names',
    );
    expect(refusal({ racks: ['3'], sleds: ['spare1'] })).toContain(
      '05/spare1 is not in the racks that --rack names',
    );
  });

  it.each([
    ['14-16', '--rack lab-a', '--sled 14-16: 3/14 is not in the racks'],
    ['32', '', '--sled 32: cubbies are 0 to 31'],
    ['30-40', '', '--sled 30-40: cubbies are 0 to 31'],
    ['9-3', '', '--sled 9-3: the range 9-3 runs backwards'],
    ['15', '', `--sled 15: matches no sled; there are ${ALL}`],
    ['scrin', '', '--sled scrin: matches no sled; did you mean scrim? there are'],
    ['BRM4222004', '', '--sled BRM4222004: matches no sled; did you mean BRM422200'],
    ['9/3', '', '--sled 9/3: matches no sled; there are'],
    ['3/spare1', '', '--sled 3/spare1: matches no sled; did you mean 05/spare1 or'],
    ['3/', '', 'on both sides of the "/" stands something'],
    ['/3', '', 'on both sides of the "/" stands something'],
    ['[0-3', '', '--sled [0-3: brackets hold numbers and ranges'],
    ['[0-99999999]', '', '--sled [0-99999999]: brackets hold numbers and ranges'],
    ['BRM[x]', '', '--sled BRM[x]: brackets hold numbers and ranges'],
  ])('%s %s is refused though another matches', (term, racks, expected) => {
    const wanted = racks === '' ? { sleds: ['0', term] } : { racks: ['lab-a'], sleds: ['31', term] };
    expect(refusal(wanted)).toContain(expected);
  });

  it('names all mistyped terms at once, a line each', () => {
    expect(refusal({ sleds: ['x1', '0,x2'], exclude: ['x3'], labels: ['x4'] }).split('\n')).toEqual([
      expect.stringMatching(/^--sled x1: /),
      expect.stringMatching(/^--sled x2: /),
      expect.stringMatching(/^--exclude x3: /),
      expect.stringMatching(/^--label x4: /),
    ]);
  });

  it.each(['racks', 'sleds', 'exclude', 'labels'] as const)('an empty list of %s is not all', (key) => {
    expect(refusal({ [key]: [''] })).toMatch(/found nothing after it; leave it out to mean all$/);
    expect(refusal({ [key]: [' , '] })).toMatch(/found nothing after it/);
  });
});

describe('--exclude', () => {
  it('takes away what the same terms would select', () => {
    expect(select({ racks: ['3'], sleds: ['0-3'], exclude: ['2', 'BRM42220030'] })).toBe('3/[1,3]');
    expect(select({ exclude: ['3/*', '05/spare*'] })).toBe('05/[0-3] 05/00123456 lab-a/31');
  });

  it('is refused where it matches nothing in the selected racks', () => {
    expect(refusal({ racks: ['05'], exclude: ['14'] })).toContain('--exclude 14: 3/14 is not in the racks');
    expect(refusal({ exclude: ['3/31'] })).toContain('--exclude 3/31: matches no sled');
  });

  it('may name a sled of a rack that is not selected, or one that is not among the selected sleds', () => {
    expect(select({ racks: ['05'], sleds: ['0'], exclude: ['3/14'] })).toBe('05/0');
    expect(select({ sleds: ['0'], exclude: ['scrim'] })).toBe('3/0 05/0');
  });

  it('must leave something', () => {
    expect(refusal({ racks: ['3'], sleds: ['1'], exclude: ['1'] })).toBe(
      'no sled is left of: rack 3, cubby 1, not 1; there are 3/[0-9,14]',
    );
  });
});

describe('--label', () => {
  it.each([
    [['role=scrimlet'], '3/14'],
    [['role'], '3/14'],
    [['site=lab', 'role!=scrimlet'], '3/[0-9]'],
    [['site!=lab,role!=scrimlet'], '05/[0-3] 05/00123456 05/spare[1-2] lab-a/31'],
  ])('%j must all hold', (labels, expected) => {
    expect(select({ labels })).toBe(expected);
  });

  it.each([
    [
      'rol=scrimlet',
      '--label rol=scrimlet: no sled has the label rol; did you mean role? there are the labels role, site',
    ],
    ['site=feld', '--label site=feld: no sled has site=feld; there are the values of site field, lab'],
    [
      'role!=scrimlt',
      '--label role!=scrimlt: no sled has role=scrimlt; there are the values of role scrimlet',
    ],
    ['=x', '--label =x: a label is key=value, key!=value or key'],
  ])('%s is refused', (label, expected) => {
    expect(refusal({ labels: [label] })).toBe(expected);
  });

  it('two that no sled has together leave nothing', () => {
    expect(refusal({ labels: ['site=field', 'role=scrimlet'] })).toMatch(
      /^no sled is left of: label role=scrimlet,site=field; /,
    );
  });
});

describe('the description', () => {
  it.each([
    [{}, 'all sleds'],
    [{ racks: ['3'] }, 'rack 3'],
    [{ racks: ['3'], sleds: ['3,0-2'], exclude: ['2'] }, 'rack 3, cubby 0-3, not 2'],
    [{ racks: ['west,5', '03'] }, 'rack 3,5,west'],
    [{ sleds: ['scrim', '14', 'BRM4*', '00123456'] }, 'cubby 14, sled 00123456,BRM4*,scrim'],
    [{ labels: ['site=lab', 'role'] }, 'label role,site=lab'],
  ])('of %j', (wanted, expected) => {
    expect(selectSleds(inventory, selection(wanted)).description).toBe(expected);
  });
});

const TERMS = [
  '0',
  '14',
  '0-3',
  '3/*',
  '05/2',
  'scrim',
  'BRM4422*',
  'spare[1-2]',
  '[7-9]',
  '913-0000019:BRM42220035',
];

describe('a selection', () => {
  it('does not depend on the order of its terms, nor on how they are split over options', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.constantFrom(...TERMS), { minLength: 1 })
          .chain((terms) =>
            fc.tuple(
              fc.constant(terms),
              fc.shuffledSubarray(terms, { minLength: terms.length }),
              fc.boolean(),
            ),
          ),
        ([terms, shuffled, joined]) => {
          const one = selectSleds(inventory, selection({ sleds: terms }));
          expect(
            selectSleds(inventory, selection({ sleds: joined ? [shuffled.join(',')] : shuffled })),
          ).toEqual(one);
        },
      ),
    );
  });

  it('does not depend on the order of the inventory', () => {
    const expected = selectSleds(inventory, selection({}));
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...inventory.targets], { minLength: inventory.targets.length }),
        fc.shuffledSubarray([...inventory.racks], { minLength: inventory.racks.length }),
        (targets, racks) => {
          expect(selectSleds({ ...inventory, targets, racks }, selection({}))).toEqual(expected);
        },
      ),
    );
  });

  it('is the union of what its terms select, and with an exclusion its complement', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...TERMS), { minLength: 1 }), (terms) => {
        const ids = (wanted: Partial<Selection>): readonly string[] =>
          selectSleds(inventory, selection(wanted)).targets.map(({ sled }) => sled.id);
        const chosen = new Set(ids({ sleds: terms }));
        expect(chosen).toEqual(new Set(terms.flatMap((term) => ids({ sleds: [term] }))));
        expect(new Set(ids({ exclude: terms }))).toEqual(
          new Set(inventory.targets.map(({ sled }) => sled.id).filter((id) => !chosen.has(id))),
        );
      }),
    );
  });
});
