import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumberSet, parseNumberSet } from '../../src/model/number-set.ts';
import { parseTemplate } from '../../src/inventory/pattern.ts';
import { errorsOf, parse, rack3 } from './support/fixtures.ts';

describe('a placeholder', () => {
  it.each([
    ['{cubby}', 14, '14'],
    ['{cubby+1}', 14, '15'],
    ['{cubby-1}', 14, '13'],
    ['{cubby:02}', 7, '07'],
    ['{cubby:02}', 14, '14'],
    ['{cubby:x}', 14, 'e'],
    ['{cubby+0x101:x}', 14, '10f'],
    ['{cubby+257:x}', 14, '10f'],
    ['{cubby+0x101:04x}', 14, '010f'],
    ['a{cubby}b{cubby:x}c', 31, 'a31b1fc'],
  ])('%s for cubby %i is %s', (text, cubby, expected) => {
    expect(parseTemplate(text)?.fill(cubby)).toBe(expected);
  });

  it.each([
    '{cuby}',
    '{}',
    '{cubby',
    'cubby}',
    '{{cubby}}',
    '{cubby:}',
    '{cubby:2}',
    '{cubby+}',
    '{cubby*2}',
    '{cubby:y}',
  ])('is not %s', (text) => {
    expect(parseTemplate(text)).toBeNull();
  });
});

describe('a pattern', () => {
  it('stands for a whole rack', () => {
    const { targets } = parse(
      rack3(
        'pattern:',
        '  cubbies: 0-31',
        '  host: "fd00:1122:3344:{cubby+0x101:x}::1"',
        '  serial: "BRM422200{cubby:02}"',
        '  name: "c{cubby:02}"',
        'labels: { site: lab }',
      ),
    );
    expect(targets).toHaveLength(32);
    expect(targets[31]?.sled).toMatchObject({
      id: '3/c31',
      cubby: 31,
      host: 'fd00:1122:3344:120::1',
      serial: 'BRM42220031',
      labels: { site: 'lab' },
    });
  });

  it('is corrected and added to by the sleds that are written out', () => {
    const { targets } = parse(
      rack3(
        'pattern: { cubbies: "0-1,9", host: "fd00:{cubby:x}::1", serial: "BRM{cubby+100}" }',
        'sleds:',
        '  - { cubby: 1, serial: OTHER, labels: { role: scrimlet } }',
        '  - { cubby: 9, host: "fd4d::9" }',
        '  - { cubby: 20 }',
        '  - { name: spare, host: spare.example }',
      ),
    );
    expect(targets.map(({ sled: { cubby, serial, host } }) => [cubby, serial, host])).toEqual([
      [0, 'BRM100', 'fd00:0::1'],
      [1, 'OTHER', 'fd00:1::1'],
      [9, 'BRM109', 'fd4d::9'],
      [20, 'BRM120', 'fd00:14::1'],
      [null, null, 'spare.example'],
    ]);
    expect(targets[1]?.sled.labels).toEqual({ role: 'scrimlet' });
  });

  it.each([
    ['cubbies: 0-32, host: "h{cubby}"', 'pattern.cubbies: found 0-32, allowed is cubbies from 0 to 31'],
    ['cubbies: 3-1, host: "h{cubby}"', 'pattern.cubbies: found 3-1'],
    ['host: "h{cubby}"', 'pattern.cubbies: found nothing'],
    ['cubbies: 0-3', 'pattern.host: found nothing, allowed is a text with {cubby}'],
    ['cubbies: 0-3, host: sled', 'pattern.host: found sled, allowed is a text with {cubby}'],
    ['cubbies: 0-3, host: "h{cuby}"', 'pattern.host: found h{cuby}, allowed is a text with {cubby}'],
    ['cubbies: 0-3, host: "h{cubby}", user: root', 'pattern.user: found an unknown key'],
    [
      'cubbies: 0-3, host: "h{cubby}", serial: "{cubby}"',
      'found a pattern that gives 0 for cubby 0, allowed is a serial',
    ],
    [
      'cubbies: 0-3, host: "10.0.0.{cubby+254}"',
      'found a pattern that gives 10.0.0.256 for cubby 2, allowed is a host',
    ],
  ])('%s', (given, expected) => {
    const lines = errorsOf(rack3(`pattern: { ${given} }`));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });

  it('does not help a sled that says neither cubby nor host', () => {
    const text = rack3('pattern: { cubbies: 0, host: "h{cubby}" }', 'sleds: [{ serial: BRM1 }]');
    expect(errorsOf(text)).toEqual([
      expect.stringContaining('racks[0].sleds[0].host: found nothing, allowed is a host, or a cubby'),
    ]);
  });
});

describe('a set of numbers', () => {
  it('comes back from its text as it was, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 31 }), { minLength: 1 }), (numbers) => {
        const expected = [...new Set(numbers)].sort((a, b) => a - b);
        expect(parseNumberSet(formatNumberSet(numbers), 0, 31)).toEqual(expected);
      }),
    );
  });

  it('is written with the fewest ranges', () => {
    expect(formatNumberSet([3, 1, 2, 9, 14, 15])).toBe('1-3,9,14-15');
    expect(formatNumberSet([])).toBe('');
  });
});
