import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeError } from '../../src/model/error.ts';
import type { Gateway, Target } from '../../src/model/target.ts';
import {
  type Sshd,
  type SshdOptions,
  makeKeyFile,
  requireSshd,
  startSshd,
} from '../support/openssh-server.ts';
import { sized } from '../support/sized.ts';
import { asGateway, type WayChange } from '../support/sleds.ts';
import { never, runOptions, useBench } from './support/bench.ts';
import { failure } from './support/failure.ts';
import { closedPort } from './support/simple-server.ts';

const missing = requireSshd();
const suite =
  missing === null ? 'with a real OpenSSH server' : `with a real OpenSSH server (skipped: ${missing})`;

describe.skipIf(missing !== null)(suite, () => {
  const bench = useBench();

  let folder: string;
  let publicKey: string;
  let shared: Sshd;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-openssh-'));
    publicKey = makeKeyFile(keyPath());
    shared = await startSshd({ authorizedKeys: [publicKey] });
  });

  afterAll(async () => {
    await shared.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A server that takes the key at `keyPath`, for the test alone. */
  async function sshd(options: Partial<SshdOptions> = {}): Promise<Sshd> {
    const server = await startSshd({ authorizedKeys: [publicKey], ...options });
    bench.cleanup(() => server.stop());
    appendFileSync(bench.place.knownHostsPath, server.knownHosts);
    return server;
  }

  /** One such, for all tests that need no other. */
  function plain(): Sshd {
    appendFileSync(bench.place.knownHostsPath, shared.knownHosts);
    return shared;
  }

  function keyPath(): string {
    return join(folder, 'id_ed25519');
  }

  function targetOf(server: Sshd, change: WayChange = {}): Target {
    const defaults = { user: server.user, identityFiles: [keyPath()], connectTimeoutMs: 20_000 };
    return bench.target(server, { ...defaults, ...change });
  }

  function gatewayOf(server: Sshd, change: Partial<Gateway> = {}): Gateway {
    return asGateway(targetOf(server).login, change);
  }

  async function connectAndClose(target: Target, transport = bench.transport): Promise<void> {
    const connection = await transport.connect(target, never);
    await connection.close();
  }

  it('runs a command and sees both streams, the exit status and the end by a signal', async () => {
    const connection = await bench.transport.connect(targetOf(plain()), never);
    expect(await connection.run('printf "out ✓"; printf err >&2; exit 7', runOptions)).toEqual({
      stdout: 'out ✓',
      stderr: 'err',
      exitStatus: 7,
      signalName: null,
    });
    const killed = await connection.run('printf before; kill -TERM $$', runOptions);
    expect(killed).toEqual({ stdout: 'before', stderr: '', exitStatus: 143, signalName: 'TERM' });
    await connection.close();
  });

  it('lets a test set PATH and HOME of its sessions', async () => {
    const home = bench.place.directory;
    bench.place.file('greet', '#!/bin/sh\necho hello from a stand-in\n', 0o755);
    const server = await sshd({ environment: { PATH: `${home}:/usr/bin:/bin`, HOME: home } });
    const connection = await bench.transport.connect(targetOf(server), never);
    const { stdout } = await connection.run('greet; echo "$PATH"; echo "$HOME"; echo ~', runOptions);
    expect(stdout.trim().split('\n')).toEqual(['hello from a stand-in', `${home}:/usr/bin:/bin`, home, home]);
    await connection.close();
  });

  it('writes a megabyte to a standard input', async () => {
    const connection = await bench.transport.connect(targetOf(plain()), never);
    const stdin = Buffer.from(Array.from({ length: 1 << 20 }, (_, index) => (index * 7919) % 251));
    const target = join(bench.place.directory, 'upload');
    const result = await connection.run(`cat > '${target}' && wc -c < '${target}'`, { ...runOptions, stdin });
    expect(Number(result.stdout)).toBe(1 << 20);
    expect(readFileSync(target).equals(stdin)).toBe(true);
    await connection.close();
  });

  it('reads ten megabytes on both streams at once', async () => {
    const connection = await bench.transport.connect(targetOf(plain()), never);
    const command = 'head -c 10000000 /dev/zero >&2 & head -c 10000000 /dev/zero; wait';
    const result = await connection.run(command, { ...runOptions, maxOutputBytes: 10_000_000 });
    expect([result.stdout.length, result.stderr.length]).toEqual([10_000_000, 10_000_000]);
    await connection.close();
  });

  it('runs 14 commands at once though the server allows 10 sessions', async () => {
    const connection = await bench.transport.connect(targetOf(plain()), never);
    const numbers = Array.from({ length: 14 }, (_, index) => String(index));
    const results = await Promise.all(
      numbers.map((number) => connection.run(`printf ${number}`, runOptions)),
    );
    expect(results.map((result) => result.stdout)).toEqual(numbers);
    await connection.close();
  });

  it('says channel_refused where the server allows no session', async () => {
    const connection = await bench.transport.connect(
      targetOf(await sshd({ extraConfig: ['MaxSessions 0'] })),
      never,
    );
    const error = await failure(connection.run('true', runOptions));
    expect(error.code).toBe('channel_refused');
    await connection.close();
  });

  it('drops the connection of a command that takes too long', async () => {
    const connection = await bench.transport.connect(targetOf(plain()), never);
    const error = await failure(connection.run('printf so; exec sleep 2', { ...runOptions, timeoutMs: 500 }));
    expect(error.code).toBe('timeout');
    expect(error.partial?.stdout).toBe('so');
  });

  it('says connection_lost when the server is killed under a command', async () => {
    const server = await sshd();
    const connection = await bench.transport.connect(targetOf(server), never);
    const running = failure(connection.run('printf so; exec sleep 2', { ...runOptions, timeoutMs: 20_000 }));
    await expect.poll(() => server.log()).toContain('Starting session');
    await server.stop();
    expect((await running).code).toBe('connection_lost');
  });

  it('finds the host key that it knows right, whichever of three of the server it is', async () => {
    const types = ['ed25519', 'rsa', 'ecdsa'] as const;
    const server = await startSshd({ authorizedKeys: [publicKey], hostKeys: types });
    bench.cleanup(() => server.stop());
    for (const type of types) {
      const line = `[127.0.0.1]:${server.port} ${server.hostPublicKeys[type]}\n`;
      writeFileSync(bench.place.knownHostsPath, line);
      await connectAndClose(targetOf(server), bench.createTransport());
    }
  });

  it('understands the names that ssh-keygen -H has hashed', async () => {
    const server = plain();
    execFileSync('ssh-keygen', ['-q', '-H', '-f', bench.place.knownHostsPath], { stdio: 'pipe' });
    expect(readFileSync(bench.place.knownHostsPath, 'utf8')).toMatch(/^\|1\|/);
    await connectAndClose(targetOf(server));
  });

  it('keeps a key as ssh-keygen finds it and as ssh takes it, by the serial', async () => {
    const server = shared;
    const target = targetOf(server, { hostKeyPolicy: 'accept-new' });
    await connectAndClose(target);
    const name = target.sled.serial!;
    const file = bench.place.hostKeysPath;
    const found = execFileSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' });
    expect(found).toContain(server.hostPublicKeys.ed25519);
    const options = ['BatchMode=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${file}`];
    const login = ['-F', 'none', '-i', keyPath(), '-p', String(server.port), '-l', server.user];
    const ssh = (alias: string): string => {
      const said = [...options, `HostKeyAlias=${alias}`].flatMap((option) => ['-o', option]);
      const argv = [...login, ...said, '127.0.0.1', 'echo in'];
      return execFileSync('ssh', argv, { encoding: 'utf8', stdio: 'pipe' });
    };
    expect(ssh(name)).toBe('in\n');
    expect(() => ssh('BRM9')).toThrow(/Host key verification failed/);
  });

  it.each(['ed25519', 'rsa', 'ecdsa'] as const)('logs in with an %s key', async (type) => {
    const path = join(bench.place.directory, `id_user_${type}`);
    const server = await sshd({ authorizedKeys: [makeKeyFile(path, { type })] });
    await connectAndClose(targetOf(server, { identityFiles: [path] }));
  });

  it('logs in with a key that ssh-keygen has encrypted', async () => {
    const path = join(bench.place.directory, 'id_encrypted');
    const server = await sshd({ authorizedKeys: [makeKeyFile(path, { passphrase: 'open sesame' })] });
    let asked = 0;
    const transport = bench.createTransport({
      passphraseFor: () => {
        asked += 1;
        return 'open sesame';
      },
    });
    const target = targetOf(server, { identityFiles: [path] });
    await Promise.all([1, 2, 3].map(() => connectAndClose(target, transport)));
    expect(asked).toBe(1);
  });

  it('logs in with an RSA and an ed25519 key of ssh-agent', async () => {
    const socketPath = await startAgent();
    for (const type of ['rsa', 'ed25519'] as const) {
      const path = join(bench.place.directory, `id_agent_${type}`);
      const server = await sshd({ authorizedKeys: [makeKeyFile(path, { type, comment: `my ${type}` })] });
      const target = targetOf(server, { identityFiles: [], identityAgent: socketPath });
      if (type === 'ed25519') {
        const error = await failure(bench.createTransport().connect(target, never));
        expect(error.message).toContain('offered: my rsa from the agent (ssh-rsa)');
      }
      addToAgent(socketPath, path);
      await connectAndClose(target, bench.createTransport());
    }
  });

  it('says of an agent that is locked how to unlock it', async () => {
    const socketPath = await startAgent();
    const path = join(bench.place.directory, 'id_locked');
    const server = await sshd({ authorizedKeys: [makeKeyFile(path)] });
    addToAgent(socketPath, path);
    const target = targetOf(server, { identityFiles: [], identityAgent: socketPath });
    await connectAndClose(target, bench.createTransport());
    const askpass = bench.place.file('askpass', '#!/bin/sh\necho secret\n', 0o755);
    execFileSync('ssh-add', ['-x'], {
      env: { ...process.env, SSH_AUTH_SOCK: socketPath, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' },
      stdio: 'pipe',
    });
    const error = await failure(bench.createTransport().connect(target, never));
    expect(error.message).toContain('or is locked (ssh-add -X unlocks it)');
  });

  async function startAgent(): Promise<string> {
    const socketPath = join(bench.place.directory, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socketPath], { stdio: ['ignore', 'pipe', 'ignore'] });
    bench.cleanup(
      () =>
        new Promise<void>((resolve) => {
          agent.on('exit', () => resolve());
          agent.kill();
        }),
    );
    await new Promise((resolve) => agent.stdout.once('data', resolve));
    return socketPath;
  }

  function addToAgent(socketPath: string, keyPath: string): void {
    execFileSync('ssh-add', ['-q', keyPath], {
      env: { ...process.env, SSH_AUTH_SOCK: socketPath },
      stdio: 'pipe',
    });
  }

  it('says which keys were refused, though the server ends the connection after the second', async () => {
    const server = await sshd({ extraConfig: ['MaxAuthTries 2'] });
    const identityFiles = ['a', 'b', 'c'].map((name) => {
      const path = join(bench.place.directory, `id_${name}`);
      makeKeyFile(path);
      return path;
    });
    const error = await failure(bench.transport.connect(targetOf(server, { identityFiles }), never));
    expect(error.code).toBe('authentication');
    expect(error.message).toContain('id_a (ssh-ed25519)');
    expect(error.message).toContain('id_b (ssh-ed25519)');
    expect(describeError(error)).toContain('Too many authentication failures');
  });

  const many = sized(12, 24);

  it(`gets every one of ${many} connections at once past MaxStartups`, async () => {
    const server = await sshd({ extraConfig: [`MaxStartups ${many / 3}:30:60`] });
    const transport = bench.createTransport({ handshakesAtOnce: many, random: Math.random });
    await Promise.all(Array.from({ length: many }, () => connectAndClose(targetOf(server), transport)));
  });

  it('names both lists of key exchanges where none is in common', async () => {
    const server = await sshd({ extraConfig: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] });
    const error = await failure(bench.transport.connect(targetOf(server), never));
    expect(error.code).toBe('handshake');
    expect(error.message).toContain('it has: sntrup761x25519-sha512@openssh.com');
    expect(error.message).toContain('cruc-fleet has: ecdh-sha2-nistp256');
    expect(error.message).toContain('OpenSSH_');
  });

  describe('as a gateway', () => {
    it('leads many sleds through one connection', async () => {
      const gateway = await sshd();
      const server = await sshd({ extraConfig: ['MaxStartups 100'] });
      const target = targetOf(server, { gateways: [gatewayOf(gateway)] });
      const connections = await Promise.all(
        Array.from({ length: sized(8, 16) }, () => bench.transport.connect(target, never)),
      );
      const results = await Promise.all(
        connections.map((connection) => connection.run('echo ok', runOptions)),
      );
      expect(results.every((result) => result.stdout === 'ok\n')).toBe(true);
      expect(gateway.log().match(/Accepted publickey/g)).toHaveLength(1);
      await Promise.all(connections.map((connection) => connection.close()));
    });

    it('that refuses forwarding is skipped, or named where it is the only one', async () => {
      const closed = await sshd({
        extraConfig: ['AllowTcpForwarding no', 'PermitOpen none'],
        // No nc either.
        environment: { PATH: '/nonexistent' },
      });
      const open = await sshd();
      const server = plain();
      const error = await failure(
        bench.transport.connect(targetOf(server, { gateways: [gatewayOf(closed)] }), never),
      );
      expect(error.code).toBe('forwarding_refused');
      const target = targetOf(server, { gateways: [gatewayOf(closed), gatewayOf(open)] });
      const connection = await bench.transport.connect(target, never);
      expect(connection.via).toBe(`127.0.0.1:${open.port}`);
      expect(connection.warnings[0]).toContain('does not allow forwarding');
      await connection.close();
    });

    it('says that the sled refuses the connection', async () => {
      const gateway = plain();
      const port = await closedPort();
      const target = targetOf(gateway, { port, gateways: [gatewayOf(gateway)] });
      const error = await failure(bench.transport.connect(target, never));
      expect(error.code).toBe('refused');
      expect(error.message).toContain(
        `gateway 127.0.0.1:${gateway.port} cannot connect to 127.0.0.1:${port}`,
      );
    });

    it('that is killed fails the commands behind it', async () => {
      const gateway = await sshd();
      const server = await sshd();
      const target = targetOf(server, { gateways: [gatewayOf(gateway)] });
      const connections = await Promise.all([1, 2].map(() => bench.transport.connect(target, never)));
      const failures = connections.map((connection) => failure(connection.run('exec sleep 2', runOptions)));
      await expect.poll(() => server.log().match(/Starting session/g)).toHaveLength(2);
      await gateway.stop();
      for (const error of await Promise.all(failures)) {
        expect(error.code).toBe('connection_lost');
        expect(describeError(error)).toContain('gateway');
      }
    });
  });
});
