import { describe, expect, it } from 'vitest';
import { errorsOf, parse, rack3 } from './support/fixtures.ts';

const sled = (fields: string): string => rack3(`sleds: [{ cubby: 0, host: h, ${fields} }]`);

describe('an error of an inventory', () => {
  it('names file, line, column, the way to the key, what was found and what is allowed', () => {
    const text = rack3('sleds:', '  - { cubby: 0, host: a }', '  - { cubby: 44, host: b }');
    expect(errorsOf(text)).toEqual([
      'inventory.yaml:6:18: racks[0].sleds[1].cubby: found 44, allowed is a whole number from 0 to 31',
    ]);
  });

  it('comes together with all others, in the order of the file, a line each', () => {
    const lines = errorsOf(`version: 1
racks:
  - id: 5-7
    gateways: [a@b@c]
    sleds:
      - { cubby: -1, host: "fd00::1:::" }
      - { cubby: 1, host: b, port: 0 }
  - id: 4
    sleds: [{ cubby: 3, host: b2 }, { cubby: 3, host: c }]
default: {}
`);
    expect(lines.map((line) => line.split(': ').slice(0, 2).join(' '))).toEqual([
      'inventory.yaml:3:9 racks[0].id',
      'inventory.yaml:4:16 racks[0].gateways[0]',
      'inventory.yaml:6:18 racks[0].sleds[0].cubby',
      'inventory.yaml:6:28 racks[0].sleds[0].host',
      'inventory.yaml:7:36 racks[0].sleds[1].port',
      'inventory.yaml:9:46 racks[1].sleds[1].cubby',
      'inventory.yaml:10:1 default',
    ]);
  });

  it.each([
    ['conect_timeout: 3s', 'connect_timeout'],
    ['IdentityFile: x', 'identity_file'],
    ['known-hosts: x', 'known_hosts'],
    ['label: {}', 'labels'],
    ['sreial: x', 'serial'],
  ])('offers the nearest known key for %s', (given, nearest) => {
    expect(errorsOf(sled(given))).toEqual([
      expect.stringContaining(
        `found an unknown key, did you mean ${nearest}? allowed is cubby, serial, name,`,
      ),
    ]);
  });

  it('offers nothing where nothing is near', () => {
    expect(errorsOf(sled('frobnicate: 1'))[0]).toContain('found an unknown key, allowed is cubby');
  });

  it.each([
    ['port: 65536', 'found 65536, allowed is a whole number from 1 to 65535'],
    ['port: 22.0', 'found 22.0, allowed is a whole number'],
    ['port: ssh', 'found ssh, allowed is a whole number'],
    ['port:', 'found nothing, allowed is a whole number'],
    ['user: "a b"', 'found "a b", allowed is a login name'],
    ['user: -oProxyCommand=x', 'found "-oProxyCommand=x", allowed is a login name'],
    ['user: [a]', 'found a list, allowed is a login name'],
    ['identity_file: ~bob/key', 'found ~bob/key, allowed is a path'],
    ['identity_file: {}', 'found keys and values, allowed is a path'],
    ['known_hosts: []', 'found a list, allowed is a path of a known_hosts file'],
    ['identity_agent: $OTHER', 'found $OTHER, allowed is the path'],
    ['identities_only: yes', 'found yes, allowed is true or false'],
    ['host_key: no', 'found no, allowed is strict, accept-new or off'],
    ['connect_timeout: 0', 'found 0, allowed is a duration'],
    ['connect_timeout: 600h', 'found 600h, allowed is a duration up to 1h'],
    ['keepalive: 10 sec', 'found "10 sec", allowed is a duration'],
    ['name: 14', 'found 14, allowed is letters'],
    ['name: 3-5', 'found 3-5, allowed is letters'],
    ['name: a/b', 'found a/b, allowed is letters'],
    ['name: "*"', 'found *, allowed is letters'],
    [
      'serial: 913-0000019:BRM42220036',
      'found 913-0000019:BRM42220036, allowed is a serial without its part number',
    ],
    ['labels: [a]', 'found a list, allowed is labels'],
    ['labels: { "a=b": c }', 'found the label "a=b", allowed is letters'],
    ['labels: { a: "b,c" }', 'found "b,c", allowed is one line without a comma'],
    ['gateways: switch0', 'found switch0, allowed is a list of gateways'],
    ['gateways: [a, A]', 'found A a second time, allowed is once; the first is at 4:45'],
    ['gateways: [{ user: root }]', 'gateways[0].host: found nothing, allowed is a host name'],
    ['gateways: [{ host: a, name: b }]', 'gateways[0].name: found an unknown key'],
    ['gateways: ["a:0"]', 'found a:0, allowed is [user@]host[:port]'],
  ])('refuses %s', (given, expected) => {
    const lines = errorsOf(sled(given));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });

  it.each([
    '10.0.0.300',
    '"[10.0.0.1]"',
    '"[fd00::1]:12345"',
    '[fd00::1]',
    'a b',
    '-a',
    'a..b',
    '1.2.3',
    '""',
  ])('refuses the host %s', (given) => {
    const [line] = errorsOf(rack3(`sleds: [{ cubby: 0, host: ${given} }]`));
    expect(line).toMatch(
      /^inventory.yaml:4:\d+: racks\[0]\.sleds\[0]\.host: found .*, allowed is a host name/,
    );
  });

  it('points into a list of paths', () => {
    expect(errorsOf(sled('identity_file: [a, "", c]'))[0]).toMatch(
      /^inventory.yaml:4:53: racks\[0\]\.sleds\[0\]\.identity_file\[1\]: found nothing/,
    );
  });

  it.each([
    ['', '1:1: found an empty file'],
    ['# nothing yet\n', '1:1: found an empty file'],
    ['- a\n', '1:1: found a list, allowed is an inventory'],
    ['hosts\n', '1:1: found hosts, allowed is an inventory'],
    ['version: 1\n', '1:1: racks: found nothing, allowed is a list of racks'],
    ['racks: [{ id: 1, sleds: [{ cubby: 1, host: a }] }]\n', '1:1: version: found nothing, allowed is 1'],
    ['version: 2\nracks: 7\n', '1:10: version: found 2, allowed is 1'],
    ['version: 1\nracks: []\n', '2:8: racks: found an empty list'],
    ['version: 1\nracks: [a]\n', '2:9: racks[0]: found a, allowed is a rack'],
    ['version: 1\nracks: [{ id: 1 }]\n', '2:9: racks[0].sleds: found no sleds'],
    ['version: 1\nracks: [{ id: 1, sleds: [] }]\n', '2:25: racks[0].sleds: found no sleds'],
    [
      'version: 1\nracks: [{ id: 1, sleds: [{ host: a }] }]\n',
      'racks[0].sleds[0]: found no cubby, serial or name',
    ],
    ['version: 1\nracks: [{ id: 1, sleds: [{ cubby: 1 }] }]\n', 'racks[0].sleds[0].host: found nothing'],
  ])('says what is missing in %j', (text, expected) => {
    const lines = errorsOf(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`inventory.yaml:`);
    expect(lines[0]).toContain(expected);
  });

  it.each([
    ['version: 1\nracks:\n\t- id: 1\n', 'inventory.yaml:3:1: found a tab'],
    ['version: 1\nracks: {\n', 'not YAML: flow map'],
    ['version: 1\n---\nversion: 1\n', '2:1: found a second YAML document'],
    ['version: !!int 1\n', '1:10: found a YAML tag'],
    ['version: "1\n', 'not YAML: missing closing "quote'],
    ['version: @1\n', '1:10: not YAML'],
  ])('gives the place of broken syntax in %j', (text, expected) => {
    expect(errorsOf(text).join('\n')).toContain(expected);
  });

  it('gives both places of a key that comes twice', () => {
    expect(errorsOf(rack3('sleds: [{ cubby: 1, host: a }]', 'sleds: []'))).toEqual([
      'inventory.yaml:5:5: racks[0].sleds: found the key a second time, allowed is once; the first is at 4:5',
    ]);
  });

  it('refuses a merge key and an alias of nothing', () => {
    const lines = errorsOf(sled('<<: *base'));
    expect(lines).toEqual([
      expect.stringContaining('racks[0].sleds[0].<<: found a merge key, which is not read'),
      expect.stringContaining('found *base, allowed is the name of an anchor (&base)'),
    ]);
  });

  it('refuses aliases that stand for a huge file, or for themselves, at once', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) =>
        `x${i}: &x${i} [${Array.from({ length: 9 }, () => (i === 0 ? 'a' : `*x${i - 1}`)).join(', ')}]`,
    );
    for (const text of [['version: 1', ...levels].join('\n'), rack3('sleds: &s [*s]')]) {
      expect(errorsOf(text)).toEqual([
        expect.stringContaining('found aliases (*name) that stand for more than'),
      ]);
    }
  });

  it('refuses lists nested without end', () => {
    expect(errorsOf(`version: 1\nracks: ${'['.repeat(50_000)}`).join('\n')).toMatch(
      /^inventory.yaml:\d+:\d+: /,
    );
  });

  it('stays short for a file of many errors, and says how many there are', () => {
    const lines = errorsOf(
      rack3('sleds:', ...Array.from({ length: 500 }, (_, i) => `  - { cubby: 99, host: h${i} }`)),
    );
    expect(lines).toHaveLength(201);
    expect(lines.at(-1)).toBe('inventory.yaml: and 300 more errors');
  });

  it('shows a long or odd text on one line', () => {
    const [line] = errorsOf(sled(`user: "${'x y\\n'.repeat(100)}"`));
    expect(line?.length).toBeLessThan(300);
  });
});

it('a text without errors is taken', () => {
  expect(parse(sled('port: 22')).targets).toHaveLength(1);
});
