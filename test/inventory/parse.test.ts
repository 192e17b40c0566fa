import { describe, expect, it } from 'vitest';
import { errorsOf, parse, rack3 } from './support/fixtures.ts';

describe('an inventory', () => {
  it('fills in every default of a sled', () => {
    const { targets } = parse(
      rack3('sleds:', '  - { cubby: 14, serial: BRM42220036, host: "fd00:1122:3344:10f::1" }'),
    );
    expect(targets).toMatchObject([
      {
        sled: {
          id: '3/BRM42220036',
          rack: '3',
          name: 'BRM42220036',
          serial: 'BRM42220036',
          cubby: 14,
          labels: {},
          host: 'fd00:1122:3344:10f::1',
        },
        login: {
          host: 'fd00:1122:3344:10f::1',
          port: 22,
          user: 'root',
          identityFiles: ['/home/ada/.ssh/id_ed25519', '/home/ada/.ssh/id_ecdsa', '/home/ada/.ssh/id_rsa'],
          identityAgent: '/run/agent.sock',
          identitiesOnly: false,
          knownHostsFiles: [
            '/home/ada/.ssh/known_hosts',
            '/home/ada/.ssh/known_hosts2',
            '/etc/ssh/ssh_known_hosts',
          ],
          hostKeyPolicy: 'strict',
          connectTimeoutMs: 10_000,
          keepaliveMs: 10_000,
        },
        gateways: [],
      },
    ]);
  });

  it('lets the nearest of defaults, rack and sled hold', () => {
    const { targets } = parse(`version: 1
defaults: { user: a, port: 1, keepalive: 1m30s, host_key: off, labels: { site: lab, row: 1 } }
racks:
  - id: 3
    user: b
    port: 2
    labels: { row: 2, role: none }
    sleds:
      - { cubby: 0, host: h0 }
      - { cubby: 1, host: h1, port: 3, keepalive: off, labels: { role: scrimlet } }
`);
    expect(targets[0]?.login).toMatchObject({
      user: 'b',
      port: 2,
      keepaliveMs: 90_000,
      hostKeyPolicy: 'off',
    });
    expect(targets[0]?.sled.labels).toEqual({ site: 'lab', row: '2', role: 'none' });
    expect(targets[1]?.login).toMatchObject({ user: 'b', port: 3, keepaliveMs: 0 });
    expect(targets[1]?.sled.labels).toEqual({ site: 'lab', row: '2', role: 'scrimlet' });
  });

  it('names a sled by its name, else its serial, else its cubby', () => {
    const { targets } = parse(
      rack3(
        'sleds:',
        '  - { cubby: 0, host: h0 }',
        '  - { cubby: 1, host: h1, serial: BRM1 }',
        '  - { cubby: 2, host: h2, serial: BRM2, name: bench }',
      ),
    );
    expect(targets.map(({ sled }) => sled.id)).toEqual(['3/sled0', '3/BRM1', '3/bench']);
  });

  it('keeps text that YAML would take for a number, a truth or nothing', () => {
    const { racks, targets } = parse(`version: 1
racks:
  - id: 03
    sleds:
      - { serial: 1e100, host: h1, labels: { on: true, empty: "" }, host_key: off }
      - { serial: 0o1770, host: h2 }
      - { serial: null, host: h3 }
`);
    expect(racks[0]?.id).toBe('03');
    expect(targets.map(({ sled }) => sled.serial)).toEqual(['0o1770', '1e100', 'null']);
    expect(targets[1]?.sled.labels).toEqual({ on: 'true', empty: '' });
    expect(targets[1]?.login.hostKeyPolicy).toBe('off');
  });

  it.each([
    ['~/.ssh/fleet', '/home/ada/.ssh/fleet'],
    ['keys/fleet', '/etc/fleet/keys/fleet'],
    ['../key', '/etc/key'],
    ['/root/key', '/root/key'],
  ])('expands the path %s', (given, expected) => {
    const [target] = parse(
      rack3(`sleds: [{ cubby: 0, host: h, identity_file: ${given}, known_hosts: [${given}] }]`),
    ).targets;
    expect(target?.login.identityFiles).toEqual([expected]);
    expect(target?.login.knownHostsFiles).toEqual([expected]);
  });

  it.each([
    ['none', null],
    ['$SSH_AUTH_SOCK', '/run/agent.sock'],
    ['SSH_AUTH_SOCK', '/run/agent.sock'],
    ['~/agent', '/home/ada/agent'],
  ])('reads identity_agent %s', (given, expected) => {
    expect(
      parse(rack3(`identity_agent: ${given}`, 'sleds: [{ cubby: 0, host: h }]')).targets[0]?.login
        .identityAgent,
    ).toBe(expected);
  });

  it('takes no key files at all, and $USER for whoever runs the program', () => {
    const [target] = parse(rack3('sleds: [{ cubby: 0, host: h, identity_file: [], user: $USER }]')).targets;
    expect(target?.login).toMatchObject({ identityFiles: [], user: 'ada' });
  });

  it.each([
    ['fd00::1', 'fd00::1'],
    ['"[fd00::1]"', 'fd00::1'],
    ['fe80::1%underlay0', 'fe80::1%underlay0'],
    ['"[fe80::1%underlay0]"', 'fe80::1%underlay0'],
    ['192.0.2.1', '192.0.2.1'],
    ['sled-14.lab.example', 'sled-14.lab.example'],
  ])('takes the host %s', (given, expected) => {
    expect(parse(rack3(`sleds: [{ cubby: 0, host: ${given} }]`)).targets[0]).toMatchObject({
      sled: { host: expected },
      login: { host: expected },
    });
  });

  it('sorts racks in natural order and sleds by cubby, those without one last, whatever the order of the file', () => {
    const { racks, targets } = parse(`version: 1
racks:
  - { id: 10, sleds: [{ cubby: 0, host: a }] }
  - { id: 9, sleds: [{ name: z2, host: b }, { name: z10, host: c }, { cubby: 10, host: d }, { cubby: 9, host: e }] }
`);
    expect(racks.map((rack) => rack.id)).toEqual(['9', '10']);
    expect(targets.map(({ sled }) => sled.id)).toEqual(['9/sled9', '9/sled10', '9/z2', '9/z10', '10/sled0']);
  });

  it('reads anchors and aliases, a byte order mark and CRLF', () => {
    const text = [
      '\uFEFFversion: 1',
      'racks:',
      '  - id: 1',
      '    labels: &l { site: lab }',
      '    sleds: [{ cubby: 0, host: a }]',
      '  - id: 2',
      '    labels: *l',
      '    sleds: [{ cubby: 0, host: b, cuby: 1 }]',
    ].join('\r\n');
    expect(errorsOf(text)[0]).toMatch(/^inventory.yaml:8:34: racks\[1\]\.sleds\[0\]\.cuby: /);
    expect(parse(text.replace(', cuby: 1', '')).targets.map(({ sled }) => sled.labels)).toEqual([
      { site: 'lab' },
      { site: 'lab' },
    ]);
  });
});

