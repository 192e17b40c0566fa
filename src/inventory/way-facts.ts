import { hostPort } from '../model/host-port.ts';
import type { Gateway, Origin, Target } from '../model/target.ts';
import { loginFacts, type LoginFact } from './login-keys.ts';

/** A host on the way to a sled, and where each value of its login came from. */
export interface HopFacts {
  /** `user@host:port`, with the gateway before it: `root@switch0:22 behind ada@bastion:22`. */
  readonly where: string;
  /** Who named it. */
  readonly origin: Origin;
  readonly login: readonly LoginFact[];
}

/** Every value of the way to a sled, in words and with its origin: for `inventory list -o wide` and for diagnoses. */
export interface WayFacts {
  readonly login: readonly LoginFact[];
  /** Tried in order. */
  readonly gateways: readonly HopFacts[];
}

export function wayFacts({ login, gateways }: Pick<Target, 'login' | 'gateways'>): WayFacts {
  const origin = login.origins.way ?? 'default';
  return {
    login: loginFacts(login),
    gateways: gateways.map((gateway) => ({ where: whereOf(gateway), origin, login: loginFacts(gateway) })),
  };
}

function whereOf(gateway: Gateway): string {
  const here = `${gateway.user}@${hostPort(gateway)}`;
  return gateway.behind === null ? here : `${here} behind ${whereOf(gateway.behind)}`;
}
