import type { AnyAuthMethod } from 'ssh2';
import type { Login } from '../model/target.ts';
import { type Identities, NO_IDENTITIES, type Offer } from './identities.ts';

/** What one login has to offer, in OpenSSH's order: `none`, which tells what the server takes, keys, an empty password. */
export interface Offers {
  /**
   * The next offer that the server may take, null where none is left. `methodsLeft` is what it takes, null before it
   * was asked. Keys are looked for when they are needed.
   */
  next(methodsLeft: readonly string[] | null): Promise<Offer | null>;
  /** The keys that were looked for so far. */
  identities(): Identities;
}

/** Rejects where `identitiesFor` does. */
export function createOffers(login: Login, identitiesFor: (login: Login) => Promise<Identities>): Offers {
  let identities = NO_IDENTITIES;
  let queue: Offer[] | null = null;
  return {
    async next(methodsLeft) {
      if (methodsLeft === null) return { label: 'none', method: { type: 'none', username: login.user } };
      if (queue === null) {
        if (login.auth.includes('publickey') && methodsLeft.includes('publickey')) {
          identities = await identitiesFor(login);
        }
        queue = [...identities.offers, ...emptyPassword(login)];
      }
      for (let offer = queue.shift(); offer !== undefined; offer = queue.shift()) {
        if (methodsLeft.includes(nameOf(offer.method))) return offer;
      }
      return null;
    },
    identities: () => identities,
  };
}

function emptyPassword({ auth, user }: Login): readonly Offer[] {
  if (!auth.includes('empty-password')) return [];
  return [{ label: 'an empty password', method: { type: 'password', username: user, password: '' } }];
}

/** What servers call it: an agent is our own affair. */
function nameOf({ type }: AnyAuthMethod): string {
  return type === 'agent' ? 'publickey' : type;
}