describe('gateways', () => {
  it('are texts or keys and values, tried in the order of the file', () => {
    const { targets, racks } = parse(
      rack3(
        'gateways:',
        '  - switch0',
        '  - wicket@192.0.2.1:2200',
        '  - root@[fd00::2]:22',
        '  - fd00::3',
        '  - { host: switch1, user: bob, port: 23, connect_timeout: 5s, known_hosts: kh, host_key: accept-new }',
        'sleds: [{ cubby: 0, host: h }]',
      ),
    );
    expect(targets[0]?.gateways.map(({ user, host, port }) => [user, host, port])).toEqual([
      ['root', 'switch0', 22],
      ['wicket', '192.0.2.1', 2200],
      ['root', 'fd00::2', 22],
      ['root', 'fd00::3', 22],
      ['bob', 'switch1', 23],
    ]);
    expect(targets[0]?.gateways[4]).toMatchObject({
      connectTimeoutMs: 5000,
      knownHostsFiles: ['/etc/fleet/kh'],
      hostKeyPolicy: 'accept-new',
    });
    expect(racks[0]?.gateways).toEqual(targets[0]?.gateways);
  });

  it('are of whoever runs cruc-fleet where they say so, in either form', () => {
    const { targets } = parse(
      rack3(
        "gateways: ['$USER@switch0:2200', { host: switch1, user: $USER }]",
        'sleds: [{ cubby: 0, host: h }]',
      ),
    );
    const users = targets[0]!.gateways.map(({ user }) => user);
    expect(users).toEqual(['ada', 'ada']);
  });

  it('take what they do not say from the place that lists them, except for the port', () => {
    const { targets } = parse(`version: 1
defaults: { user: admin, port: 2022, identity_file: /k/all, gateways: [bastion] }
racks:
  - { id: 1, identity_file: /k/one, sleds: [{ cubby: 0, host: a }] }
  - { id: 2, identity_file: /k/two, gateways: [sw], sleds: [{ cubby: 0, host: a }, { cubby: 1, host: b, gateways: [] }] }
`);
    expect(targets.map(({ login }) => login.port)).toEqual([2022, 2022, 2022]);
    expect(targets[0]?.gateways).toMatchObject([
      { host: 'bastion', port: 22, user: 'admin', identityFiles: ['/k/all'] },
    ]);
    expect(targets[1]?.gateways).toMatchObject([
      { host: 'sw', port: 22, user: 'admin', identityFiles: ['/k/two'] },
    ]);
    expect(targets[2]?.gateways).toEqual([]);
  });
});

describe('what an inventory says of `check`', () => {
  it('is kept with its place, right or wrong, and is nothing where it is not there', () => {
    expect(parse(rack3('sleds: [{ cubby: 0, host: h0 }]')).check).toBeNull();
    const { check, targets } = parse(`check: { windwo: soon }\n${rack3('sleds: [{ cubby: 0, host: h0 }]')}`);
    expect(targets).toHaveLength(1);
    expect(check).toMatchObject({ file: 'inventory.yaml', baseDir: '/etc/fleet' });
    expect(check?.value.place).toEqual({ path: 'check', offset: 7 });
  });
});
