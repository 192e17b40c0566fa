import { Command, Help } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS, wantedCommand } from '../../src/cli/commands.ts';
import { STATE_PROBES } from '../../src/probes/index.ts';
import type { Surroundings } from '../../src/cli/surroundings.ts';

describe('the list of commands', () => {
  it.each(COMMANDS)('says of $name what it takes', async ({ name, takes, load }) => {
    const command = new Command(name);
    const fill = await load();
    fill(command, {
      argv: [name],
      version: '0',
      surroundings: {} as Surroundings,
      setExitCode() {},
      run: async () => 0,
    });
    expect(new Help().subcommandTerm(command)).toBe(`${name} ${takes}`.trimEnd());
  });

  it('says of a probe what the probe says of itself', () => {
    const listed = COMMANDS.map(({ name, summary }) => ({ name, summary }));
    for (const { name, summary } of STATE_PROBES) expect(listed).toContainEqual({ name, summary });
  });
});

describe('wantedCommand', () => {
  it.each([
    [['ds-state', '--rack', '3'], 'ds-state'],
    [['help', 'exec'], 'exec'],
    [['help', '--', 'exec'], 'exec'],
    [['--help'], undefined],
    [['help'], undefined],
    [['--', 'exec', 'help'], 'exec'],
  ])('of %j is %s', (argv, wanted) => {
    expect(wantedCommand(argv)).toBe(wanted);
  });
});
