import { describe, expect, it } from 'vitest';
import { errorsOf, parse, rack3 } from './support/fixtures.ts';

const racks = (...lines: readonly string[]): string =>
  ['version: 1', 'racks:', ...lines.map((l) => `  - ${l}`)].join('\n');

describe('what must be unique is an error that names both places', () => {
  it.each([
    ['03', '3'],
    ['West', 'west'],
    ['3', '3'],
  ])('the racks %s and %s', (a, b) => {
    const text = racks(
      `{ id: ${a}, sleds: [{ cubby: 1, host: a }] }`,
      `{ id: ${b}, sleds: [{ cubby: 1, host: b }] }`,
    );
    expect(errorsOf(text)).toEqual([
      `inventory.yaml:4:11: racks[1].id: found ${b}, allowed is a rack once in the file; racks[0].id at 3:11 has it already`,
    ]);
  });

  it("a rack's name that is another's id", () => {
    const text = racks(
      '{ id: 1, sleds: [{ cubby: 1, host: a }] }',
      '{ id: 2, name: 1, sleds: [{ cubby: 1, host: b }] }',
    );
    expect(errorsOf(text)).toEqual([expect.stringContaining('4:20: racks[1].name: found 1, allowed is')]);
  });

  it('a serial anywhere, in any case', () => {
    const text = racks(
      '{ id: 1, sleds: [{ serial: BRM1, host: a }] }',
      '{ id: 2, sleds: [{ serial: brm1, host: b }] }',
    );
    expect(errorsOf(text)).toEqual([
      'inventory.yaml:4:32: racks[1].sleds[0].serial: found brm1, allowed is a serial once in the file; racks[0].sleds[0].serial at 3:32 has it already',
    ]);
  });

  it('a cubby in a rack, and not in two racks', () => {
    expect(errorsOf(rack3('sleds: [{ cubby: 1, host: a }, { cubby: 01, host: b }]'))).toEqual([
      'inventory.yaml:4:45: racks[0].sleds[1].cubby: found cubby 1, allowed is a cubby once in a rack; racks[0].sleds[0].cubby at 4:22 has it already',
    ]);
    const two = racks(
      '{ id: 1, sleds: [{ cubby: 1, host: a }] }',
      '{ id: 2, sleds: [{ cubby: 1, host: b }] }',
    );
    expect(parse(two).targets).toHaveLength(2);
  });

  it('a name in a rack, also one that a sled has from its cubby or its serial', () => {
    expect(errorsOf(rack3('sleds: [{ name: a, host: a }, { name: A, host: b }]'))).toEqual([
      expect.stringContaining(
        'sleds[1].name: found A, allowed is a name once in a rack; racks[0].sleds[0].name at',
      ),
    ]);
    expect(errorsOf(rack3('sleds: [{ cubby: 5, host: a }, { cubby: 6, name: sled5, host: b }]'))).toEqual([
      expect.stringContaining(
        'sleds[1].name: found sled5, allowed is a name once in a rack; racks[0].sleds[0].cubby at',
      ),
    ]);
  });

  it("a name that is another sled's serial, wherever that is", () => {
    const text = racks(
      '{ id: 1, sleds: [{ cubby: 1, name: brm1, host: a }] }',
      '{ id: 2, sleds: [{ serial: BRM1, host: b }, { serial: BRM2, name: BRM2, host: c }] }',
    );
    expect(errorsOf(text)).toEqual([
      expect.stringContaining(
        "racks[0].sleds[0].name: found brm1, allowed is a name that is not another sled's serial",
      ),
    ]);
  });

  it.each([
    ['fd00::1', 'FD00:0:0::1'],
    ['fd00::1', '"[fd00::0001]"'],
    ['sled.example', 'SLED.example.'],
    ['192.0.2.1', '192.0.2.1'],
  ])('an address: %s and %s', (a, b) => {
    const lines = errorsOf(rack3(`sleds: [{ cubby: 1, host: ${a} }, { cubby: 2, host: ${b}, port: 22 }]`));
    expect(lines).toEqual([
      expect.stringContaining('allowed is an address once; racks[0].sleds[0].host at 4:31 has it already'),
    ]);
  });

  it('an address on two ports, or behind gateways that share none, is two', () => {
    expect(
      parse(rack3('sleds: [{ cubby: 1, host: a }, { cubby: 2, host: a, port: 23 }]')).targets,
    ).toHaveLength(2);
    const behind = (one: string, two: string): string =>
      racks(
        `{ id: 1, gateways: ${one}, sleds: [{ cubby: 1, host: "fd00::1" }] }`,
        `{ id: 2, gateways: ${two}, sleds: [{ cubby: 1, host: "fd00::1" }] }`,
      );
    expect(parse(behind('[a, b]', '[c, d]')).targets).toHaveLength(2);
    expect(parse(behind('[a]', '["a:23"]')).targets).toHaveLength(2);
    expect(parse(behind('[a]', '[]')).targets).toHaveLength(2);
    expect(errorsOf(behind('[a, b]', '[c, B]'))).toEqual([
      expect.stringContaining(
        'racks[1].sleds[0].host: found [fd00::1]:22, allowed is an address once behind one gateway',
      ),
    ]);
  });

  it('a pattern that repeats what another has is one error, not one a sled', () => {
    const text = racks(
      '{ id: 1, pattern: { cubbies: 0-31, host: "fd00::{cubby:x}" } }',
      '{ id: 2, pattern: { cubbies: 0-31, host: "fd00::{cubby:x}" } }',
    );
    expect(errorsOf(text)).toEqual([
      expect.stringMatching(/racks\[1\]\.pattern\.host: found .*; racks\[0\]\.pattern\.host at 3:/),
    ]);
  });
});
