import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinSources, type JoinSource } from '../../src/import/join.ts';
import type { SeenSled } from '../../src/import/seen-sled.ts';
import { runs } from '../support/sized.ts';
import { importInto, seen, underlay } from './support.ts';

const OPTIONS = { rack: '3', racksByUuid: new Map<string, string>(), choices: new Map<string, string>() };

const source = (label: string, ...sleds: readonly Partial<SeenSled>[]): JoinSource => ({
  label,
  sleds: sleds.map(seen),
});

/** What was joined, in a line each. */
function lines(sources: readonly JoinSource[], options: Partial<typeof OPTIONS> = {}): readonly string[] {
  const { sleds, contradictions, leftOut } = joinSources(sources, { ...OPTIONS, ...options });
  return [
    ...sleds.map(({ serial, rack, cubby, host, name }) =>
      [rack?.value, cubby?.value ?? '-', serial?.value ?? name, host?.value ?? '-'].join(' '),
    ),
    ...contradictions.map(
      ({ id, claims }) =>
        `${id}: ${claims.map(({ value, from }) => `${value} (${from.join(', ')})`).join(' or ')}`,
    ),
    ...leftOut,
  ];
}

const A = 'BRM42220036';
const B = 'BRM42220051';

describe('joinSources', () => {
  it('joins by serial, whatever its case, and keeps where each value came from', () => {
    const sources = [
      source('omdb', { serial: A, address: underlay('fd00::1') }),
      source('pilot', { serial: A.toLowerCase(), cubby: 14 }),
    ];
    const [sled] = joinSources(sources, OPTIONS).sleds;
    expect(sled).toMatchObject({
      serial: { value: A, from: ['omdb', 'pilot'] },
      cubby: { value: 14, from: ['pilot'] },
      host: { value: 'fd00::1', from: ['omdb'] },
      rack: { value: '3', from: ['--rack'] },
    });
  });

  it('takes no address of the bootstrap network or of a service processor for one to log in to', () => {
    const of = (text: string, network: 'bootstrap' | 'service processor') =>
      source(network, { serial: A, address: { text, of: network } });
    expect(lines([of('fdb0::1', 'bootstrap'), of('fe80::1', 'service processor')])).toEqual([`3 - ${A} -`]);
  });

  it('chooses nothing in silence where sources contradict each other', () => {
    const sources = [
      source('a', { serial: A, cubby: 14, address: underlay('fd00::1') }),
      source('b', { serial: A, cubby: 15, address: underlay('fd00::2') }),
    ];
    expect(lines(sources)).toEqual([
      `3 - ${A} -`,
      `${A}.cubby: 14 (a) or 15 (b)`,
      `${A}.host: fd00::1 (a) or fd00::2 (b)`,
    ]);
    const choices = new Map([
      [`${A}.cubby`, '15'],
      [`${A}.host`, 'fd00::1'],
    ]);
    expect(lines(sources, { choices })).toEqual([`3 15 ${A} fd00::1`]);
  });

  it('takes two spellings of one address for one', () => {
    expect(
      lines([
        source('a', { serial: A, address: underlay('fd00:0::1') }),
        source('b', { serial: A, address: underlay('FD00::1') }),
      ]),
    ).toHaveLength(1);
  });

  it('asks which of two sleds has a cubby, and the other one then has none', () => {
    const sources = [source('a', { serial: A, cubby: 14 }), source('b', { serial: B, cubby: 14 })];
    expect(lines(sources)).toEqual([`3 - ${A} -`, `3 - ${B} -`, `3/14.serial: ${A} (a) or ${B} (b)`]);
    expect(lines(sources, { choices: new Map([['3/14.serial', B]]) })).toEqual([`3 14 ${B} -`, `3 - ${A} -`]);
  });

  it('puts a sled without a serial to the one in its cubby, at its address or of its name', () => {
    const sleds = source(
      'a',
      { serial: A, cubby: 14, address: underlay('fd00::1') },
      { serial: B, address: underlay('fd00::2') },
    );
    expect(lines([sleds, source('b', { cubby: 14 })])).toHaveLength(2);
    const alias = source(
      'ssh',
      { name: 'sled14', hostName: 'sled14', address: underlay('fd00::1') },
      { name: B, hostName: B },
    );
    expect(lines([alias, sleds])[0]).toBe(`3 14 ${A} sled14`);
  });

  it('leaves out what is expunged, asks where another source says that it is in service, and keeps one added again', () => {
    const out = source('old', { serial: A, cubby: 14, policy: 'expunged' });
    expect(lines([out, source('pilot', { serial: A, cubby: 14 })])).toEqual([`${A}: expunged in old`]);
    const live = source('new', { serial: A, cubby: 14, policy: 'in_service' });
    expect(lines([out, live])).toEqual([`3 14 ${A} -`, `${A}.policy: expunged (old) or in_service (new)`]);
    expect(lines([out, live], { choices: new Map([[`${A}.policy`, 'expunged']]) })).toEqual([
      `${A}: expunged in old`,
    ]);
    const again = source(
      'old',
      { serial: A, policy: 'expunged' },
      { serial: A, cubby: 14, policy: 'in_service' },
    );
    expect(lines([again])).toEqual([`3 14 ${A} -`, `${A}: an earlier entry of it, expunged, in old`]);
  });

  it('puts sleds into the racks that their ids in the control plane stand for', () => {
    const api = source('api', { serial: A, rackUuid: 'u-1' }, { serial: B, rackUuid: 'u-2' });
    expect(
      lines([api], {
        racksByUuid: new Map([
          ['u-1', 'west'],
          ['u-2', 'east'],
        ]),
      }),
    ).toEqual([`east - ${B} -`, `west - ${A} -`]);
  });

  it('gives the same sleds for every order of sources and of their sleds, and no more than they say', () => {
    fc.assert(
      fc.property(parts(), fc.infiniteStream(fc.nat()), (sources, random) => {
        const shuffled = shuffle(
          sources.map(({ label, sleds }) => ({ label, sleds: shuffle(sleds, random) })),
          random,
        );
        expect(joinSources(shuffled, OPTIONS)).toEqual(joinSources(sources, OPTIONS));
        expect(importInto(null, shuffled).text).toBe(importInto(null, sources).text);
      }),
      runs(20, 2000),
    );
  });

  it('gives of any sources that tell the truth the truth, as far as they tell it', () => {
    fc.assert(
      fc.property(parts(), (sources) => {
        const { sleds, contradictions } = joinSources(sources, OPTIONS);
        expect(contradictions).toEqual([]);
        expect(new Set(sleds.map(({ serial }) => serial?.value)).size).toBe(sleds.length);
        for (const { serial, cubby, host } of sleds) {
          const n = Number(serial?.value.slice(-2));
          expect([n, null]).toContain(cubby?.value ?? null);
          expect([`fd00::${n + 1}`, null]).toContain(host?.value ?? null);
        }
      }),
      runs(20, 2000),
    );
  });
});

/** Sources that each know some sleds of one rack, by some of what is true of them. */
function parts(): fc.Arbitrary<readonly JoinSource[]> {
  const subset = fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 8 });
  const flags = fc.record({ cubby: fc.boolean(), address: fc.boolean() });
  const one = fc.tuple(subset, flags);
  return fc.array(one, { minLength: 1, maxLength: 4 }).map((all) =>
    all.map(([numbers, knows], index) =>
      source(
        `source ${index}`,
        ...numbers.map((n) => ({
          serial: `BRM422200${String(n).padStart(2, '0')}`,
          cubby: knows.cubby ? n : null,
          address: knows.address ? underlay(`fd00::${n + 1}`) : null,
        })),
      ),
    ),
  );
}

function shuffle<T>(items: readonly T[], random: fc.Stream<number>): readonly T[] {
  const keys = [...random.take(items.length)];
  return items
    .map((item, i) => ({ item, key: keys[i] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
