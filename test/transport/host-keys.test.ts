import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { FleetError } from '../../src/model/error.ts';
import type { Target } from '../../src/model/target.ts';
import { fingerprint } from '../../src/trust/known-hosts.ts';
import { makeSled } from '../support/sleds.ts';
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
/** To make one takes as long as ten of these tests. */
const rsa = ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 });

function fingerprintOf(key: KeyPair): string {
  return fingerprint(Buffer.from(key.public.split(' ')[1]!, 'base64'));
}

function know(text: string): void {
  writeFileSync(bench.place.knownHostsPath, text);
}

function withCubby({ login, gateways }: Target, cubby: number): Target {
  return { sled: makeSled(cubby), login, gateways };
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
    expect(error.message).toContain("compare it with the host's own");
    expect(error.message).toContain('cruc-fleet inventory trust --sled BRM42220000');
    expect(readFileSync(bench.place.knownHostsPath, 'utf8')).toBe('');
  });

  it('refuses a changed key, with both fingerprints, the line and the command that shows it', async () => {
    const { port } = await stranger();
    know(`# sleds\n${bench.place.knownLine(port, otherKey)}`);
    const error = await failure(bench.transport.connect(bench.target({ port }), never));
    expect(error.code).toBe('host_key_changed');
    expect(error.message).toContain(fingerprintOf(hostKey));
    expect(error.message).toContain(fingerprintOf(otherKey));
    expect(error.message).toContain(`${bench.place.knownHostsPath} line 2`);
    expect(error.message).toContain('cruc-fleet inventory trust --sled BRM42220000');
  });

  it('refuses a revoked key even if another line knows it', async () => {
    const { port } = await stranger();
    know(`${bench.place.knownLine(port)}@revoked * ${publicPart(hostKey)}\n`);
    const error = await failure(bench.transport.connect(bench.target({ port }), never));
    expect(error.code).toBe('host_key_revoked');
    expect(error.message).toContain(`${bench.place.knownHostsPath} line 2`);
  });

  it('refuses a key of a type that was not stored, where the host is known by another', async () => {
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

  it('does not send a login to a server whose key it refuses', async () => {
    let logins = 0;
    const server = await startServer({ onAuth: () => (logins += 1) });
    bench.cleanup(() => server.close());
    await failure(bench.transport.connect(bench.target(server), never));
    expect(logins).toBe(0);
    expect(server.accepted()).toBe(1);
  });
});

describe('our own file', () => {
  function keep(line: string): void {
    writeFileSync(bench.place.hostKeysPath, `# cruc-fleet host keys, version 1\n${line}\n`);
  }

  it('goes before known_hosts for a sled that it names, so that an address that moves is no alarm', async () => {
    const { port } = await stranger();
    know(bench.place.knownLine(port, otherKey));
    keep(`brm42220000 ${publicPart(hostKey)} stored=2026-11-20T10:00:00Z by=trust`);
    expect(await opens(bench.target({ port }))).toEqual([]);
  });

  it('refuses a key that only known_hosts has, where the sled has another in it, and says since when', async () => {
    const { port } = await stranger();
    know(bench.place.knownLine(port));
    keep(`BRM42220000 ${publicPart(otherKey)} stored=2026-11-20T10:00:00Z by=accept-new`);
    const error = await failure(bench.transport.connect(bench.target({ port }), never));
    expect(error.code).toBe('host_key_changed');
    expect(error.message).toContain(
      `${bench.place.hostKeysPath} line 2 has ecdsa-sha2-nistp256 ${fingerprintOf(otherKey)}, stored 2026-11-20T10:00:00Z (accept-new)`,
    );
  });

  it('tells whose key an address shows in place of its own', async () => {
    const { port } = await stranger();
    keep(`BRM42220000 ${publicPart(otherKey)}\nBRM42220001 ${publicPart(hostKey)}`);
    const changed = await failure(bench.transport.connect(bench.target({ port }), never));
    expect(changed.message).toContain(', the key that is kept for BRM42220001 (is this its address?), and ');
    keep(`BRM42220001 ${publicPart(hostKey)}`);
    const unknown = await failure(bench.createTransport().connect(bench.target({ port }), never));
    expect(unknown.message).toContain(
      ', the key that is kept for BRM42220001 (is this its address?); compare',
    );
  });

  it('does not make good what known_hosts revokes, and revokes by itself', async () => {
    const { port } = await stranger();
    know(`@revoked * ${publicPart(hostKey)}\n`);
    keep(`BRM42220000 ${publicPart(hostKey)}`);
    expect((await failure(bench.transport.connect(bench.target({ port }), never))).code).toBe(
      'host_key_revoked',
    );
    know(bench.place.knownLine(port));
    keep(`@revoked BRM42220000 ${publicPart(hostKey)}`);
    expect((await failure(bench.createTransport().connect(bench.target({ port }), never))).code).toBe(
      'host_key_revoked',
    );
  });

  it('has the key of a gateway by its address', async () => {
    const gateway = await startServer({ hostKeys: [otherKey.private] });
    bench.cleanup(() => gateway.close());
    keep(`[127.0.0.1]:${gateway.port} ${publicPart(otherKey)}`);
    const sled = await bench.server();
    expect(await opens(bench.target(sled, { gateways: [bench.gateway(gateway)] }))).toEqual([]);
  });

  it.each([
    ['BRM42220000 ssh-ed25519 nonsense', /line 2 is damaged; fix it, or remove it/],
    ['BRM42220000 ssh-ed25519', /line 2 is damaged/],
    [`@cert-authority BRM42220000 ${publicPart(hostKey)}`, /line 2 is damaged/],
  ])('is read strictly: %s', async (line, said) => {
    const server = await bench.server();
    keep(line);
    const error = await failure(
      bench.transport.connect(bench.target(server, { hostKeyPolicy: 'accept-new' }), never),
    );
    expect(error.code).toBe('host_key_unknown');
    expect(error.message).toMatch(said);
  });

  it.each([
    ['# cruc-fleet host keys, version 2', /is of version 2, and this cruc-fleet knows up to 1/],
    ['sled1 ssh-ed25519 AAAA', /is not a file of host keys of cruc-fleet/],
  ])('is left alone where it is not one of ours that we know: %s', async (text, said) => {
    const { port } = await stranger();
    writeFileSync(bench.place.hostKeysPath, `${text}\n`);
    const target = bench.target({ port }, { hostKeyPolicy: 'accept-new' });
    expect((await failure(bench.transport.connect(target, never))).message).toMatch(said);
    expect(readFileSync(bench.place.hostKeysPath, 'utf8')).toBe(`${text}\n`);
  });
});

