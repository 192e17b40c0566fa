import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../src/model/target.ts';
import { fingerprint } from '../../src/transport/known-hosts.ts';
import { never, useBench } from './support/bench.ts';
import { failure } from './support/failure.ts';
import {
  type KeyPair,
  hostKey,
  makeKey,
  publicPart,
  startServer,
  startTamperingRelay,
} from './support/simple-server.ts';

const bench = useBench();
const otherKey = makeKey();

function fingerprintOf(key: KeyPair): string {
  return fingerprint(Buffer.from(key.public.split(' ')[1]!, 'base64'));
}

function know(text: string): void {
  writeFileSync(bench.place.knownHostsPath, text);
}

/** A server whose key is not yet known. */
async function stranger(hostKeys?: readonly string[]): Promise<{ port: number; accepted: () => number }> {
  const server = await startServer(hostKeys === undefined ? {} : { hostKeys });
  bench.cleanup(() => server.close());
  return server;
}

async function opens(target: Target): Promise<readonly string[]> {
  const connection = await bench.transport.connect(target, never);
  await connection.close();
  return connection.warnings;
}

describe('strict', () => {
  it('refuses an unknown key, with its fingerprint and the command that accepts it', async () => {
    const { port } = await stranger();
    const error = await failure(bench.transport.connect(bench.target({ port }), never));
    expect(error.code).toBe('host_key_unknown');
    expect(error.message).toContain(fingerprintOf(hostKey));
    expect(error.message).toContain('compare the fingerprint');
    expect(error.message).toContain(`ssh-keyscan -p ${port} 127.0.0.1 >> ${bench.place.knownHostsPath}`);
    expect(readFileSync(bench.place.knownHostsPath, 'utf8')).toBe('');
  });

  it('refuses a changed key, with both fingerprints, the line and the command that forgets the old one', async () => {
    const { port } = await stranger();
    know(`# sleds\n${bench.place.knownLine(port, otherKey)}`);
    const error = await failure(bench.transport.connect(bench.target({ port }), never));
    expect(error.code).toBe('host_key_changed');
    expect(error.message).toContain(fingerprintOf(hostKey));
    expect(error.message).toContain(fingerprintOf(otherKey));
    expect(error.message).toContain(`${bench.place.knownHostsPath} line 2`);
    expect(error.message).toContain(`ssh-keygen -R '[127.0.0.1]:${port}' -f ${bench.place.knownHostsPath}`);
  });

  it('refuses a revoked key even if another line knows it', async () => {
    const { port } = await stranger();
    know(`${bench.place.knownLine(port)}@revoked * ${publicPart(hostKey)}\n`);
    const error = await failure(bench.transport.connect(bench.target({ port }), never));
    expect(error.code).toBe('host_key_revoked');
    expect(error.message).toContain(`${bench.place.knownHostsPath} line 2`);
  });

  it('refuses a key of a type that was not stored, where the host is known by another', async () => {
    const rsa = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 });
    const { port } = await stranger();
    know(bench.place.knownLine(port, rsa));
    const error = await failure(bench.transport.connect(bench.target({ port }), never));
    expect(error.code).toBe('host_key_changed');
    expect(error.message).toContain('has ssh-rsa SHA256:');
  });

  it('takes a key that is stored under a hashed name', async () => {
    const { port } = await stranger();
    const salt = Buffer.from('a salt of 20 bytes..');
    const hash = createHmac('sha1', salt).update(`[127.0.0.1]:${port}`).digest('base64');
    know(`|1|${salt.toString('base64')}|${hash} ${publicPart(hostKey)}\n`);
    expect(await opens(bench.target({ port }))).toEqual([]);
  });

  it('takes a key that is stored without the port, as OpenSSH does', async () => {
    const { port } = await stranger();
    know(`127.0.0.1 ${publicPart(hostKey)}\n`);
    expect(await opens(bench.target({ port }))).toEqual([]);
  });

  it('takes a key from any of several files, one of which does not exist', async () => {
    const { port } = await stranger();
    const second = bench.place.file('known_hosts2', bench.place.knownLine(port));
    const missing = join(bench.place.directory, 'nothing');
    expect(await opens(bench.target({ port }, { knownHostsFiles: [missing, second] }))).toEqual([]);
  });

  it.each(['ecdsa-sha2-nistp384', 'ssh-rsa'])(
    'asks a server with more keys for the known %s key',
    async (known) => {
      const ecdsa = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 384 });
      const rsa = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 });
      const server = await startServer({ hostKeys: [hostKey.private, ecdsa.private, rsa.private] });
      bench.cleanup(() => server.close());
      know(bench.place.knownLine(server.port, known === 'ssh-rsa' ? rsa : ecdsa));
      expect(await opens(bench.target(server))).toEqual([]);
    },
  );

  it('sees a key that was stored while the transport lives', async () => {
    const { port } = await stranger();
    expect((await failure(bench.transport.connect(bench.target({ port }), never))).code).toBe(
      'host_key_unknown',
    );
    know(bench.place.knownLine(port));
    expect(await opens(bench.target({ port }))).toEqual([]);
  });

  it('takes no RSA key that is proved with SHA-1', async () => {
    const rsa = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 });
    const server = await startServer({
      hostKeys: [rsa.private],
      algorithms: { serverHostKey: ['ssh-rsa'] },
    });
    bench.cleanup(() => server.close());
    know(bench.place.knownLine(server.port, rsa));
    const error = await failure(bench.transport.connect(bench.target(server), never));
    expect(error.code).toBe('handshake');
    expect(error.message).toContain('it has: ssh-rsa;');
    expect(error.message).toContain('ssh-rsa is RSA with SHA-1');
  });

  it('says that a certificate authority cannot be used', async () => {
    const { port } = await stranger();
    know(`@cert-authority [127.0.0.1]:* ${publicPart(hostKey)}\n`);
    const error = await failure(bench.transport.connect(bench.target({ port }), never));
    expect(error.code).toBe('host_key_unknown');
    expect(error.message).toContain('certificate authority');
  });

  it('names no file in its advice where none is configured', async () => {
    const { port } = await stranger();
    const error = await failure(
      bench.transport.connect(bench.target({ port }, { knownHostsFiles: [] }), never),
    );
    expect(error.code).toBe('host_key_unknown');
    expect(error.message).toContain('name a known_hosts file');
  });

  it('does not send a login to a server whose key it refuses', async () => {
    let logins = 0;
    const server = await startServer({ onAuth: () => (logins += 1) });
    bench.cleanup(() => server.close());
    await failure(bench.transport.connect(bench.target(server), never));
    expect(logins).toBe(0);
    expect(server.accepted()).toBe(1);
  });
});

