import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldSleds } from '../../src/model/sled-fold.ts';
import { bySled } from '../../src/model/sled-order.ts';
import { selectSleds } from '../../src/inventory/select.ts';
import type { Sled } from '../../src/model/sled.ts';
import { runs } from '../support/sized.ts';
import { inventoryOf, sledWith } from '../inventory/support/fixtures.ts';

const named = (rack: string, ...names: readonly string[]): readonly Sled[] =>
  names.map((name) => sledWith({ rack, name }));
const inCubbies = (rack: string, ...cubbies: readonly number[]): readonly Sled[] =>
  cubbies.map((cubby) => sledWith({ rack, name: `sled${cubby}`, cubby }));

describe('folded sleds', () => {
  it.each([
    [[], ''],
    [inCubbies('3', 14), '3/14'],
    [inCubbies('3', 31, 16, 0, 1, 2), '3/[0-2,16,31]'],
    [[...inCubbies('10', 0), ...inCubbies('9', 1, 0)], '9/[0-1] 10/0'],
    [named('3', 'spare'), '3/spare'],
    [named('3', 'b10', 'b8', 'b9', 'b12'), '3/b[8-10,12]'],
    [named('3', 'b08', 'b09', 'b10', 'b8'), '3/b[8,08-10]'],
    [named('3', 'b', 'b1', 'b2'), '3/b 3/b[1-2]'],
    [named('3', 'BRM42220030', 'BRM42220031'), '3/BRM[42220030-42220031]'],
    [[...named('3', 'x'), ...inCubbies('3', 1, 2)], '3/[1-2] 3/x'],
  ] as const)('%#', (sleds, expected) => {
    expect(foldSleds(sleds)).toBe(expected);
  });
});

const rackId = fc.constantFrom('1', '2', '03', '10', 'a', 'a.b', 'West_1');
const name = fc
  .tuple(
    fc.constantFrom('', 'b', 'BRM4222', 'x-1', 'y.'),
    fc.constantFrom('0', '9', '10', '099', '0100', '123456789012', 'c'),
  )
  .map(([stem, end]) => (stem + end).padStart(3, 'z'));

/** Inventories that the parser could have made: names and cubbies once a rack, serials that are no sled's name. */
const fleet = fc
  .uniqueArray(fc.record({ rack: rackId, cubby: fc.option(fc.integer({ min: 0, max: 31 })), name }), {
    minLength: 1,
    maxLength: 60,
    selector: (sled) => `${sled.rack}/${sled.name}`,
  })
  .map((entries) => {
    const taken = new Set<string>();
    return entries.map(({ rack, cubby, name }, i) => {
      const free = cubby !== null && !taken.has(`${rack}/${cubby}`);
      taken.add(`${rack}/${cubby}`);
      return sledWith({ rack, name, cubby: free ? cubby : null, serial: `SER${i}N` });
    });
  });

describe('of any inventory', () => {
  it('folding some sleds and selecting the text gives the same sleds', () => {
    fc.assert(
      fc.property(
        fleet.chain((sleds) => fc.tuple(fc.constant(sleds), fc.shuffledSubarray(sleds, { minLength: 1 }))),
        ([sleds, some]) => {
          const selected = selectSleds(inventoryOf(sleds), {
            racks: [],
            sleds: [foldSleds(some)],
            exclude: [],
            labels: [],
          });
          expect(selected.targets.map(({ sled }) => sled)).toEqual([...some].sort(bySled));
        },
      ),
      runs(100, 3000),
    );
  });

  it('the text does not depend on the order of the sleds', () => {
    fc.assert(
      fc.property(
        fleet.chain((sleds) =>
          fc.tuple(fc.constant(sleds), fc.shuffledSubarray(sleds, { minLength: sleds.length })),
        ),
        ([sleds, shuffled]) => {
          expect(foldSleds(shuffled)).toBe(foldSleds(sleds));
        },
      ),
    );
  });
});
