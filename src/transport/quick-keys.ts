import { KeyObject, verify } from 'node:crypto';
import type { Client } from 'ssh2';
import { agreedSecret, rawX25519, verifyingKey } from './raw-keys.ts';
import type { Ssh2 } from './ssh-library.ts';

/**
 * ssh2 writes each public key as DER or PEM for OpenSSL to read, twice or more in a handshake, which takes longer than
 * the mathematics. Here its key exchange and its check of signatures are given keys as numbers instead (`raw-keys`).
 * Both are methods that ssh2 keeps to itself: where one is not as it was when this was written, ssh2's own stays.
 */

/** A key exchange with curve25519 of ssh2, as far as it is replaced. */
interface Exchange {
  generateKeys(): void;
  _keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | null;
}

const quick = new WeakSet<object>();

/** Lets the key exchanges of ssh2 do without DER: all of them, from the first one that is seen on. */
export function quickenExchange(client: Client): void {
  const protocol: unknown = Reflect.get(client, '_protocol');
  if (!isObject(protocol) || quick.has(Object.getPrototypeOf(protocol))) return;
  if (!('_kex' in protocol) || Reflect.get(protocol, '_kex') !== undefined) return;
  const become = (value: unknown): void => {
    Object.defineProperty(protocol, '_kex', { value, writable: true, configurable: true, enumerable: true });
    if (isObject(value) && replaceExchange(value)) quick.add(Object.getPrototypeOf(protocol));
  };
  Object.defineProperty(protocol, '_kex', {
    get: () => undefined,
    set: become,
    configurable: true,
    enumerable: true,
  });
}

function replaceExchange(exchange: object): boolean {
  if (Reflect.get(exchange, 'type') !== '25519' || Reflect.get(exchange, '_keys') !== null) return false;
  const methods: unknown = Object.getPrototypeOf(exchange);
  if (!isObject(methods) || quick.has(methods)) return isObject(methods);
  const names = ['generateKeys', 'getPublicKey', 'computeSecret'];
  if (!names.every((name) => Object.hasOwn(methods, name))) return false;
  quick.add(methods);
  Object.assign(methods, {
    getPublicKey(this: Exchange): Buffer {
      return rawX25519(keysOf(this).publicKey);
    },
    /** As ssh2's own it gives what went wrong, and does not throw it. */
    computeSecret(this: Exchange, theirs: Buffer): Buffer | Error {
      try {
        return agreedSecret(keysOf(this).privateKey, theirs);
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
      }
    },
  });
  return true;
}

function keysOf(exchange: Exchange): NonNullable<Exchange['_keys']> {
  exchange.generateKeys();
  const { _keys: keys } = exchange;
  if (keys === null) throw new Error('no keys were made for the key exchange');
  return keys;
}

/** A key as ssh2 reads it, as far as it is replaced. */
interface PublicKey {
  readonly type: string;
  getPublicSSH(): Buffer;
}

type Verify = (this: PublicKey, data: Buffer, signature: Buffer, hash?: string) => boolean | Error;

/** Lets ssh2 check the signatures of hosts without PEM, from now on. */
export function quickenVerifying(ssh2: Ssh2): void {
  const sample = ssh2.utils.parseKey(SAMPLE);
  const methods: unknown = sample instanceof Error ? null : Object.getPrototypeOf(sample);
  if (!isObject(methods) || quick.has(methods)) return;
  const own: unknown = Reflect.get(methods, 'verify');
  if (typeof own !== 'function' || !Object.hasOwn(methods, 'verify')) return;
  quick.add(methods);
  const quickVerify: Verify = function (data, signature, hash) {
    try {
      const found = verifyingKey(this.type, this.getPublicSSH());
      // oxlint-disable-next-line typescript/no-unsafe-return -- ssh2's own
      if (found === null || typeof hash === 'string')
        return Reflect.apply(own, this, [data, signature, hash]);
      return verify(found.hash, data, found.key, signature);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
  Object.assign(methods, { verify: quickVerify });
}

/** A public key of nobody. */
const SAMPLE = `ssh-ed25519 ${Buffer.concat([Buffer.of(0, 0, 0, 11), Buffer.from('ssh-ed25519'), Buffer.of(0, 0, 0, 32), Buffer.alloc(32, 1)]).toString('base64')}`;

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