describe('accept-new', () => {
  const policy = { hostKeyPolicy: 'accept-new' } as const;

  it("keeps a new key by the sled's serial in our own file, which it makes readable by its owner only", async () => {
    const { port } = await stranger();
    const file = join(bench.place.directory, 'state', 'host_keys');
    expect(await opens(bench.target({ port }, { ...policy, hostKeysFile: file }))).toEqual([
      expect.stringMatching(
        /^its host key was not known, and is kept in \S+ now \(accept-new\): ecdsa-sha2-nistp256 SHA256:\S+$/,
      ),
    ]);
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .find((each) => !each.startsWith('#'));
    expect(line).toMatch(
      /^BRM42220000 ecdsa-sha2-nistp256 \S+ stored=\d{4}-\S+Z by=accept-new at=127\.0\.0\.1:\d+$/,
    );
    expect(line).toContain(publicPart(hostKey));
    expect(readFileSync(bench.place.knownHostsPath, 'utf8')).toBe('');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(bench.place.directory, 'state')).mode & 0o777).toBe(0o700);
    expect(await opens(bench.target({ port }, { hostKeysFile: file }))).toEqual([]);
  });

  it('keeps the key of each of 20 sleds once, though all are met at once and twice', async () => {
    const servers = await Promise.all(Array.from({ length: 20 }, () => stranger()));
    const transport = bench.createTransport({ handshakesAtOnce: 40 });
    const targets = servers.map(({ port }, cubby) => withCubby(bench.target({ port }, policy), cubby));
    const connections = await Promise.all(
      [...targets, ...targets].map((target) => transport.connect(target, never)),
    );
    await Promise.all(connections.map((connection) => connection.close()));
    const lines = readFileSync(bench.place.hostKeysPath, 'utf8').split('\n');
    const names = lines.filter((line) => !line.startsWith('#')).map((line) => line.split(' ')[0]);
    expect(new Set(names)).toEqual(new Set(['', ...targets.map(({ sled }) => sled.serial)]));
    expect(names).toHaveLength(targets.length + 1);
  });

  it('takes one of two keys that are shown for one sled at once', async () => {
    const servers = [await stranger(), await stranger([otherKey.private])];
    const ends = await Promise.all(
      servers.map(async ({ port }) => {
        try {
          return await opens(bench.target({ port }, policy));
        } catch (error) {
          return error;
        }
      }),
    );
    expect(ends.filter((end) => end instanceof FleetError).map((error) => error.code)).toEqual([
      'host_key_changed',
    ]);
    expect(ends.filter((end) => Array.isArray(end))).toHaveLength(1);
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
    const file = join(bench.place.keyPath, 'host_keys');
    const warnings = await opens(bench.target({ port }, { ...policy, hostKeysFile: file }));
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
    expect(existsSync(bench.place.hostKeysPath)).toBe(false);
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
