import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { refuseRelay } from '../../src/cli/refuse-relay.ts';
import { run } from '../support/run-program.ts';

const ASK_SITES = ['ds-state', 'lr-state', 'repairs', 'run', 'check', 'wait', 'watch', 'sleds'];
/** Another command belongs here only if it is of the hub, or asks nobody. */
const OTHERS = [
  'sites',
  'runner',
  'relay',
  'facts',
  'silence',
  'probes',
  'replay',
  'script',
  'man',
  'completion',
  'sim',
  'demo',
];
const HUB = ['--relay', 'nats://127.0.0.1:1'];

function refusalOf(name: string): string | null {
  try {
    refuseRelay(HUB, name);
    return null;
  } catch (error) {
    return String(error);
  }
}

describe('a command that does not go through a hub', () => {
  it.each([
    [['serve', ...HUB], /serve does not go through a hub: .* reach it with ssh -L; cruc-fleet watch --relay/],
    [['exec', '--relay=nats://127.0.0.1:1', 'uptime'], /never a command; run it at the site/],
    [['where', 'x', ...HUB], /run it at the site/],
    [['inventory', 'check', ...HUB], /cruc-fleet sites lists the sites of a hub/],
  ])('says what does, for %s', async (argv, why) => {
    expect(await run(argv)).toMatchObject({ status: 64, stdout: '', stderr: why });
  });

  it('is every one that does not ask sites, but those that ask nobody', () => {
    const silent = COMMANDS.filter(({ name }) => refusalOf(name) === null).map(({ name }) => name);
    expect(new Set(silent)).toEqual(new Set([...ASK_SITES, ...OTHERS]));
  });

  it('leaves alone what stands behind --', async () => {
    const { stderr } = await run(['exec', '-i', '/none.yaml', '--rack', '3', '--', 'echo', '--relay']);
    expect(stderr).not.toContain('hub');
  });
});
