import { describe, expect, it } from 'vitest';
import { driftOf, identityOf, unknownSleds, type Known } from '../../src/import/drift.ts';
import { joinSources } from '../../src/import/join.ts';
import { looksLikeSerial } from '../../src/model/serial.ts';
import { parse, rack3 } from '../inventory/support/fixtures.ts';
import { seen, underlay } from './support.ts';

const { targets } = parse(
  rack3(
    'sleds:',
    "  - { cubby: 14, serial: BRM42220036, host: 'fd00::14' }",
    "  - { cubby: 15, serial: 2F8JEXDK, host: 'fd00::15' }",
    '  - { cubby: 16, host: sled16 }',
  ),
);
const [gimlet, cosmo, unnamed] = targets;
if (gimlet === undefined || cosmo === undefined || unnamed === undefined) throw new Error('three sleds');

const NOBODY: Known = { targets, sleds: null };
const identity = (serial: string | null, more = {}) => ({ serial, part: null, hostName: null, ...more });

/** What is known where a source says this. */
function told(...sleds: readonly Parameters<typeof seen>[0][]): Known {
  const sources = [{ label: 'a.txt', sleds: sleds.map(seen) }];
  return {
    targets,
    sleds: joinSources(sources, { rack: null, racksByUuid: new Map(), choices: new Map() }).sleds,
  };
}

describe('driftOf', () => {
  it('tells the sled of the inventory from others, and from those that say nothing', () => {
    expect(driftOf(gimlet, identity('BRM42220036'), NOBODY)).toEqual({ state: 'same', details: [] });
    expect(driftOf(cosmo, identity('2f8jexdk'), NOBODY).state).toBe('same');
    expect(driftOf(gimlet, identity('2F8JEXDK'), NOBODY)).toEqual({
      state: 'other_sled',
      details: ['3/2F8JEXDK in the inventory'],
    });
    expect(driftOf(gimlet, identity('BRM42229999'), NOBODY).details).toEqual(['not in the inventory']);
    expect(driftOf(gimlet, identity(null, { hostName: 'localhost' }), NOBODY)).toEqual({
      state: 'untold',
      details: ['it is called localhost'],
    });
    expect(driftOf(unnamed, identity('BRM42229999'), NOBODY).state).toBe('no_serial');
  });

  it('says what a source says otherwise, and by whom', () => {
    const known = told({
      serial: 'BRM42220036',
      cubby: 9,
      part: '913-0000023',
      address: underlay('fd00::9'),
    });
    expect(driftOf(gimlet, identity('BRM42220036', { part: '913-0000019' }), known)).toEqual({
      state: 'differs',
      details: [
        'BRM42220036 (cubby 9) in a.txt, cubby 14 in the inventory',
        'its address is fd00::9 in a.txt',
        'it says part 913-0000019, a.txt 913-0000023',
      ],
    });
    expect(driftOf(cosmo, identity('2F8JEXDK'), known).state).toBe('not_in_sources');
    const same = told({ serial: 'BRM42220036', cubby: 14, address: underlay('FD00:0::14') });
    expect(driftOf(gimlet, identity('BRM42220036'), same).state).toBe('same');
  });

  it('says of another sled where sources have it', () => {
    const known = told({ serial: 'BRM42229999', cubby: 3 });
    expect(driftOf(gimlet, identity('BRM42229999'), known).details).toEqual([
      'not in the inventory',
      'cubby 3 in a.txt',
    ]);
  });

  it('knows the sleds that only sources know, but for those that an entry without a serial may be', () => {
    const known = told(
      { serial: 'BRM42220036' },
      { serial: 'BRM42229999', cubby: 3 },
      { serial: 'BRM42228888', cubby: 16 },
    );
    expect(unknownSleds(known).map(({ serial }) => serial?.value)).toEqual(['BRM42229999']);
  });
});

describe('identityOf', () => {
  it.each([
    [{ serial: 'BRM42220036', host: 'x' }, 'BRM42220036'],
    [{ serial: '-', host: 'BRM42220036', zone: 'global' }, 'BRM42220036'],
    [{ serial: '-', host: '2F8JEXDK', zone: '-' }, '2F8JEXDK'],
    [{ serial: '-', host: 'oxz_switch0', zone: 'oxz_switch' }, null],
    [{ serial: '-', host: 'BRM42220036', zone: 'oxz_switch' }, null],
    [{}, null],
  ])('of %j is %s', (row, serial) => {
    expect(identityOf(row).serial).toBe(serial);
  });
});

describe('looksLikeSerial', () => {
  it.each(['BRM42220036', '2F8JEXDK', 'EVT22200007'])('takes %s', (text) =>
    expect(looksLikeSerial(text)).toBe(true),
  );
  it.each(['localhost', 'vm', '12345678', 'web01', 'brm42220036', 'SWITCH0'])('takes no %s', (text) =>
    expect(looksLikeSerial(text)).toBe(false),
  );
});
