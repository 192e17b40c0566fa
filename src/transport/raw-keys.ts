import { type KeyObject, createPublicKey, diffieHellman } from 'node:crypto';

/**
 * Public keys from and to the bytes that SSH sends. As a JSON Web Key, which Node hands to OpenSSL as numbers, takes a
 * few microseconds; as DER or PEM, which OpenSSL looks through for what it may be, 70 to 250.
 */

const X25519_BYTES = 32;

/** The public half of an X25519 key, as it goes over the wire. */
export function rawX25519(key: KeyObject): Buffer {
  const { x } = key.export({ format: 'jwk' });
  if (x === undefined) throw new Error('not an X25519 key');
  return Buffer.from(x, 'base64url');
}

/** What two X25519 keys agree on, as SSH's mpint without its length. Throws where `theirs` is not such a key. */
export function agreedSecret(own: KeyObject, theirs: Buffer): Buffer {
  if (theirs.length !== X25519_BYTES) throw new Error('not an X25519 key');
  const jwk = { kty: 'OKP', crv: 'X25519', x: theirs.toString('base64url') };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  return asMpint(diffieHellman({ privateKey: own, publicKey }));
}

/** A positive number of SSH (RFC 4251): no zeros before it, and one where its first bit would be a sign. */
function asMpint(bytes: Buffer): Buffer {
  let from = 0;
  while (bytes[from] === 0) from += 1;
  const number = bytes.subarray(from);
  return (number[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), number]) : number;
}

/** A host's key and the hash of its signatures. */
export interface VerifyingKey {
  readonly key: KeyObject;
  readonly hash: string | null;
}

/** How the points of each curve are written, and what their signatures hash. */
const CURVES = new Map([
  ['ecdsa-sha2-nistp256', { crv: 'P-256', hash: 'sha256', size: 32 }],
  ['ecdsa-sha2-nistp384', { crv: 'P-384', hash: 'sha384', size: 48 }],
  ['ecdsa-sha2-nistp521', { crv: 'P-521', hash: 'sha512', size: 66 }],
]);

/** The key in SSH's own format; null for a kind that is not among these, or a point in another form. */
export function verifyingKey(type: string, wire: Buffer): VerifyingKey | null {
  if (type === 'ssh-ed25519') {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: wire.subarray(-32).toString('base64url') };
    return { key: createPublicKey({ key: jwk, format: 'jwk' }), hash: null };
  }
  const curve = CURVES.get(type);
  if (curve === undefined) return null;
  const { crv, hash, size } = curve;
  const point = lastString(wire, 1 + 2 * size);
  if (point?.[0] !== 4) return null;
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)];
  const jwk = { kty: 'EC', crv, x: x.toString('base64url'), y: y.toString('base64url') };
  return { key: createPublicKey({ key: jwk, format: 'jwk' }), hash };
}

/** The last string of a key, where it is of that length. */
function lastString(wire: Buffer, length: number): Buffer | null {
  const at = wire.length - length - 4;
  return at >= 0 && wire.readUInt32BE(at) === length ? wire.subarray(at + 4) : null;
}