describe('accept-new', () => {
  const policy = { hostKeyPolicy: 'accept-new' } as const;

  it('stores a new key in the first file, which it makes readable by its owner only', async () => {
    const { port } = await stranger();
    const file = join(bench.place.directory, 'dot-ssh', 'known_hosts');
    const knownHostsFiles = [file, bench.place.knownHostsPath];
    expect(await opens(bench.target({ port }, { ...policy, knownHostsFiles }))).toEqual([
      `its host key was not known, and is stored in ${file} now (accept-new); ssh-keygen -l -f ${file} shows it`,
    ]);
    expect(readFileSync(file, 'utf8')).toBe(bench.place.knownLine(port));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(bench.place.directory, 'dot-ssh')).mode & 0o777).toBe(0o700);
    expect(await opens(bench.target({ port }, { knownHostsFiles }))).toEqual([]);
  });

  it('stores each of 20 hosts once, though all are met at once and twice', async () => {
    const servers = await Promise.all(Array.from({ length: 20 }, () => stranger()));
    know('# no newline at the end');
    const transport = bench.createTransport({ handshakesAtOnce: 40 });
    const connections = await Promise.all(
      [...servers, ...servers].map(({ port }) => transport.connect(bench.target({ port }, policy), never)),
    );
    await Promise.all(connections.map((connection) => connection.close()));
    const lines = readFileSync(bench.place.knownHostsPath, 'utf8').split('\n');
    const wanted = servers.map(({ port }) => bench.place.knownLine(port).trim());
    expect(lines.sort()).toEqual(['# no newline at the end', '', ...wanted].sort());
  });

  it('refuses a changed key as strict does', async () => {
    const { port } = await stranger();
    know(bench.place.knownLine(port, otherKey));
    const error = await failure(bench.transport.connect(bench.target({ port }, policy), never));
    expect(error.code).toBe('host_key_changed');
    expect(readFileSync(bench.place.knownHostsPath, 'utf8')).toBe(bench.place.knownLine(port, otherKey));
  });

  it('connects with a warning where the key cannot be stored', async () => {
    const { port } = await stranger();
    // A directory cannot be made below a file, by root neither.
    const file = join(bench.place.keyPath, 'known_hosts');
    const warnings = await opens(bench.target({ port }, { ...policy, knownHostsFiles: [file] }));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(fingerprintOf(hostKey));
    expect(warnings[0]).toContain('not stored');
  });

  it('does not store a key that the server fails to prove', async () => {
    const server = await stranger();
    const relay = await startTamperingRelay(server.port);
    bench.cleanup(() => relay.close());
    const error = await failure(bench.transport.connect(bench.target(relay, policy), never));
    expect(error.code).toBe('handshake');
    expect(readFileSync(bench.place.knownHostsPath, 'utf8')).toBe('');
  });
});

describe('off', () => {
  const policy = { hostKeyPolicy: 'off' } as const;

  it('takes any key, and says that it was not verified', async () => {
    const { port } = await stranger();
    const [warning, ...more] = await opens(bench.target({ port }, policy));
    expect(more).toEqual([]);
    expect(warning).toContain(`the host key of 127.0.0.1:${port}`);
    expect(warning).toContain('was not verified');
    expect(readFileSync(bench.place.knownHostsPath, 'utf8')).toBe('');
  });

  it('says so when the key has changed', async () => {
    const { port } = await stranger();
    know(bench.place.knownLine(port, otherKey));
    expect((await opens(bench.target({ port }, policy)))[0]).toContain('has changed');
  });
});

describe('a known_hosts file that cannot be read', () => {
  it('is an error under strict, since a revoked key may be in it', async () => {
    const { port } = await stranger();
    mkdirSync(join(bench.place.directory, 'a-directory'));
    const target = bench.target({ port }, { knownHostsFiles: [join(bench.place.directory, 'a-directory')] });
    const error = await failure(bench.transport.connect(target, never));
    expect(error.code).toBe('host_key_unknown');
    expect(error.message).toContain('a-directory');
  });
});
