import { describe, expect, it } from 'vitest';
import { wayFacts } from '../../src/inventory/way-facts.ts';
import { parse, rack3 } from './support/fixtures.ts';

describe('where a value of a login came from', () => {
  const loginOf = (...lines: readonly string[]) => parse(rack3(...lines)).targets[0]!.login;
  const sled = 'sleds: [{ cubby: 0, host: sled0 }]';

  it('is nothing but defaults where the file says nothing', () => {
    expect(loginOf(sled).origins).toEqual({});
  });

  it('is the inventory, whichever place says it, and whether or not it says the default', () => {
    const { targets } = parse(`version: 1
defaults: { user: root }
racks:
  - id: 3
    port: 22
    sleds: [{ cubby: 0, host: a, keepalive: off }, { cubby: 1, host: b }]
`);
    expect(targets.map(({ login }) => login.origins)).toEqual([
      { user: 'inventory', port: 'inventory', keepaliveMs: 'inventory' },
      { user: 'inventory', port: 'inventory' },
    ]);
  });

  it.each(['gateways: []', 'gateways: [gw]', 'proxy_command: nc x 1', 'proxy_command: none'])(
    'is the inventory for the way, where it has %s',
    (line) => {
      expect(loginOf(line, sled).origins.way).toBe('inventory');
    },
  );

  it('is the inventory for what a command of it has in braces', () => {
    expect(loginOf("proxy_command: 'ssh -W {host}:{port} jump'", sled).origins).toMatchObject({
      host: 'inventory',
      port: 'inventory',
      way: 'inventory',
    });
    const [{ login, gateways } = { login: null, gateways: [] }] = parse(
      rack3("gateways: [{ host: gw, command: 'nc {host} {port}', proxy_command: 'x {user}' }]", sled),
    ).targets;
    expect(login?.origins).toEqual({ way: 'inventory', host: 'inventory', port: 'inventory' });
    expect(gateways[0]?.origins).toMatchObject({ user: 'inventory', way: 'inventory' });
  });

  it("goes on to a rack's gateways with what they take from it, and not with the port or the way", () => {
    const { gateways } = parse(
      rack3('user: ada', 'port: 2222', 'host_key_alias: x', "gateways: [gw, 'eve@gw:2200']", sled),
    ).targets[0]!;
    expect(gateways.map(({ origins }) => origins)).toEqual([
      { user: 'inventory' },
      { user: 'inventory', port: 'inventory' },
    ]);
    expect(gateways.map(({ hostKeyAlias, behind }) => [hostKeyAlias, behind])).toEqual(
      gateways.map(() => [null, null]),
    );
  });

  it('is told in words, with the keys of the file', () => {
    const target = parse(rack3('gateways: [ada@gw]', 'keepalive: off', 'identity_file: []', sled))
      .targets[0]!;
    const { way, origin, hops } = wayFacts(target);
    expect([way, origin]).toEqual(['ada@gw:22', 'inventory']);
    expect(hops.map(({ hop }) => hop)).toEqual(['sled', 'gateway 1']);
    expect(hops[0]?.login).toEqual(
      expect.arrayContaining([
        { key: 'host', value: 'sled0', origin: 'inventory' },
        { key: 'user', value: 'root', origin: 'default' },
        { key: 'identity_file', value: 'none', origin: 'inventory' },
        { key: 'connect_timeout', value: '10s', origin: 'default' },
        { key: 'keepalive', value: 'off', origin: 'inventory' },
      ]),
    );
  });
});
