import type { BaseAgent, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import type { Login } from '../model/target.ts';
import { type AgentKey, listAgentKeys } from './agent-listing.ts';
import { type FoundOffers, type Identities, type Offer, inOrder } from './identities.ts';
import { emptyAgentProblem } from './key-problems.ts';
import { type KeyFile, NO_SHA1, type PassphraseFor, readKeyFile } from './key-file.ts';
import type { Ssh2 } from './ssh-library.ts';

/** The keys of a run: each file is read and decrypted once, an agent is asked once. */
export interface KeyRing {
  /** Rejects with `key_unreadable` where a passphrase is not available. */
  identitiesFor(login: Login): Promise<Identities>;
}

export interface KeyRingOptions {
  readonly ssh2: Ssh2;
  readonly passphraseFor: PassphraseFor;
  readonly onWarning: (message: string) => void;
}

const AGENT_TIMEOUT_MS = 5_000;

export function createKeyRing({ ssh2, passphraseFor, onWarning }: KeyRingOptions): KeyRing {
  const files = new Map<string, Promise<KeyFile>>();
  const listings = new Map<string, Promise<readonly AgentKey[]>>();

  function keyFile(path: string): Promise<KeyFile> {
    const known = files.get(path);
    if (known !== undefined) return known;
    const file = readKeyFile(path, ssh2, passphraseFor).then((read) => {
      if (read.warning !== null) onWarning(read.warning);
      return read;
    });
    files.set(path, file);
    return file;
  }

  function agentKeys(socketPath: string): Promise<readonly AgentKey[]> {
    const known = listings.get(socketPath);
    if (known !== undefined) return known;
    const listing = listAgentKeys(socketPath, AGENT_TIMEOUT_MS);
    listings.set(socketPath, listing);
    // A failure is for those who wait now; the agent may be back for the next round of a watch.
    listing.catch(() => listings.delete(socketPath));
    return listing;
  }

  return {
    async identitiesFor(login) {
      const keyFiles = await Promise.all(login.identityFiles.map((path) => keyFile(path)));
      const held = await heldKeys(login, agentKeys);
      const ofAgent = agentOffers(ssh2, login, keyFiles, held.keys);
      const ofFiles = await fileOffers(login, keyFiles, held.keys);
      return inOrder({
        named: ofAgent.named,
        others: ofAgent.others,
        fromFiles: ofFiles.offers,
        leftOut: [...held.leftOut, ...ofAgent.leftOut, ...ofFiles.leftOut, ...certificates(login)],
        advice: adviceFor(login, held.keys),
      });
    },
  };
}

/** The keys of the login's agent; an agent that does not answer is left out. */
async function heldKeys(
  { identityAgent }: Login,
  agentKeys: (socketPath: string) => Promise<readonly AgentKey[]>,
): Promise<{ readonly keys: readonly AgentKey[]; readonly leftOut: readonly string[] }> {
  if (identityAgent === null) return { keys: [], leftOut: [] };
  try {
    const keys = await agentKeys(identityAgent);
    return { keys, leftOut: keys.length === 0 ? [emptyAgentProblem(identityAgent)] : [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { keys: [], leftOut: [`the keys of the ssh agent at ${identityAgent} (${reason})`] };
  }
}

/** What the agent can sign with: keys that an identity file names, and others unless only those are wanted. */
function agentOffers(
  ssh2: Ssh2,
  { identityAgent, identitiesOnly, user }: Login,
  keyFiles: readonly KeyFile[],
  held: readonly AgentKey[],
): Omit<FoundOffers, 'fromFiles' | 'advice'> {
  const named: Offer[] = [];
  const others: Offer[] = [];
  const leftOut: string[] = [];
  for (const key of held) {
    const isNamed = keyFiles.some((file) => file.publicKey?.equals(key.key) === true);
    if (!isNamed && identitiesOnly) continue;
    const offer = identityAgent === null ? null : agentOffer(ssh2, identityAgent, user, key);
    // Certificates and keys on security tokens (sk-): ssh2 cannot use them.
    if (offer === null) leftOut.push(`${key.comment} from the agent (${key.keyType} cannot be used)`);
    else if (isNamed) named.push(offer);
    else others.push(offer);
  }
  return { named, others, leftOut };
}

function agentOffer(ssh2: Ssh2, socketPath: string, username: string, key: AgentKey): Offer | null {
  const parsed = ssh2.utils.parseKey(key.key);
  if (parsed instanceof Error) return null;
  // One key a method: ssh2 would otherwise list the agent for each connection and offer all it holds.
  const agent = ssh2.createAgent(socketPath);
  agent.getIdentities = (callback) => callback(undefined, [parsed]);
  if (parsed.type === 'ssh-rsa') refuseSha1(agent);
  const label = `${key.comment === '' ? '(unnamed)' : key.comment} from the agent (${key.keyType})`;
  return { label, method: { type: 'agent', username, agent } };
}

function refuseSha1(agent: BaseAgent): void {
  const sign = agent.sign.bind(agent);
  // As ssh2 calls it: with options, in which an RSA key has its hash.
  agent.sign = (
    key: string | Buffer | ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void => {
    if (typeof options !== 'function' && options.hash !== 'sha1') sign(key, data, options, callback);
    else callback?.(new Error(NO_SHA1));
  };
}

/** The keys of files that the agent does not hold, decrypted. */
async function fileOffers(
  { user }: Login,
  keyFiles: readonly KeyFile[],
  held: readonly AgentKey[],
): Promise<{ readonly offers: readonly Offer[]; readonly leftOut: readonly string[] }> {
  const offers: Offer[] = [];
  const leftOut: string[] = [];
  for (const file of keyFiles) {
    if (file.publicKey !== null && held.some((key) => file.publicKey?.equals(key.key) === true)) continue;
    const key = await file.unlock();
    if (typeof key === 'string') leftOut.push(key);
    else {
      const method = { type: 'publickey', username: user, key } as const;
      offers.push({ label: `${file.path} (${key.type})`, method });
    }
  }
  return { offers, leftOut };
}

function certificates({ certificateFiles }: Login): readonly string[] {
  return certificateFiles.map(
    (file) => `${file}, a certificate, which cannot be used here (a proxy_command such as ssh -W can use it)`,
  );
}

function adviceFor({ identitiesOnly }: Login, held: readonly AgentKey[]): string {
  return identitiesOnly && held.length > 0
    ? "none of the agent's keys is among the identity files"
    : 'name an identity file or add a key to an ssh agent';
}
