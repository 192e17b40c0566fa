import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naturally } from '../../src/model/sled-order.ts';
import { runs } from '../support/sized.ts';

const collator = new Intl.Collator('en', { numeric: true });

describe('naturally', () => {
  it.each([
    [
      ['rack10', 'rack9'],
      ['rack9', 'rack10'],
    ],
    [
      ['BRM42220010', 'BRM4222009'],
      ['BRM4222009', 'BRM42220010'],
    ],
    [
      ['c', '3', '10', '03'],
      ['03', '3', '10', 'c'],
    ],
    [
      ['b', 'A', 'a', 'B'],
      ['a', 'A', 'b', 'B'],
    ],
    [
      ['é', 'f', 'e'],
      ['e', 'é', 'f'],
    ],
  ])('sorts %j as %j', (names, sorted) => {
    expect(names.toSorted(naturally)).toEqual(sorted);
  });

  it.each(['0123456789ABCXYZ', '0012aaz', '//01AB', 'aAbB01-_./ é'])(
    'orders texts of %j as a collator does',
    (letters) => {
      const text = fc.string({ unit: fc.constantFrom(...letters.split('')), maxLength: 9 });
      fc.assert(
        fc.property(text, text, (a, b) => {
          const order = collator.compare(a, b);
          if (order !== 0) expect(Math.sign(naturally(a, b))).toBe(order);
          expect(naturally(a, b) === 0).toBe(a === b);
        }),
        runs(200, 5000),
      );
    },
  );
});
