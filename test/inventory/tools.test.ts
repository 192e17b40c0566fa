import { describe, expect, it } from 'vitest';
import { describeInventory } from '../../src/inventory/describe.ts';
import { errorsOf, parse, rack3 } from './support/fixtures.ts';

describe('a rack that is asked through a tool', () => {
  it('needs no host of its sleds, and no more than the name of the tool', () => {
    const { targets } = parse(rack3('via: pilot', 'pattern: { cubbies: 0-1 }', 'gateways: [jump]'));
    expect(targets.map(({ tool }) => tool)).toEqual([
      { name: 'pilot', command: 'pilot', jobFile: null },
      { name: 'pilot', command: 'pilot', jobFile: null },
    ]);
    const { sleds } = describeInventory(
      parse(rack3('via: pilot', 'sleds: [{ cubby: 4 }]', 'gateways: [jump]')),
    );
    expect(sleds).toMatchObject([{ address: '-', gateways: ['pilot on jump:22'] }]);
  });

  it('takes a command, and a job from the folder of the file', () => {
    const { targets } = parse(
      rack3('via: sush', 'tool: sush -s k', 'sush_job: a.job', 'sleds: [{ serial: BRM42220001 }]'),
    );
    expect(targets[0]?.tool).toMatchObject({ name: 'sush', command: 'sush -s k' });
    expect(targets[0]?.tool?.jobFile).toMatch(/^\/.*\/a\.job$/);
  });

  it('is none where it says ssh, or nothing', () => {
    for (const lines of [['via: ssh'], []]) {
      const [target] = parse(rack3(...lines, 'sleds: [{ cubby: 1, host: h }]')).targets;
      expect(target).not.toHaveProperty('tool');
    }
  });

  it.each([
    [['via: pilot', 'sleds: [{ serial: BRM42220001 }]'], 'found no cubby, allowed is a sled with one: pilot'],
    [['via: sush', 'sleds: [{ cubby: 1 }]'], 'found no serial, allowed is a sled with one: sush'],
    [
      ['via: sush', 'pattern: { cubbies: 0-1 }'],
      'pattern: found no serial, allowed is a sled with one: sush',
    ],
    [['via: pilot', 'sleds: [{ cubby: x }]'], 'cubby: found x, allowed is a whole number'],
    [['via: telnet', 'sleds: [{ cubby: 1, host: h }]'], 'found telnet, allowed is one of ssh, pilot, sush'],
    [['tool: pilot', 'sleds: [{ cubby: 1, host: h }]'], 'found a tool beside via: ssh'],
    [['via: pilot', 'sush_job: a', 'sleds: [{ cubby: 1 }]'], 'found a sush_job beside via: pilot'],
    [['via: pilot', 'tool: ""', 'sleds: [{ cubby: 1 }]'], 'allowed is a command on one line'],
    [['sleds: [{ cubby: 1 }]'], 'host: found nothing'],
  ])('is an error where it does not go together: %j', (lines, message) => {
    expect(errorsOf(rack3(...lines))).toEqual([expect.stringContaining(message)]);
  });
});
