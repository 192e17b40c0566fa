import { Command, Help } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS, wantedCommand } from '../../src/cli/commands.ts';
import { findProbe } from '../../src/cli/run/prepare-run.ts';
import { PROBES, STATE_PROBES } from '../../src/probes/index.ts';
import { SEED_NAMES } from '../../src/probes/seed-names.ts';
import type { Surroundings } from '../../src/cli/surroundings.ts';

describe('the list of commands', () => {
  it.each(COMMANDS)('says of $name what it takes', async ({ name, takes, load }) => {
    const command = new Command(name);
    const fill = await load();
    fill(command, {
      argv: [name],
      version: '0',
      surroundings: {} as Surroundings,
      wholeProgram: async () => command,
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

describe("the names of Crucible's own scripts", () => {
  // Every heading of the document that comes with them, as it is written there.
  it.each([
    ['all_downstairs.d', 'all_downstairs'],
    ['downstairs_count.d', 'downstairs_count'],
    ['get-ds-state.sh', 'ds-state'],
    ['get-lr-state.sh', 'lr-state'],
    ['perf-upstairs-rw.d', 'perf-upstairs-rw'],
    ['perf-ds-client.d', 'perf-ds-client'],
    ['perf-ds-net.d', 'perf-ds-net'],
    ['perfgw.d', 'perfgw'],
    ['perf-reqwest.d', 'perf-reqwest'],
    ['perf-vol.d', 'perf-vol'],
    ['perf-downstairs-d', 'perf-downstairs'],
    ['perf-downstairs-os.d', 'perf-downstairs-os'],
    ['perf-downstairs-three.d', 'perf-downstairs-three'],
    ['single_up_info.d', 'single_up_info'],
    ['sled_upstairs_info.d', 'sled_upstairs_info'],
    ['upstairs_action.d', 'upstairs_action'],
    ['upstairs_info.d', 'upstairs_info'],
    ['upstairs_count.d', 'upstairs_count'],
    ['upstairs_raw.d', 'upstairs_raw'],
    ['tracegw.d', 'tracegw'],
    ['trace-vol.d', 'trace-vol'],
    ...SEED_NAMES,
  ])('%s is answered by %s', (typed, name) => {
    expect(findProbe(typed)?.name).toBe(name);
  });

  it('stand for nothing that is a name of ours', () => {
    const ours = PROBES.map(({ name }) => name.replaceAll('_', '-'));
    expect([...SEED_NAMES.keys()].filter((name) => ours.includes(name))).toEqual([]);
  });
});
