import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupDistributions } from '../../src/distribution/distribution-group.ts';
import { sectionsOf } from '../../src/distribution/distribution-section.ts';
import { totalCount, type Distribution } from '../../src/model/histogram.ts';
import { onSled, quantize } from '../support/distributions.ts';

/** Two sleds, three processes (one PID on both sleds), two types. */
const FLEET: readonly Distribution[] = [
  onSled(14, { zone: 'z1', pid: 100, type: 'read' }, quantize({ 1024: 1 })),
  onSled(14, { zone: 'z1', pid: 100, type: 'write' }, quantize({ 1024: 2 })),
  onSled(14, { zone: 'z2', pid: 200, type: 'read' }, quantize({ 1024: 4 })),
  onSled(9, { zone: 'z1', pid: 100, type: 'read' }, quantize({ 1024: 8 })),
];

function counts(distributions: readonly Distribution[], ...by: readonly string[]): readonly string[] {
  return groupDistributions(distributions, by).groups.map(
    ({ keys, histogram }) =>
      `${Object.entries(keys)
        .filter(([name]) => name !== 'serial' && name !== 'sled')
        .map(([, cell]) => cell ?? '-')
        .join(' ')}: ${totalCount(histogram)}`,
  );
}

describe('groupDistributions', () => {
  it('sums all sleds and processes, each type apart, where nothing is asked for', () => {
    expect(counts(FLEET)).toEqual(['read: 13', 'write: 2']);
    expect(counts(FLEET, 'type')).toEqual(['read: 13', 'write: 2']);
    expect(counts(FLEET, 'fleet', 'type')).toEqual(['read: 13', 'write: 2']);
  });

  it('adds the types where the whole fleet is asked for', () => {
    expect(counts(FLEET, 'fleet')).toEqual([': 15']);
    expect(counts(FLEET, 'fleet', 'sled')).toEqual(['3 9: 8', '3 14: 7']);
  });

  it('groups by sled and type, sleds in the order of their cubbies', () => {
    expect(counts(FLEET, 'sled')).toEqual(['read 3 9: 8', 'read 3 14: 5', 'write 3 14: 2']);
    expect(counts(FLEET, 'rack')).toEqual(['read 3: 13', 'write 3: 2']);
  });

  it('keeps equal PIDs and zones of two sleds apart', () => {
    expect(counts(FLEET, 'pid')).toEqual([
      'read 3 9 z1 100: 8',
      'read 3 14 z1 100: 1',
      'read 3 14 z2 200: 4',
      'write 3 14 z1 100: 2',
    ]);
    expect(counts(FLEET, 'zone')).toHaveLength(4);
  });

  it('groups by client and by volume across sleds', () => {
    const clients = [0, 1, 2].flatMap((client) => [
      onSled(1, { pid: 1, type: 'read', client }, quantize({ 1: 1 })),
      onSled(2, { pid: 2, type: 'read', client }, quantize({ 1: 10 })),
    ]);
    expect(counts(clients, 'client')).toEqual(['read 0: 11', 'read 1: 11', 'read 2: 11']);
    expect(counts(clients)).toEqual(['read: 33']);
    const volumes = ['b', 'a'].map((volume) =>
      onSled(1, { pid: 1, type: 'read', volume }, quantize({ 1: 1 })),
    );
    expect(counts(volumes, 'volume')).toEqual(['read a: 1', 'read b: 1']);
  });

  it('never adds the parts of one IO, nor what it does not know the meaning of', () => {
    const parts = ['received', 'os', 'done'].map((part) =>
      onSled(1, { type: 'read', part }, quantize({ 1: 1 })),
    );
    expect(counts(parts, 'fleet')).toEqual(['done: 1', 'os: 1', 'received: 1']);
    const mine = ['bytes', 'ns'].map((name) => onSled(1, { aggregation: name }, quantize({ 1: 1 })));
    expect(counts(mine, 'fleet')).toEqual(['bytes: 1', 'ns: 1']);
  });

  it('says which keys no distribution has', () => {
    const grouping = groupDistributions(FLEET, ['client', 'sled', 'constructor']);
    expect(grouping.absentNames).toEqual(['client', 'constructor']);
    expect(groupDistributions(FLEET, ['fleet']).absentNames).toEqual([]);
  });

  it('names the sleds of a group and counts its parts', () => {
    const [read] = groupDistributions(FLEET, []).groups;
    expect(read).toMatchObject({ parts: 3, sleds: ['3/BRM42220009', '3/BRM42220014'] });
  });

  it('shows what cannot be added side by side, and says so', () => {
    const old = { shape: 'lquantize 0..100/10', buckets: [{ low: 0n, high: 9n, count: 7n }] };
    const mixed = [...FLEET, onSled(20, { type: 'read' }, old)];
    for (const order of [mixed, [...mixed].reverse()]) {
      const grouping = groupDistributions(order, []);
      expect(grouping.groups.map(({ histogram }) => [histogram.shape, totalCount(histogram)])).toEqual([
        ['lquantize 0..100/10', 7n],
        ['quantize', 13n],
        ['quantize', 2n],
      ]);
      expect(grouping.issues).toEqual([
        {
          code: 'contradiction',
          message:
            'distributions of 3/BRM42220009, 3/BRM42220014, 3/BRM42220020 were not added, 2 are shown: ' +
            'buckets of different shapes: lquantize 0..100/10, quantize',
        },
      ]);
    }
  });

  it('loses no count, whatever the grouping', () => {
    const distribution = fc
      .record({
        cubby: fc.integer({ min: 0, max: 3 }),
        pid: fc.integer({ min: 1, max: 3 }),
        type: fc.constantFrom('read', 'write', null),
        client: fc.option(fc.integer({ min: 0, max: 2 })),
        count: fc.bigInt({ min: 0n, max: 1n << 60n }),
        linear: fc.boolean(),
      })
      .map(({ cubby, count, linear, ...keys }) =>
        onSled(cubby, keys, linear ? { ...quantize({ 1: count }), shape: 'mine' } : quantize({ 1: count })),
      );
    const words = fc.subarray([
      'fleet',
      'rack',
      'sled',
      'zone',
      'pid',
      'client',
      'volume',
      'type',
      'part',
      'x',
    ]);
    fc.assert(
      fc.property(fc.array(distribution, { maxLength: 20 }), words, (distributions, by) => {
        const sum = (all: readonly Pick<Distribution, 'histogram'>[]) =>
          all.reduce((total, each) => total + totalCount(each.histogram), 0n);
        const grouping = groupDistributions(distributions, by);
        expect(sum(grouping.groups)).toBe(sum(distributions));
        expect(grouping.groups.reduce((n, group) => n + group.parts, 0)).toBe(distributions.length);
        const ids = grouping.groups.map((group) => JSON.stringify([group.keys, group.histogram.shape]));
        expect(new Set(ids).size).toBe(ids.length);
        const reversed = groupDistributions([...distributions].reverse(), by);
        expect(reversed.groups).toEqual(grouping.groups);
        expect(sectionsOf(grouping).flatMap((section) => section.groups)).toHaveLength(
          grouping.groups.length,
        );
        expect(sum(sectionsOf(grouping).map(({ sum: histogram }) => ({ histogram })))).toBe(
          sum(distributions),
        );
      }),
    );
  });
});
