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

export function generateKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return {
    privateKey: privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    blob: Buffer.concat([KEY_TYPE, CURVE, point].map(sshString)),
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
