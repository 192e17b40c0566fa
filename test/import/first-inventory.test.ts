import { describe, expect, it } from 'vitest';
import { firstInventory, holdsCubbies, parseSledPrefix } from '../../src/import/first-inventory.ts';
import { parse } from '../inventory/support/fixtures.ts';

describe('parseSledPrefix', () => {
  it.each([
    ['fd00:1122:3344:101::/64', 'fd00:1122:3344:101::/64'],
    ['FD00:1122:3344:0101:0:0:0:0/64', 'fd00:1122:3344:101::/64'],
    ['fd00::/64', 'fd00:0:0:0::/64'],
    ['fd00:1122:3344:100::/56', undefined],
    ['fd00:1122:3344:101::1/64', undefined],
    ['fd00:1122:3344:101::1', undefined],
    ['10.0.0.0/64', undefined],
  ])('of %s is %s', (text, prefix) => {
    expect(parseSledPrefix(text)?.text).toBe(prefix);
  });
});

describe('firstInventory', () => {
  it.each([
    [
      'fd00:1122:3344:101::/64',
      [0, 1, 31],
      ['fd00:1122:3344:101::1', 'fd00:1122:3344:102::1', 'fd00:1122:3344:120::1'],
    ],
    ['fd4d:f531:d8e1:3::/64', [9, 14], ['fd4d:f531:d8e1:3::1', 'fd4d:f531:d8e1:8::1']],
    ['fd4d:f531:d8e1:9::/64', [9], ['fd4d:f531:d8e1:9::1']],
  ])('gives the first cubby %s, and cubbies %j the ones behind it', (text, cubbies, hosts) => {
    const prefix = parseSledPrefix(text);
    if (prefix === null) throw new Error(text);
    const made = firstInventory({
      id: '3',
      cubbiesText: cubbies.join(','),
      cubbies,
      hosts: { by: 'prefix', prefix },
      gateways: ['root@g', 'h:22'],
    });
    const { targets } = parse(made);
    expect(targets.map(({ login }) => login.host)).toEqual(hosts);
    expect(targets[0]?.gateways.map(({ host }) => host)).toEqual(['g', 'h']);
    expect(made.includes('is not known from a prefix')).toBe(cubbies.length > 1);
  });

  it('has no room behind the last /64 of a site', () => {
    const prefix = parseSledPrefix('fd00:1122:3344:fff0::/64');
    expect(prefix && [holdsCubbies(prefix, [0, 15]), holdsCubbies(prefix, [0, 16])]).toEqual([true, false]);
  });
});
