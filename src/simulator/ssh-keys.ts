import { generateKeyPairSync } from 'node:crypto';

/** An SSH key of the kind that every client reads: ECDSA on P-256. */
export interface KeyPair {
  /** PEM (SEC 1), as OpenSSH and ssh2 read it. */
  readonly privateKey: string;
  /** The public key in base64, as in known_hosts and authorized_keys. */
  readonly blob: Buffer;
}

export const KEY_TYPE = 'ecdsa-sha2-nistp256';

const CURVE = 'nistp256';

/** Bytes of an uncompressed point of P-256, which are the last ones of a public key in DER. */
const POINT_BYTES = 65;

export function generateKeyPair(): KeyPair {
  // Encoded by what makes them: Node 20 can wait for itself for ever while it exports a fresh key as a JWK, if it
  // collects garbage just then (it frees the key's job, which waits for the lock that the export holds).
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  });
  return {
    privateKey,
    blob: Buffer.concat([KEY_TYPE, CURVE, publicKey.subarray(-POINT_BYTES)].map(sshString)),
  };
}

/** One line of known_hosts for a host on a port of its own. */
export function knownHostsLine(host: string, port: number, key: KeyPair): string {
  return `[${host}]:${port} ${KEY_TYPE} ${key.blob.toString('base64')}`;
}

function sshString(data: string | Buffer): Buffer {
  const bytes = Buffer.from(data);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
