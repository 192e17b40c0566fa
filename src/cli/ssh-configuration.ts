import { resolve } from 'node:path';
import { xdgFolder } from '../files/xdg.ts';
import { FleetError } from '../model/error.ts';
import type { Target } from '../model/target.ts';
import type { SshConfigOption } from './ssh-config-option.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The targets as the inventory, and where it says nothing OpenSSH's configuration, say how to reach them. Throws a
 * FleetError `configuration`; gives the targets back as they are when the signal fires.
 */
export async function withSshConfiguration(
  targets: readonly Target[],
  { sshConfig }: SshConfigOption,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<readonly Target[]> {
  const { openSsh, user, hostName, env, cwd } = surroundings;
  const { ask, home, systemFile } = openSsh;
  const stateFolder = xdgFolder('state', surroundings).folder;
  if (sshConfig === '')
    throw new FleetError('usage', '-F: found nothing after it; leave it out, or say none');
  const named = sshConfig ?? emptyIsUnset(env['CRUC_FLEET_SSH_CONFIG']);
  const chosen = named === null || named === 'none' ? named : resolve(cwd, named);
  // It knows what an inventory can say, which is loaded only where one is read.
  const { configuredTargets } = await import('../ssh-config/configured-targets.ts');
  const { refuseSameMachine } = await import('../ssh-config/same-machine.ts');
  const configured = await configuredTargets(targets, {
    places: { chosen, home, systemFile },
    ask,
    context: { home, stateFolder, user, hostName, env },
    signal,
  });
  if (configured !== targets) refuseSameMachine(configured);
  return configured;
}

function emptyIsUnset(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
