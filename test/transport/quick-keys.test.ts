import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { quickenExchange, quickenVerifying } from '../../src/transport/quick-keys.ts';
import { never, runOptions, useBench } from './support/bench.ts';

const { Client, utils } = ssh2;
const bench = useBench();

function methodsOf(object: unknown): object {
  const methods: unknown =
    typeof object === 'object' && object !== null ? Object.getPrototypeOf(object) : null;
  if (typeof methods !== 'object' || methods === null) throw new Error('it has no methods');
  return methods;
}

/** What ssh2 makes of its key exchange, once it has begun. */
async function exchangeWith(port: number, kex: 'curve25519-sha256' | 'ecdh-sha2-nistp256'): Promise<object> {
  const client = new Client();
  const negotiated = new Promise((resolve, reject) => {
    client.on('handshake', resolve);
    client.on('error', reject);
  });
  client.connect({ host: '127.0.0.1', port, username: 'root', algorithms: { kex: [kex] } });
  quickenExchange(client);
  await negotiated;
  const exchange: unknown = Reflect.get(Reflect.get(client, '_protocol'), '_kex');
  client.on('error', () => {});
  client.destroy();
  if (typeof exchange !== 'object' || exchange === null) throw new Error('ssh2 has no key exchange');
  return exchange;
}

describe('keys without DER', () => {
  // They fail where a new ssh2 is not what the adapter expects: it works then, but is slow.
  it('are those of the key exchange of ssh2, and of no other', async () => {
    const { port } = await bench.server();
    const other = methodsOf(await exchangeWith(port, 'ecdh-sha2-nistp256'));
    expect(String(Reflect.get(other, 'getPublicKey'))).not.toContain('rawX25519');
    const methods = methodsOf(await exchangeWith(port, 'curve25519-sha256'));
    expect(String(Reflect.get(methods, 'getPublicKey'))).toContain('rawX25519');
    expect(String(Reflect.get(methods, 'computeSecret'))).toContain('agreedSecret');
    const connection = await bench.transport.connect(bench.target({ port }), never);
    expect((await connection.run('uname -a', runOptions)).stdout).toBe('uname -a');
  });

  it('leave alone what is not as they expect it', () => {
    const client = new Client();
    expect(() => quickenExchange(client)).not.toThrow();
    const unlike = Object.assign(new Client(), { _protocol: { _kex: 'another' } });
    quickenExchange(unlike);
    expect(unlike).toMatchObject({ _protocol: { _kex: 'another' } });
    for (const next of [{ type: '25519', _keys: null }, { type: 'group' }, undefined]) {
      const protocol: object = Object.assign(Object.create({}), { _kex: undefined });
      quickenExchange(Object.assign(new Client(), { _protocol: protocol }));
      Reflect.set(protocol, '_kex', next);
      expect(Object.getOwnPropertyDescriptor(protocol, '_kex')).toMatchObject({
        value: next,
        writable: true,
      });
    }
  });

  it.each([
    ['ed25519', utils.generateKeyPairSync('ed25519')],
    ['ecdsa', utils.generateKeyPairSync('ecdsa', { bits: 256 })],
    ['rsa', utils.generateKeyPairSync('rsa', { bits: 2048 })],
  ])('check signatures as ssh2 does: %s', (_, pair) => {
    quickenVerifying(ssh2);
    const [own, theirs] = [utils.parseKey(pair.private), utils.parseKey(pair.public)];
    if (own instanceof Error || theirs instanceof Error) throw new Error('a key cannot be read');
    expect(String(Reflect.get(theirs, 'verify'))).toContain('verifyingKey');
    const data = Buffer.from('what both know');
    const signature = own.sign(data);
    expect(theirs.verify(data, signature)).toBe(true);
    expect(theirs.verify(Buffer.from('something else'), signature)).toBe(false);
    const other = Buffer.from(signature);
    other.set([(other.at(-1) ?? 0) ^ 1], other.length - 1);
    expect(theirs.verify(data, other)).not.toBe(true);
  });
});
