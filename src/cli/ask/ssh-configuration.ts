import { resolve } from 'node:path';
import { xdgFolder } from '../../files/xdg.ts';
import { FleetError } from '../../model/error.ts';
import type { Target } from '../../model/target.ts';
import type { SshConfigOption } from '../options/ssh-config-option.ts';
import type { Surroundings } from '../surroundings.ts';

/**
 * The targets as the inventory, and where it says nothing OpenSSH's configuration, say how to reach them. Throws a
 * FleetError `configuration`; gives the targets back as they are when the signal fires.
 */
export async function withSshConfiguration(
  targets: readonly Target[],
  options: SshConfigOption,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<readonly Target[]> {
  const { openSsh, user, hostName, env } = surroundings;
  const { ask, home, systemFile } = openSsh;
  const stateFolder = xdgFolder('state', surroundings).folder;
  if (options.sshConfig === '')
    throw new FleetError('usage', '-F: found nothing after it; leave it out, or say none');
  const chosen = chosenSshConfig(options, surroundings);
  // It knows what an inventory can say, which is loaded only where one is read.
  const { configuredTargets } = await import('../../ssh-config/configured-targets.ts');
  const { refuseSameMachine } = await import('../../ssh-config/same-machine.ts');
  const configured = await configuredTargets(targets, {
    places: { chosen, home, systemFile },
    ask,
    context: { home, stateFolder, user, hostName, env },
    signal,
  });
  if (configured !== targets) refuseSameMachine(configured);
  return configured;
}

/** The file that is read in place of the user's and the system's, or `none`; null where they are read. */
export function chosenSshConfig(
  { sshConfig }: SshConfigOption,
  { env, cwd }: Pick<Surroundings, 'env' | 'cwd'>,
): string | null {
  const named = sshConfig ?? emptyIsUnset(env['CRUC_FLEET_SSH_CONFIG']);
  return named === null || named === 'none' ? named : resolve(cwd, named);
}

function emptyIsUnset(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
