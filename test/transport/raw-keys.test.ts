import { type KeyObject, createHash, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { agreedSecret, rawX25519, verifyingKey } from '../../src/transport/raw-keys.ts';

/** The X25519 key of that number: the same in every run. */
function x25519(number: number): KeyObject {
  const seed = createHash('sha256').update(`key ${number}`).digest();
  const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' });
}

const theirs = createPublicKey(x25519(0));
const theirBytes = theirs.export({ type: 'spki', format: 'der' }).subarray(-32);

describe('a key of X25519', () => {
  it('has the bytes that its DER ends with', () => {
    expect(rawX25519(theirs)).toEqual(theirBytes);
  });

  it.each([
    ['begins with a low bit', 1, 32],
    ['begins with a high bit, which would be a sign', 2, 33],
    ['begins with a zero, which a number does not', 260, 31],
    ['begins with a zero and then a high bit', 1_905, 32],
  ])('agrees on the same number where it %s', (_, number, length) => {
    const own = x25519(number);
    const secret = agreedSecret(own, theirBytes);
    const plain = diffieHellman({ privateKey: own, publicKey: theirs });
    expect(secret).toHaveLength(length);
    expect(BigInt(`0x${secret.toString('hex')}`)).toBe(BigInt(`0x${plain.toString('hex')}`));
  });

  it('agrees on nothing with what is none', () => {
    expect(() => agreedSecret(x25519(1), Buffer.alloc(31, 9))).toThrow('not an X25519 key');
    expect(() => agreedSecret(x25519(1), Buffer.alloc(33, 9))).toThrow('not an X25519 key');
    // A point of small order, with which anybody agrees on zero.
    expect(() => agreedSecret(x25519(1), Buffer.alloc(32))).toThrow();
  });
});

describe('the key of a host', () => {
  const pairs = [
    ['ssh-ed25519', null, ssh2.utils.generateKeyPairSync('ed25519')],
    ['ecdsa-sha2-nistp256', 'sha256', ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })],
    ['ecdsa-sha2-nistp384', 'sha384', ssh2.utils.generateKeyPairSync('ecdsa', { bits: 384 })],
    ['ecdsa-sha2-nistp521', 'sha512', ssh2.utils.generateKeyPairSync('ecdsa', { bits: 521 })],
  ] as const;

  it.each(pairs)('%s is the same as its PEM', (type, hash, { public: line }) => {
    const parsed = ssh2.utils.parseKey(line);
    if (parsed instanceof Error) throw parsed;
    const found = verifyingKey(type, parsed.getPublicSSH());
    expect(found?.hash).toBe(hash);
    expect(found?.key.equals(createPublicKey(parsed.getPublicPEM()))).toBe(true);
  });

  it('is not read where it is of another kind or in another form', () => {
    const point = Buffer.concat([Buffer.of(0, 0, 0, 33, 2), Buffer.alloc(32, 5)]);
    expect(verifyingKey('ssh-rsa', point)).toBeNull();
    expect(verifyingKey('ecdsa-sha2-nistp256', point)).toBeNull();
    expect(verifyingKey('ecdsa-sha2-nistp256', Buffer.alloc(3))).toBeNull();
  });

  it('is refused where it is no point of its curve', () => {
    const point = Buffer.concat([Buffer.of(0, 0, 0, 65, 4), Buffer.alloc(64, 5)]);
    expect(() => verifyingKey('ecdsa-sha2-nistp256', point)).toThrow();
  });
});
