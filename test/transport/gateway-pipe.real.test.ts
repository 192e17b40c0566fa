import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../src/model/error.ts';
import type { Gateway, Target } from '../../src/model/target.ts';
import {
  makeKeyFile,
  requireSshd,
  startSshd,
  type Sshd,
  type SshdOptions,
} from '../support/openssh-server.ts';
import { isRunning, pidsIn } from '../support/processes.ts';
import { asGateway, type WayChange } from '../support/sleds.ts';
import { writeNetcat, type Netcat } from '../support/stand-in-netcat.ts';
import { never, runOptions, useBench } from './support/bench.ts';
import { failure } from './support/failure.ts';
import { closedPort, startTcp } from './support/simple-server.ts';

const missing = requireSshd();

/** What a stock switch zone's sshd says. */
const NO_FORWARDING = ['AllowTcpForwarding no', 'PermitOpen none'];

describe.skipIf(missing !== null)(
  `a command on a gateway${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    const bench = useBench();

    async function sshd(options: Partial<SshdOptions> = {}): Promise<Sshd> {
      const key = join(bench.place.directory, 'id_ed25519');
      const authorizedKeys = [publicKeys.get(key) ?? makeKeyFile(key)];
      publicKeys.set(key, authorizedKeys[0] ?? '');
      const server = await startSshd({ authorizedKeys, ...options });
      bench.cleanup(() => server.stop());
      appendFileSync(bench.place.knownHostsPath, server.knownHosts);
      return server;
    }

    const publicKeys = new Map<string, string>();

    function bin(): string {
      return join(bench.place.directory, 'bin');
    }

    /** A gateway that forwards nothing, with an nc of that kind, or none. */
    async function gatewayWith(
      netcat: Netcat | null,
      extraConfig: readonly string[] = NO_FORWARDING,
    ): Promise<Sshd> {
      mkdirSync(bin());
      if (netcat !== null) writeNetcat(bin(), netcat);
      return sshd({ extraConfig, environment: { PATH: `${bin()}:${toolsWithoutNetcat()}` } });
    }

    function pids(): readonly number[] {
      return pidsIn(join(bin(), 'nc.pids'));
    }

    function targetOf(server: Sshd, change: WayChange = {}): Target {
      const login = { user: server.user, identityFiles: [join(bench.place.directory, 'id_ed25519')] };
      return bench.target(server, { ...login, connectTimeoutMs: 20_000, ...change });
    }

    function behind(
      server: { readonly port: number },
      gateway: Sshd,
      change: Partial<Gateway> = {},
      login: WayChange = {},
    ): Target {
      const gateways = [asGateway(targetOf(gateway).login, change)];
      return { ...targetOf(gateway, { port: server.port, ...login }), gateways };
    }

    /** Names that a command needs, in a folder without nc. */
    function toolsWithoutNetcat(): string {
      const tools = join(bench.place.directory, 'tools');
      mkdirSync(tools);
      for (const name of ['sh', 'sleep', 'cat']) symlinkSync(`/bin/${name}`, join(tools, name));
      return tools;
    }

    it.each(['openbsd', 'traditional', 'illumos'] as const)(
      'leads to a sled by the nc of %s where forwarding is prohibited, and leaves nothing behind',
      async (netcat) => {
        const gateway = await gatewayWith(netcat);
        const server = await sshd();
        const connection = await bench.transport.connect(behind(server, gateway), never);
        expect(connection.via).toBe(`127.0.0.1:${gateway.port}`);
        expect(connection.warnings).toEqual([]);
        const { stdout } = await connection.run('head -c 3000000 /dev/zero', {
          ...runOptions,
          maxOutputBytes: 4_000_000,
        });
        expect(stdout).toHaveLength(3_000_000);
        await connection.close();
        await bench.transport.close();
        expect(pids()).toHaveLength(1);
        await expect.poll(() => pids().map(isRunning)).toEqual([false]);
      },
    );

    it('of the inventory runs in place of nc', async () => {
      const gateway = await gatewayWith('openbsd', []);
      const server = await sshd();
      const command = `nc -q 0 ${server.host} ${server.port}`;
      const target = behind({ port: 1 }, gateway, { via: 'exec', command });
      appendFileSync(bench.place.knownHostsPath, server.knownHosts.replace(`:${server.port} `, ':1 '));
      const connection = await bench.transport.connect(target, never);
      expect((await connection.run('echo hi', runOptions)).stdout).toBe('hi\n');
      await connection.close();
    });

    it('is not run where the inventory says forward, nor where forwarding works', async () => {
      const closed = await gatewayWith('openbsd');
      const server = await sshd();
      const error = await failure(bench.transport.connect(behind(server, closed, { via: 'forward' }), never));
      expect(error.code).toBe('forwarding_refused');
      const open = await sshd();
      await (await bench.transport.connect(behind(server, open), never)).close();
      expect(pids()).toEqual([]);
    });

    it('that the gateway does not have is said, with the prohibition', async () => {
      const gateway = await gatewayWith(null);
      const server = await sshd();
      const error = await failure(bench.transport.connect(behind(server, gateway), never));
      expect(error.code).toBe('forwarding_refused');
      expect(describeError(error)).toMatch(/does not allow forwarding .*status 127.*nc: not found/);
      const exec = await failure(bench.transport.connect(behind(server, gateway, { via: 'exec' }), never));
      expect(exec.code).toBe('pipe');
    });

    it('says that the sled refuses the connection', async () => {
      const gateway = await gatewayWith('openbsd');
      const error = await failure(
        bench.transport.connect(behind({ port: await closedPort() }, gateway), never),
      );
      expect(error.code).toBe('refused');
      expect(describeError(error)).toMatch(/ended with status 1, saying: .*Connection refused/);
    });

    it('that leads to a sled whose host key is not known leads to no login', async () => {
      const gateway = await gatewayWith('openbsd');
      const server = await sshd();
      writeFileSync(bench.place.knownHostsPath, gateway.knownHosts);
      const error = await failure(bench.transport.connect(behind(server, gateway), never));
      expect(error.code).toBe('host_key_unknown');
    });

    it('carries 8 sleds a connection, and further connections are opened one after another', async () => {
      const gateway = await gatewayWith('illumos', [...NO_FORWARDING, 'MaxStartups 3']);
      const server = await sshd({ extraConfig: ['MaxStartups 100'] });
      const target = behind(server, gateway);
      const transport = bench.createTransport({ handshakesAtOnce: 24 });
      const connections = await Promise.all(
        Array.from({ length: 17 }, () => transport.connect(target, never)),
      );
      const results = await Promise.all(connections.map((each) => each.run('echo ok', runOptions)));
      expect(results.every(({ stdout }) => stdout === 'ok\n')).toBe(true);
      expect(gateway.log().match(/Accepted publickey/g)).toHaveLength(3);
      await Promise.all(connections.map((each) => each.close()));
      await transport.close();
      expect(pids()).toHaveLength(17);
      await expect.poll(() => pids().filter(isRunning)).toEqual([]);
    });

    it('waits for a place where the gateway takes fewer sessions', async () => {
      const gateway = await gatewayWith('openbsd', [...NO_FORWARDING, 'MaxSessions 2']);
      const server = await sshd({ extraConfig: ['MaxStartups 100'] });
      const target = behind(server, gateway);
      const connections = await Promise.all(
        Array.from({ length: 5 }, () => bench.transport.connect(target, never)),
      );
      expect(gateway.log().match(/Accepted publickey/g)).toHaveLength(3);
      await Promise.all(connections.map((each) => each.close()));
    });

    it('is said to be impossible where the gateway takes no session', async () => {
      const gateway = await gatewayWith('openbsd', [...NO_FORWARDING, 'MaxSessions 0']);
      const server = await sshd();
      const error = await failure(bench.transport.connect(behind(server, gateway), never));
      expect(error.code).toBe('forwarding_refused');
      expect(describeError(error)).toContain('does not start a command');
    });

    it('that is killed under a command is a lost connection, with how it ended', async () => {
      const gateway = await gatewayWith('openbsd');
      const connection = await bench.transport.connect(behind(await sshd(), gateway), never);
      const running = failure(connection.run('echo so; sleep 5', { ...runOptions, onStdout: kill }));
      const error = await running;
      expect(error.code).toBe('connection_lost');
      expect(error.partial?.stdout).toBe('so\n');
      expect(describeError(error)).toMatch(/the command on gateway .* ended with signal KILL/);

      function kill(): void {
        for (const pid of pids()) process.kill(pid, 'SIGKILL');
      }
    });

    it('that freezes is found by keepalive, and ended on the gateway', async () => {
      const gateway = await gatewayWith('openbsd');
      const { sled, login, gateways } = behind(await sshd(), gateway);
      const target = { sled, login: { ...login, keepaliveMs: 200 }, gateways };
      const connection = await bench.transport.connect(target, never);
      const error = await failure(
        connection.run('echo so; exec sleep 8', {
          ...runOptions,
          onStdout: () => process.kill(pids()[0] ?? 0, 'SIGSTOP'),
        }),
      );
      expect(describeError(error)).toContain('stopped answering keepalive messages');
      await bench.transport.close();
      expect(pids().map(isRunning)).toEqual([false]);
    });

    it('that leads to a sled that stays silent times out, and is ended', async () => {
      const gateway = await gatewayWith('traditional');
      const silent = await startTcp(() => {});
      bench.cleanup(() => silent.close());
      const target = behind(silent, gateway, {}, { connectTimeoutMs: 1_000 });
      const error = await failure(bench.transport.connect(target, never));
      expect(error.code).toBe('timeout');
      await bench.transport.close();
      await expect.poll(() => pids().map(isRunning)).toEqual([false]);
    });

    it('ends when the connection to the gateway breaks', async () => {
      const gateway = await gatewayWith('traditional');
      const connection = await bench.transport.connect(behind(await sshd(), gateway), never);
      const running = failure(connection.run('exec sleep 8', runOptions));
      await expect.poll(() => pids().map(isRunning)).toEqual([true]);
      await gateway.stop();
      const error = await running;
      expect(describeError(error)).toContain(`the connection to gateway 127.0.0.1:${gateway.port} was lost`);
      await expect.poll(() => pids().map(isRunning)).toEqual([false]);
    });
  },
);
