import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fillCommand } from '../../src/inventory/command-template.ts';
import { describeInventory } from '../../src/inventory/describe.ts';
import { errorsOf, parse, rack3 } from './support/fixtures.ts';

const TWO = 'sleds: [{ cubby: 14, serial: BRM1, host: h }, { cubby: 15, serial: BRM2, host: fe80::1%net0 }]';

describe('a command that leads to sleds', () => {
  it('has the words in braces of each sled', () => {
    const { targets } = parse(
      rack3(
        'port: 2222',
        'proxy_command: nc {host} {port} {cubby} {serial} {rack} {user} ${HOME} {{print}',
        TWO,
      ),
    );
    expect(targets.map(({ login }) => login.proxyCommand)).toEqual([
      'nc h 2222 14 BRM1 3 root ${HOME} {print}',
      'nc fe80::1%net0 2222 15 BRM2 3 root ${HOME} {print}',
    ]);
  });

  it('has the words of the sled on a gateway, and of the gateway where it leads to one', () => {
    const { targets } = parse(
      rack3(
        'gateways:',
        '  - { host: g, user: support, via: exec, command: "tp {cubby} {user}", proxy_command: "ssh {user}@{host}" }',
        '  - g2',
        TWO,
      ),
    );
    expect(targets.map(({ gateways }) => gateways[0]?.command)).toEqual(['tp 14 root', 'tp 15 root']);
    expect(targets[0]?.gateways[0]).toMatchObject({ via: 'exec', proxyCommand: 'ssh support@g' });
    expect(targets[0]?.gateways[1]).toMatchObject({ via: 'auto', command: null, proxyCommand: null });
  });

  it.each([
    ['proxy_command: nc {hots} {port}', '{hots}'],
    ['proxy_command: nc {} {port}', '{} {port}'],
    ['proxy_command: ssh -W %h:%p jump', '%h:%p'],
    ['proxy_command: "nc {host}\\nreboot"', 'reboot'],
    ['gateways: [{ host: g, command: "nc {adress}" }]', '{adress}'],
  ])('%s is refused, with the words that there are', (line, found) => {
    const [error, ...more] = errorsOf(rack3(line, TWO));
    expect(more).toEqual([]);
    expect(error).toContain(found);
    expect(error).toContain('in which {host}, {port}, {cubby}, {serial}, {rack} and {user} stand for');
  });

  it('is refused for a sled that has not what it names', () => {
    const text = rack3('proxy_command: nc {cubby} {port}', 'sleds: [{ serial: BRM1, host: h }]');
    expect(errorsOf(text)).toEqual([
      'inventory.yaml:5:13: racks[0].sleds[0]: found no cubby, allowed is a sled with a cubby, since the proxy_command of the sled has {cubby}',
    ]);
  });

  it('is refused on the way to a gateway where it names a sled', () => {
    const text = rack3('gateways: [{ host: g, proxy_command: "tp {cubby}" }]', TWO);
    expect(errorsOf(text)[0]).toContain('the proxy_command of gateway g:22 has {cubby}');
  });

  it('takes the place of the gateways around it, and gateways take its place', () => {
    const { targets } = parse(
      [
        'version: 1',
        'defaults: { proxy_command: nc }',
        'racks:',
        '  - id: 3',
        '    gateways: [g]',
        '    sleds: [{ cubby: 0, host: a }, { cubby: 1, host: b, proxy_command: ssh }, { cubby: 2, host: c, gateways: [] }]',
        '  - id: 4',
        '    sleds: [{ cubby: 0, host: d }, { cubby: 1, host: e, proxy_command: none }]',
        '',
      ].join('\n'),
    );
    expect(
      targets.map(({ login, gateways }) => [login.host, login.proxyCommand, gateways.length].join(' ')),
    ).toEqual(['a  1', 'b ssh 0', 'c  0', 'd nc 0', 'e  0']);
  });

  it('is refused beside gateways in one place, and a command beside via: forward', () => {
    expect(errorsOf(rack3('gateways: [g]', 'proxy_command: nc', TWO))[0]).toContain(
      'racks[0].proxy_command: found a proxy_command beside gateways',
    );
    expect(errorsOf(rack3('gateways: [{ host: g, via: forward, command: nc }]', TWO))[0]).toContain(
      'racks[0].gateways[0].command: found a command beside via: forward',
    );
    expect(errorsOf(rack3('gateways: [{ host: g, via: nc }]', TWO))[0]).toContain(
      'found nc, allowed is one of auto, forward, exec',
    );
  });

  it('is shown in lists in place of gateways', () => {
    const { sleds } = describeInventory(parse(rack3('proxy_command: nc {host}', TWO)));
    expect(sleds.map((sled) => sled.gateways)).toEqual([['proxy_command'], ['proxy_command']]);
  });

  it('gives each value to the shell as one word, whatever is in it', () => {
    const word = fc.string().filter((text) => !/\p{Cc}/u.test(text) && !text.includes('\u0000'));
    // Many to a shell: a process costs more than all that is asked of it.
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { minLength: 30, maxLength: 30 }), (pairs) => {
        const commands = pairs.map(([host, user]) =>
          fillCommand(`printf '<%s>' {host} {user}`, {
            host,
            user,
            port: '22',
            cubby: null,
            serial: null,
            rack: '3',
          }),
        );
        const printed = execFileSync('/bin/sh', ['-c', commands.join('\n')], { encoding: 'utf8' });
        return printed === pairs.map(([host, user]) => `<${host}><${user}>`).join('');
      }),
      { numRuns: 3 },
    );
  });
});
