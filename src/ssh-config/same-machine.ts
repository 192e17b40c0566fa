import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import { sameHost } from '../model/same-host.ts';
import type { Gateway, Login, Target } from '../model/target.ts';

/**
 * Refuses sleds that lead to one machine, as the inventory does with addresses: its upstairs would be told of two.
 * Throws a FleetError `configuration`, a line each.
 */
export function refuseSameMachine(targets: readonly Target[]): void {
  const first = new Map<string, Target>();
  const problems: string[] = [];
  for (const target of targets) {
    const key = `${targetKey(target.login)} ${target.gateways.map(gatewayKey).join(' ')}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, target);
    else if (isConfigured(target) || isConfigured(before)) problems.push(problemOf(before, target));
  }
  if (problems.length > 0) throw new FleetError('configuration', problems.join('\n'));
}

function targetKey({ host, port, proxyCommand }: Login): string {
  return `${sameHost(host)} ${port} ${proxyCommand ?? ''}`;
}

function gatewayKey(gateway: Gateway): string {
  const { behind, command } = gateway;
  return `${targetKey(gateway)} ${command ?? ''} ${behind === null ? '' : gatewayKey(behind)}`;
}

function isConfigured({ login: { origins } }: Target): boolean {
  return [origins.host, origins.port, origins.way].includes('ssh configuration');
}

function problemOf(one: Target, other: Target): string {
  const both = `${one.sled.id} and ${other.sled.id}`;
  return `the ssh configuration makes ${both} one machine: both are ${hostPort(other.login)}; fix HostName and Port, or say them in the inventory`;
}
