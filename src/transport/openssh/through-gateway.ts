import { FleetError } from '../../model/error.ts';
import { hostPort } from '../../model/host-port.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { Gateway, Login } from '../../model/target.ts';
import { pipeCommand } from '../gateway-command.ts';
import { sshFailure } from './failure.ts';
import type { Master } from './master.ts';
import { loginWords, type SshSurroundings } from './ssh-words.ts';

/** What leads to a sled over the gateway's connection, and never over another one. */
export function commandThrough(
  gateway: Gateway,
  { socket }: Master,
  login: Login,
  surroundings: SshSurroundings,
): string {
  const over = ['ssh', '-o', 'ControlMaster=no', '-S', socket, '-o', 'ProxyCommand=false'];
  // Its key was looked at when its connection was opened.
  const words = [...over, ...loginWords(gateway, null, surroundings)];
  const there =
    gateway.via === 'exec'
      ? ['--', gateway.host, pipeCommand(gateway, login)]
      : ['-W', hostPort(login), '--', gateway.host];
  return [...words, ...there].map(shellWord).join(' ');
}

/** Why a sled was not reached over a gateway's connection, which alone knows it. */
export async function throughGateway(error: unknown, gateway: Gateway, master: Master): Promise<unknown> {
  if (!(error instanceof FleetError)) return error;
  const lost = error.code === 'connection_lost' ? await master.lostSoon() : null;
  if (lost !== null) {
    const cause = new FleetError('gateway', `gateway ${hostPort(gateway)} was lost`, { cause: lost });
    const { partial } = error;
    return new FleetError('connection_lost', error.message, {
      cause,
      ...(partial === null ? {} : { partial }),
    });
  }
  if (!/forwarding request failed|Session open refused/i.test(error.message)) return error;
  const refusals = (await master.words()).split(/\r?\n/).filter((line) => line.includes('open failed'));
  const reasons = [...new Set(refusals.map((line) => line.replace(/^.*?open failed: /, '')))];
  const refused = sshFailure(`gateway ${hostPort(gateway)}`, reasons.join('\n'), 'unreachable');
  if (refused.code !== 'forwarding_refused') {
    const [, ...others] = reasons;
    const which = others.length === 0 ? '' : ' (one of these, of this sled or of others)';
    return new FleetError(refused.code, `${refused.message}${which}`, { cause: error });
  }
  const advice = `gateway ${hostPort(gateway)} does not allow forwarding; give it via: exec`;
  return new FleetError('forwarding_refused', advice, { cause: error });
}
