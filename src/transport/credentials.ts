import { hostPort } from '../model/host-port.ts';
import type { Login } from '../model/target.ts';

/** Who logs in where, with what: another key may be let in where one was refused. */
export function loginKey(login: Login): string {
  return `${hostPort(login)} ${login.proxyCommand ?? ''} ${credentialsKey(login)}`;
}

/** Who logs in with what, wherever that is. */
export function credentialsKey({ user, auth, identityFiles, identityAgent, identitiesOnly }: Login): string {
  return JSON.stringify([user, auth, identityFiles, identityAgent, identitiesOnly]);
}
