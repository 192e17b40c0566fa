import { connect } from 'node:net';
import { keyTypeOf } from '../trust/known-hosts.ts';

/** A key that an SSH agent holds. */
export interface AgentKey {
  readonly keyType: string;
  /** The public key as it goes over the wire. */
  readonly key: Buffer;
  readonly comment: string;
}

const LIST_REQUEST = Buffer.from([0, 0, 0, 1, 11]);
const IDENTITIES_ANSWER = 12;
const LONGEST_ANSWER = 1 << 20;

/**
 * Asks the agent at a Unix socket for its keys, of all types: ssh2's own listing leaves out certificates and
 * `sk-` keys without a word, and an error must be able to name them. Rejects with an Error.
 * The protocol: https://datatracker.ietf.org/doc/html/draft-ietf-sshm-ssh-agent
 */
export function listAgentKeys(socketPath: string, timeoutMs: number): Promise<readonly AgentKey[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(socketPath);
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('it does not answer')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('it closed the connection')));
    socket.on('connect', () => socket.write(LIST_REQUEST));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const answer = Buffer.concat(chunks);
      if (answer.length < 4) return;
      const length = answer.readUInt32BE(0);
      if (length > LONGEST_ANSWER) {
        socket.destroy(new Error('its answer is too long'));
        return;
      }
      if (answer.length < 4 + length) return;
      const keys = parseIdentities(answer.subarray(4, 4 + length));
      if (keys === null) {
        socket.destroy(new Error('its answer is not a list of keys'));
        return;
      }
      resolve(keys);
      socket.destroy();
    });
  });
}

function parseIdentities(message: Buffer): readonly AgentKey[] | null {
  if (message.length < 5 || message[0] !== IDENTITIES_ANSWER) return null;
  const count = message.readUInt32BE(1);
  const keys: AgentKey[] = [];
  let at = 5;
  const next = (): Buffer | null => {
    if (at + 4 > message.length) return null;
    const end = at + 4 + message.readUInt32BE(at);
    if (end > message.length) return null;
    const field = message.subarray(at + 4, end);
    at = end;
    return field;
  };
  while (keys.length < count) {
    const key = next();
    const comment = next();
    if (key === null || comment === null) return null;
    keys.push({ keyType: keyTypeOf(key) ?? 'unknown', key, comment: comment.toString('utf8') });
  }
  return keys;
}
