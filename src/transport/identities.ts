import type { AnyAuthMethod } from 'ssh2';

/** One key, or another way to be let in, that can be offered to a server. */
export interface Offer {
  /** How it is named in messages. */
  readonly label: string;
  readonly method: AnyAuthMethod;
}

/** The keys for one login, in the order in which they are offered. */
export interface Identities {
  readonly offers: readonly Offer[];
  /** Keys that are not offered, each with its reason. */
  readonly leftOut: readonly string[];
  /** What to do where there is no key at all. */
  readonly advice: string;
}

export const NO_IDENTITIES: Identities = { offers: [], leftOut: [], advice: '' };

/** The keys that were found for one login, by where they are from. */
export interface FoundOffers {
  /** The agent's, where an identity file has the public half. */
  readonly named: readonly Offer[];
  /** The agent's other ones. */
  readonly others: readonly Offer[];
  readonly fromFiles: readonly Offer[];
  readonly leftOut: readonly string[];
  readonly advice: string;
}

// sshd closes the connection after MaxAuthTries (6) refusals, and may then ban the address for a while.
const MOST_OFFERS = 5;

/** As many keys as a server may be offered. Those that the user named have their place before an agent's others. */
export function inOrder({ named, others, fromFiles, leftOut, advice }: FoundOffers): Identities {
  const room = Math.max(0, MOST_OFFERS - named.length - fromFiles.length);
  const offers = [...named, ...others.slice(0, room), ...fromFiles];
  const tooMany = [...others.slice(room), ...offers.slice(MOST_OFFERS)];
  return {
    offers: offers.slice(0, MOST_OFFERS),
    leftOut: [...leftOut, ...tooMany.map(({ label }) => `${label}, more than ${MOST_OFFERS} keys`)],
    advice,
  };
}
