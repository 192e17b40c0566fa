import type { AnyAuthMethod } from 'ssh2';
import { FleetError } from '../model/error.ts';
import { hostPort } from '../model/host-port.ts';
import type { Login } from '../model/target.ts';
import { type AgentKey, listAgentKeys } from './agent-listing.ts';
import { type KeyFile, type PassphraseFor, readKeyFile } from './key-file.ts';
import type { Ssh2 } from './ssh-library.ts';

/** One key that can be offered to a server. */
export interface Offer {
  /** How it is named in messages. */
  readonly label: string;
  readonly method: AnyAuthMethod;
}

/** The keys for one login, in the order in which they are offered, never empty. */
export interface Identities {
  readonly offers: readonly Offer[];
  /** Keys that are not offered, each with its reason. */
  readonly leftOut: readonly string[];
}

/** The keys of a run: each file is read and decrypted once, an agent is asked once. */
export interface KeyRing {
  /** Rejects with `key_unreadable` or `authentication` if there is no key to offer. */
  identitiesFor(login: Login): Promise<Identities>;
}

// sshd closes the connection after MaxAuthTries (6) refusals, and may then ban the address for a while.
const offersAtMost = 5;
const agentTimeoutMs = 5_000;

export function createKeyRing(options: {
  readonly ssh2: Ssh2;
  readonly passphraseFor: PassphraseFor;
  readonly onWarning: (message: string) => void;
}): KeyRing {
  const files = new Map<string, Promise<KeyFile>>();
  const listings = new Map<string, Promise<readonly AgentKey[]>>();

  function keyFile(path: string): Promise<KeyFile> {
    let file = files.get(path);
    if (file === undefined) {
      file = readKeyFile(path, options.ssh2, options.passphraseFor).then((read) => {
        if (read.warning !== null) options.onWarning(read.warning);
        return read;
      });
      files.set(path, file);
    }
    return file;
  }

  function agentKeys(socketPath: string): Promise<readonly AgentKey[]> {
    let listing = listings.get(socketPath);
    if (listing === undefined) {
      listing = listAgentKeys(socketPath, agentTimeoutMs);
      listings.set(socketPath, listing);
      // A failure is for those who wait now; the agent may be back for the next round of a watch.
      listing.catch(() => listings.delete(socketPath));
    }
    return listing;
  }

  function agentOffer(socketPath: string, username: string, key: AgentKey): Offer | null {
    const parsed = options.ssh2.utils.parseKey(key.key);
    if (parsed instanceof Error) return null;
    // One key a method: ssh2 would otherwise list the agent for each connection and offer all it holds.
    const agent = options.ssh2.createAgent(socketPath);
    agent.getIdentities = (callback) => callback(undefined, [parsed]);
    const label = `${key.comment === '' ? '(unnamed)' : key.comment} from the agent (${key.keyType})`;
    return { label, method: { type: 'agent', username, agent } };
  }

  return {
    async identitiesFor(login) {
      const leftOut: string[] = [];
      const keyFiles = await Promise.all(login.identityFiles.map((path) => keyFile(path)));
      const socketPath = login.identityAgent;
      let held: readonly AgentKey[] = [];
      if (socketPath !== null) {
        try {
          held = await agentKeys(socketPath);
        } catch (error) {
          leftOut.push(
            `the keys of the ssh agent at ${socketPath} (${error instanceof Error ? error.message : String(error)})`,
          );
        }
      }

      const named: Offer[] = [];
      const others: Offer[] = [];
      for (const key of held) {
        const isNamed = keyFiles.some((file) => file.publicKey?.equals(key.key) === true);
        if (!isNamed && login.identitiesOnly) continue;
        const offer = socketPath === null ? null : agentOffer(socketPath, login.user, key);
        // Certificates and keys on security tokens (sk-): ssh2 cannot use them.
        if (offer === null) leftOut.push(`${key.comment} from the agent (${key.keyType} cannot be used)`);
        else if (isNamed) named.push(offer);
        else others.push(offer);
      }

      const fromFiles: Offer[] = [];
      for (const file of keyFiles) {
        if (file.publicKey !== null && held.some((key) => file.publicKey?.equals(key.key) === true)) continue;
        const key = await file.unlock();
        if (typeof key === 'string') {
          leftOut.push(key);
          continue;
        }
        const method: AnyAuthMethod = { type: 'publickey', username: login.user, key };
        fromFiles.push({ label: `${file.path} (${key.type})`, method });
      }

      // Keys that the user named have their place before an agent's that happen to be there.
      const room = Math.max(0, offersAtMost - named.length - fromFiles.length);
      for (const offer of others.slice(room)) leftOut.push(`${offer.label}, more than ${offersAtMost} keys`);
      const offers = [...named, ...others.slice(0, room), ...fromFiles];
      for (const offer of offers.splice(offersAtMost)) {
        leftOut.push(`${offer.label}, more than ${offersAtMost} keys`);
      }
      if (offers.length > 0) return { offers, leftOut };

      const where = `${login.user}@${hostPort(login)}`;
      if (leftOut.length > 0) {
        throw new FleetError('key_unreadable', `no key can be offered to ${where}: ${leftOut.join('; ')}`);
      }
      const advice =
        login.identitiesOnly && held.length > 0
          ? "none of the agent's keys is among the identity files"
          : 'name an identity file or add a key to an ssh agent';
      throw new FleetError('authentication', `no key can be offered to ${where}: ${advice}`);
    },
  };
}
