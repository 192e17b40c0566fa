import { hostPort } from '../model/host-port.ts';
import type { Gateway, Login } from '../model/target.ts';

/** Who logs in to a gateway, with what and by which way: another key may be let in where one was refused. */
export function gatewayKey(gateway: Gateway): string {
  const way = gateway.behind === null ? (gateway.proxyCommand ?? '') : `behind ${gatewayKey(gateway.behind)}`;
  return `${hostPort(gateway)} ${credentialsKey(gateway)} ${way}`;
}

/** Who logs in with what, wherever that is. */
export function credentialsKey({ user, auth, identityFiles, identityAgent, identitiesOnly }: Login): string {
  return JSON.stringify([user, auth, identityFiles, identityAgent, identitiesOnly]);
}
