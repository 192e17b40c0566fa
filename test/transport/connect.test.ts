import { appendFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../src/model/error.ts';
import { never, runOptions, useBench } from './support/bench.ts';
import { failure } from './support/failure.ts';
import { closedPort, startTcp } from './support/simple-server.ts';

const bench = useBench();
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === '::1'));

async function tcp(onSocket: Parameters<typeof startTcp>[0]): Promise<{ readonly port: number }> {
  const server = await startTcp(onSocket);
  bench.cleanup(() => server.close());
  return server;
}

describe('connect', () => {
  it('opens a direct connection, which runs commands until it is closed', async () => {
    const server = await bench.server();
    const connection = await bench.transport.connect(bench.target(server), never);
    expect(connection.via).toBeNull();
    expect(connection.warnings).toEqual([]);
    expect((await connection.run('uname -a', runOptions)).stdout).toBe('uname -a');
    await connection.close();
    await connection.close();
    expect((await failure(connection.run('true', runOptions))).code).toBe('connection_lost');
  });

  it('says once that all is loaded, before the first of its connections is opened', async () => {
    const heard: string[] = [];
    const { port } = await tcp((socket) => {
      heard.push('connection');
      socket.destroy();
    });
    const transport = bench.createTransport({ onLoaded: () => heard.push('loaded') });
    const targets = [bench.target({ port }), bench.target({ port })];
    await Promise.all(targets.map((target) => failure(transport.connect(target, never))));
    expect(heard.indexOf('loaded')).toBe(0);
    expect(heard.filter((each) => each === 'loaded')).toHaveLength(1);
    expect(heard).toContain('connection');
  });

  it('says refused, with the address, where nothing listens', async () => {
    const port = await closedPort();
    const error = await failure(bench.transport.connect(bench.target({ port }), never));
    expect(error.code).toBe('refused');
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(error.message).not.toContain('ECONNREFUSED');
    expect(describeError(error)).toContain('ECONNREFUSED');
  });

  it('says name_not_found for a name that cannot exist', async () => {
    // RFC 2606: a resolver must not find names under .invalid.
    const target = bench.target({ port: 22 }, { host: 'sled.invalid' });
    const error = await failure(bench.transport.connect(target, never));
    expect(error.code).toBe('name_not_found');
    expect(error.message).toContain('sled.invalid');
  });

  it.skipIf(!hasIpv6)(
    'connects to an IPv6 address, whose zone is part of the name in known_hosts',
    async () => {
      const server = await bench.server({ host: '::1' });
      const key = bench.place.knownLine(server.port).split(' ').slice(1).join(' ');
      appendFileSync(bench.place.knownHostsPath, `[::1]:${server.port} ${key}`);
      const connection = await bench.transport.connect(bench.target(server, { host: '::1' }), never);
      await connection.close();
      const zoned = bench.target(server, { host: '::1%lo' });
      const error = await failure(bench.transport.connect(zoned, never));
      expect(error.message).toContain(`[::1%lo]:${server.port}`);
    },
  );

  it('fails for an IPv6 address in a zone that this machine does not have', async () => {
    const target = bench.target({ port: 22 }, { host: 'fe80::1%nozone0', connectTimeoutMs: 500 });
    const error = await failure(bench.transport.connect(target, never));
    // Node 20 says so at once; newer ones let the system choose another link, on which nobody answers.
    expect(['unreachable', 'timeout']).toContain(error.code);
    expect(error.message).toContain('[fe80::1%nozone0]:22');
  });

  it('times out on a server that accepts and stays silent', async () => {
    const { port } = await tcp(() => {});
    const error = await failure(
      bench.transport.connect(bench.target({ port }, { connectTimeoutMs: 150 }), never),
    );
    expect(error.code).toBe('timeout');
    expect(error.message).toContain('no SSH banner within 0.15 s');
  });

  it('times out on a server that stays silent after its banner', async () => {
    const { port } = await tcp((socket) => socket.write('SSH-2.0-Stuck_1.0\r\n'));
    const error = await failure(
      bench.transport.connect(bench.target({ port }, { connectTimeoutMs: 150 }), never),
    );
    expect(error.code).toBe('timeout');
    expect(error.message).toContain('Stuck_1.0');
    expect(error.message).toContain('did not finish the key exchange');
  });

  it('times out on a server that does not answer a login', async () => {
    const server = await bench.server({ onAuth: () => {} });
    const error = await failure(
      bench.transport.connect(bench.target(server, { connectTimeoutMs: 400 }), never),
    );
    expect(error.code).toBe('timeout');
    expect(error.message).toContain('authentication');
  });

  it('does not take the time in the queue for the handshake off the time to connect', async () => {
    // A login takes two answers of 150 ms; the last of four waits longer than its own 700 ms.
    const slow = await bench.server({
      onAuth: (context) => setTimeout(() => context.accept(), 150),
    });
    const transport = bench.createTransport({ handshakesAtOnce: 1 });
    const target = bench.target(slow, { connectTimeoutMs: 700 });
    const connections = await Promise.all([1, 2, 3, 4].map(() => transport.connect(target, never)));
    expect(connections).toHaveLength(4);
    await Promise.all(connections.map((connection) => connection.close()));
  });

  it('says that a server which speaks another protocol is no SSH server, and shows what it said', async () => {
    const { port } = await tcp((socket) => socket.end('HTTP/1.1 400 Bad \u001b[31mRequest\r\n\r\n'));
    const error = await failure(bench.transport.connect(bench.target({ port }), never));
    expect(error.code).toBe('handshake');
    expect(error.message).toContain('"HTTP/1.1 400 Bad ?[31mRequest"');
  });

  it('names the algorithms of both sides when there is none in common', async () => {
    const server = await bench.server({ algorithms: { kex: ['diffie-hellman-group1-sha1'] } });
    const error = await failure(bench.transport.connect(bench.target(server), never));
    expect(error.code).toBe('handshake');
    expect(error.message).toContain('no key exchange algorithm in common');
    expect(error.message).toMatch(/it has: diffie-hellman-group1-sha1/);
    expect(error.message).toMatch(/cruc-fleet has: ecdh-sha2-nistp256,/);
  });

  it('tries again after the server dropped the connection before the handshake', async () => {
    const server = await bench.server({ dropFirst: 2 });
    const connection = await bench.transport.connect(bench.target(server), never);
    expect(server.accepted()).toBe(3);
    await connection.close();
  });

  it('gives up after the sixth connection that is dropped', async () => {
    const server = await bench.server({ dropFirst: 9 });
    const error = await failure(bench.transport.connect(bench.target(server), never));
    expect(error.code).toBe('handshake');
    expect(error.message).toContain('MaxStartups');
    expect(server.accepted()).toBe(6);
  });

  it('does not try again where sshd says that it bans the address', async () => {
    let connections = 0;
    const { port } = await tcp((socket) => {
      connections += 1;
      socket.end('Not allowed at this time\r\n');
    });
    const error = await failure(bench.transport.connect(bench.target({ port }), never));
    expect(error.code).toBe('handshake');
    expect(error.message).toContain('PerSourcePenalties');
    expect(connections).toBe(1);
  });

  it('reports a connection that breaks after the handshake, without another try', async () => {
    const server = await bench.server({
      onAuth: () => {
        server.cut();
      },
    });
    const error = await failure(bench.transport.connect(bench.target(server), never));
    expect(error.code).toBe('connection_lost');
    expect(error.message).toContain('broke during authentication');
    expect(server.accepted()).toBe(1);
  });

  it('does not begin once its signal has fired', async () => {
    const server = await bench.server();
    const error = await failure(bench.transport.connect(bench.target(server), AbortSignal.abort()));
    expect(error.code).toBe('interrupted');
    expect(server.accepted()).toBe(0);
  });

  it.each(['banner', 'authentication', 'queue'])(
    'gives up at once when its signal fires during the %s',
    async (point) => {
      const controller = new AbortController();
      const stuck =
        point === 'authentication'
          ? await bench.server({ onAuth: () => controller.abort() })
          : await tcp(() => {
              if (point === 'banner') controller.abort();
            });
      const transport = bench.createTransport({ handshakesAtOnce: 1 });
      const target = bench.target(stuck, { connectTimeoutMs: 60_000 });
      if (point === 'queue') {
        const first = new AbortController();
        const holder = failure(transport.connect(target, first.signal));
        const queued = failure(transport.connect(target, controller.signal));
        controller.abort();
        expect((await queued).code).toBe('interrupted');
        first.abort();
        await holder;
        return;
      }
      expect((await failure(transport.connect(target, controller.signal))).code).toBe('interrupted');
    },
  );

  it('gives up at once when its signal fires while it waits for another try', async () => {
    const controller = new AbortController();
    const transport = bench.createTransport({
      random: () => {
        setImmediate(() => controller.abort());
        return 100; // Longer than this test may take.
      },
    });
    const server = await bench.server({ dropFirst: 1 });
    const error = await failure(
      transport.connect(bench.target(server, { connectTimeoutMs: 60_000 }), controller.signal),
    );
    expect(error.code).toBe('interrupted');
    expect(server.accepted()).toBe(1);
  });

  it('notices by keepalive that a server has gone silent', async () => {
    let silence = (): void => {};
    const server = await bench.server({ onExec: () => silence() });
    const relay = await tcp((socket) => {
      const upstream = connectTcp({ port: server.port, host: '127.0.0.1', noDelay: true });
      upstream.on('error', () => {});
      socket.on('close', () => upstream.destroy());
      socket.pipe(upstream).pipe(socket);
      silence = () => {
        socket.unpipe();
        upstream.unpipe();
      };
    });
    appendFileSync(bench.place.knownHostsPath, bench.place.knownLine(relay.port));
    const connection = await bench.transport.connect(bench.target(relay, { keepaliveMs: 50 }), never);
    const error = await failure(connection.run('hang', { ...runOptions, timeoutMs: 20_000 }));
    expect(error.code).toBe('connection_lost');
    expect(describeError(error)).toContain('keepalive');
  });
});
