import { expect, it } from 'vitest';
import { describeInventory } from '../../src/inventory/describe.ts';
import { makeTarget } from '../support/sleds.ts';

it('looks at each sled a number of times that does not grow with the number of racks', () => {
  const looksPerSled = (count: number): number => {
    let looks = 0;
    const targets = Array.from({ length: count }, (_, n) => {
      const target = makeTarget(n % 32);
      const sled = { ...target.sled, id: `${n}/x`, rack: String(n) };
      return Object.defineProperty({ ...target }, 'sled', {
        get() {
          looks++;
          return sled;
        },
      });
    });
    const racks = targets.map((_, n) => ({ id: String(n), name: null, labels: {}, gateways: [] }));
    const { racks: described } = describeInventory({ file: 'f', racks, targets, check: null });
    expect(described.every(({ sleds }) => sleds === 1)).toBe(true);
    return looks / count;
  };
  expect(looksPerSled(400)).toBe(looksPerSled(4));
});
