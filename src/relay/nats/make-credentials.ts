import { createUser } from '@nats-io/nkeys';
import type { Credentials } from '../credentials.ts';

/** New credentials: a key pair that nobody else has. */
export function makeCredentials(role: Credentials['role'], name: string): Credentials {
  const pair = createUser();
  const seed = new TextDecoder().decode(pair.getSeed());
  return { role, name, seed, publicKey: pair.getPublicKey() };
}
