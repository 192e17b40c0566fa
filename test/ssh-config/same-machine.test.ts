import { describe, expect, it } from 'vitest';
import { FleetError } from '../../src/model/error.ts';
import type { Target } from '../../src/model/target.ts';
import { refuseSameMachine } from '../../src/ssh-config/same-machine.ts';
import { asGateway, makeTarget } from '../support/sleds.ts';
import { useConfigFolder, withoutSsh } from './support/config-folder.ts';

describe('two sleds that an ssh configuration makes one machine', () => {
  const folder = useConfigFolder();

  async function refusal(...targets: readonly Target[]): Promise<string | null> {
    const configured = await folder.configure(targets, { ask: withoutSsh });
    try {
      refuseSameMachine(configured);
      return null;
    } catch (error) {
      if (error instanceof FleetError && error.code === 'configuration') return error.message;
      throw error;
    }
  }

  const [one, two] = [makeTarget(1, { host: 'sled1' }), makeTarget(2, { host: 'sled2' })];

  it('are refused, with both names', async () => {
    folder.write('.ssh/config', 'Host sled1', '  HostName FD00:0::1', 'Host sled2', '  HostName fd00::1');
    expect(await refusal(one, two)).toBe(
      'the ssh configuration makes 3/BRM42220001 and 3/BRM42220002 one machine: both are [fd00::1]:22; fix HostName and Port, or say them in the inventory',
    );
  });

  it('are two where their ports, commands or gateways differ', async () => {
    folder.write('.ssh/config', 'Host *', '  HostName fd00::1', 'Host sled2', '  Port 2222');
    expect(await refusal(one, two)).toBe(null);
    folder.write('.ssh/config', 'Host *', '  HostName fd00::1', '  ProxyCommand to %n');
    expect(await refusal(one, two)).toBe(null);
    folder.write('.ssh/config', 'Host *', '  HostName fd00::1');
    const gateways = [asGateway(makeTarget(3, { host: 'gw' }).login)];
    expect(await refusal(one, { ...two, gateways })).toBe(null);
  });

  it('are left to the inventory where it says so itself', async () => {
    folder.write('.ssh/config', 'Host *', '  User eve');
    expect(await refusal(one, makeTarget(2, { host: 'sled1' }))).toBe(null);
  });
});
