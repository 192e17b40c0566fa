import { hostPort } from '../model/host-port.ts';
import type { Gateway, Origin, Target } from '../model/target.ts';
import { loginFacts, type LoginFact } from './login-keys.ts';

/** A host on the way to a sled, and where each value of its login came from. */
export interface HopFacts {
  /** `sled`, `gateway 1`, `gateway 2`, and `before gateway 1` for the host that leads to that one. */
  readonly hop: string;
  readonly login: readonly LoginFact[];
}

/** How a sled is reached, in words, who said so, and every value of the logins on the way. */
export interface WayFacts {
  /** `direct`, `proxy_command`, or the gateways: `root@switch0:22 behind ada@bastion:22, root@switch1:22`. */
  readonly way: string;
  readonly origin: Origin;
  /** The sled's own, then each gateway's. */
  readonly hops: readonly HopFacts[];
}

/** For `inventory list -o wide`, and for whoever is to find out why a sled is not reached. */
export function wayFacts({ login, gateways }: Pick<Target, 'login' | 'gateways'>): WayFacts {
  const direct = login.proxyCommand === null ? 'direct' : 'proxy_command';
  return {
    way: gateways.length === 0 ? direct : gateways.map(whereOf).join(', '),
    origin: login.origins.way ?? 'default',
    hops: [
      { hop: 'sled', login: loginFacts(login) },
      ...gateways.flatMap((gateway, index) => hopsOf(gateway, `gateway ${index + 1}`)),
    ],
  };
}

function hopsOf(gateway: Gateway, hop: string): readonly HopFacts[] {
  const before = gateway.behind === null ? [] : hopsOf(gateway.behind, `before ${hop}`);
  return [{ hop, login: loginFacts(gateway) }, ...before];
}

function whereOf(gateway: Gateway): string {
  const here = `${gateway.user}@${hostPort(gateway)}`;
  return gateway.behind === null ? here : `${here} behind ${whereOf(gateway.behind)}`;
}
