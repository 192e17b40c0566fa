import { getEventListeners } from 'node:events';
import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../src/model/error.ts';
import type { Gateway, Target } from '../../src/model/target.ts';
import { never, runOptions, useBench } from './support/bench.ts';
import { failure } from './support/failure.ts';
import { type SimpleServer, closedPort, makeKey, startServer, startTcp } from './support/simple-server.ts';

const bench = useBench();

function behind(
  server: { readonly port: number },
  ...gateways: readonly (SimpleServer | { readonly port: number })[]
): Target {
  return bench.target(server, { gateways: gateways.map((gateway) => asGateway(gateway)) });
}

function within(connectTimeoutMs: number, { sled, login, gateways }: Target): Target {
  return { sled, login: { ...login, connectTimeoutMs }, gateways };
}

function asGateway(server: { readonly port: number }, overrides: Partial<Gateway> = {}): Gateway {
  return bench.gateway(server, overrides);
}

describe('through a gateway', () => {
  it('reaches the sled, and says through which gateway', async () => {
    const gateway = await bench.server();
    const server = await bench.server();
    const connection = await bench.transport.connect(behind(server, gateway), never);
    expect(connection.via).toBe(`127.0.0.1:${gateway.port}`);
    expect(connection.warnings).toEqual([]);
    expect((await connection.run('uname', runOptions)).stdout).toBe('uname');
    await connection.close();
    expect(server.clients.size).toBe(0);
    expect(gateway.clients.size).toBe(1);
    await bench.transport.close();
    await expect.poll(() => gateway.clients.size).toBe(0);
  });

  it('opens one connection to the gateway for 32 sleds at once, even with one handshake at a time', async () => {
    const gateway = await bench.server();
    const server = await bench.server();
    const transport = bench.createTransport({ handshakesAtOnce: 1 });
    const connections = await Promise.all(
      Array.from({ length: 32 }, () => transport.connect(behind(server, gateway), never)),
    );
    const results = await Promise.all(
      connections.map((connection, index) => connection.run(`sled ${index}`, runOptions)),
    );
    expect(results.map((result) => result.stdout)).toEqual(
      Array.from({ length: 32 }, (_, index) => `sled ${index}`),
    );
    expect(gateway.accepted()).toBe(1);
    await Promise.all(connections.map((connection) => connection.close()));
  });

  it('verifies the host key of the gateway', async () => {
    const gateway = await startServer();
    bench.cleanup(() => gateway.close());
    const server = await bench.server();
    const error = await failure(bench.transport.connect(behind(server, gateway), never));
    expect(error.code).toBe('gateway');
    expect(describeError(error)).toContain(`the host key of 127.0.0.1:${gateway.port} is not known`);
    expect(server.accepted()).toBe(0);
  });

  it('verifies the host key of the sled', async () => {
    const gateway = await bench.server();
    const server = await startServer({ hostKeys: [makeKey().private] });
    bench.cleanup(() => server.close());
    const error = await failure(bench.transport.connect(behind(server, gateway), never));
    expect(error.code).toBe('host_key_unknown');
    expect(error.message).toContain('cruc-fleet inventory trust --sled BRM42220000');
  });

  it('passes on that a host key on the way was not verified', async () => {
    const gateway = await startServer();
    bench.cleanup(() => gateway.close());
    const server = await bench.server();
    const target = bench.target(server, { gateways: [asGateway(gateway, { hostKeyPolicy: 'off' })] });
    const connection = await bench.transport.connect(target, never);
    expect(connection.warnings).toHaveLength(1);
    expect(connection.warnings[0]).toContain(`the host key of 127.0.0.1:${gateway.port}`);
    await connection.close();
  });

  it('uses the second gateway where the first is down, and says so', async () => {
    const port = await closedPort();
    const second = await bench.server();
    const server = await bench.server();
    const connection = await bench.transport.connect(behind(server, { port }, second), never);
    expect(connection.via).toBe(`127.0.0.1:${second.port}`);
    expect(connection.warnings).toHaveLength(1);
    expect(connection.warnings[0]).toContain(`gateway 127.0.0.1:${port}`);
    expect(connection.warnings[0]).toContain('refused the connection');
    await connection.close();
  });

  it.each([1, 2])('is refused where its host key has changed, with %i gateways', async (count) => {
    const first = await startServer();
    bench.cleanup(() => first.close());
    appendFileSync(bench.place.knownHostsPath, bench.place.knownLine(first.port, makeKey()));
    const second = await bench.server();
    const server = await bench.server();
    const target = behind(server, ...[first, second].slice(0, count));
    const error = await failure(bench.transport.connect(target, never));
    expect(error.code).toBe('host_key_changed');
    expect(error.message).toContain(`gateway 127.0.0.1:${first.port} cannot be trusted`);
    expect(describeError(error)).toContain(
      `cruc-fleet inventory trust --gateway '[127.0.0.1]:${first.port}'`,
    );
    expect(server.accepted() + second.accepted()).toBe(0);
  });

  it('is warned of once, whatever the sled', async () => {
    const refusing = await bench.server({ forwarding: 'prohibited' });
    const second = await bench.server();
    const servers = await Promise.all(Array.from({ length: 3 }, () => bench.server()));
    const connections = await Promise.all(
      servers.map((server) => bench.transport.connect(behind(server, refusing, second), never)),
    );
    expect(new Set(connections.flatMap(({ warnings }) => warnings)).size).toBe(1);
    expect(new Set(bench.warnings)).toEqual(new Set(connections[0]?.warnings));
    await Promise.all(connections.map((connection) => connection.close()));
  });

  it('whose login was refused is not asked again in the run', async () => {
    let now = 0;
    const transport = bench.createTransport({ elapsed: () => now });
    const gateway = await bench.server({ onAuth: (context) => context.reject(['publickey']) });
    const server = await bench.server();
    await failure(transport.connect(behind(server, gateway), never));
    now += 86_400_000;
    const error = await failure(transport.connect(behind(server, gateway), never));
    expect(describeError(error)).toContain('refused every key');
    expect(gateway.accepted()).toBe(1);
  });

  it('asks a gateway that failed only once for many sleds, so that it does not ban us', async () => {
    const first = await bench.server({ onAuth: (context) => context.reject(['publickey']) });
    const second = await bench.server();
    const server = await bench.server();
    for (let round = 0; round < 2; round += 1) {
      const connections = await Promise.all(
        Array.from({ length: 4 }, () => bench.transport.connect(behind(server, first, second), never)),
      );
      await Promise.all(connections.map((connection) => connection.close()));
    }
    expect(first.accepted()).toBe(1);
  });

  it('uses the second gateway where the first refuses forwarding', async () => {
    const first = await bench.server({ forwarding: 'prohibited' });
    const second = await bench.server();
    const server = await bench.server();
    const connection = await bench.transport.connect(behind(server, first, second), never);
    expect(connection.via).toBe(`127.0.0.1:${second.port}`);
    expect(connection.warnings[0]).toContain('does not allow forwarding');
    await connection.close();
  });

  it('says forwarding_refused where every gateway refuses it', async () => {
    const first = await bench.server({ forwarding: 'prohibited' });
    const second = await bench.server({ forwarding: 'prohibited' });
    const server = await bench.server();
    const one = await failure(bench.transport.connect(behind(server, first), never));
    expect(one.code).toBe('forwarding_refused');
    expect(one.message).toContain('AllowTcpForwarding');
    const both = await failure(bench.transport.connect(behind(server, first, second), never));
    expect(both.code).toBe('forwarding_refused');
    expect(both.message).toContain(`gateway 127.0.0.1:${first.port}`);
    expect(both.message).toContain(`gateway 127.0.0.1:${second.port}`);
  });

  it('names every gateway that is down', async () => {
    const [first, second] = [await closedPort(), await closedPort()];
    const error = await failure(
      bench.transport.connect(behind({ port: 1 }, { port: first }, { port: second }), never),
    );
    expect(error.code).toBe('gateway');
    expect(error.message).toContain(`127.0.0.1:${first}`);
    expect(error.message).toContain(`127.0.0.1:${second}`);
  });

  it('reports what a gateway says of the sled, though the other gateway is down', async () => {
    const down = await closedPort();
    const nothing = await closedPort();
    const gateway = await bench.server();
    const error = await failure(
      bench.transport.connect(behind({ port: nothing }, { port: down }, gateway), never),
    );
    // The in-process gateway gives no words of the system's.
    expect(error.code).toBe('unreachable');
    expect(error.message).toContain(
      `gateway 127.0.0.1:${gateway.port} cannot connect to 127.0.0.1:${nothing}`,
    );
  });

  it('does not try the second gateway where the sled itself refuses the login', async () => {
    const first = await bench.server();
    const second = await bench.server();
    const server = await bench.server({ onAuth: (context) => context.reject(['publickey']) });
    const error = await failure(bench.transport.connect(behind(server, first, second), never));
    expect(error.code).toBe('authentication');
    expect(second.accepted()).toBe(0);
    expect(server.accepted()).toBe(1);
  });

  it('tries a login that a gateway refused no second time in the run, however long that lasts', async () => {
    let passedMs = 0;
    const transport = bench.createTransport({ elapsed: () => performance.now() + passedMs });
    let logins = 0;
    const gateway = await bench.server({
      onAuth: (context) => {
        if (context.method === 'none') logins += 1;
        context.reject(['publickey']);
      },
    });
    const server = await bench.server();
    for (const expected of [1, 1, 1]) {
      const error = await failure(transport.connect(behind(server, gateway), never));
      expect(error.code).toBe('gateway');
      expect(describeError(error)).toContain('refused every key');
      expect(logins).toBe(expected);
      passedMs += 3_600_000;
    }
  });

  it('times out a gateway that does not answer the request to forward', async () => {
    const gateway = await bench.server({ forwarding: 'hangs' });
    const target = within(200, behind({ port: 22 }, gateway));
    const error = await failure(bench.transport.connect(target, never));
    expect(error.code).toBe('timeout');
    expect(error.message).toContain(`gateway 127.0.0.1:${gateway.port}`);
  });

  it('times out a sled behind it that stays silent', async () => {
    const gateway = await bench.server();
    const silent = await startTcp(() => {});
    bench.cleanup(() => silent.close());
    const error = await failure(bench.transport.connect(within(300, behind(silent, gateway)), never));
    expect(error.code).toBe('timeout');
    expect(error.message).toContain('no SSH banner');
  });

  it('fails every sled behind it at once, with that as the cause, and is opened again later', async () => {
    const gateway = await bench.server();
    let running = 0;
    const server = await bench.server({ onExec: () => (running += 1) });
    const target = behind(server, gateway);
    const connections = await Promise.all([1, 2, 3].map(() => bench.transport.connect(target, never)));
    const failures = connections.map((connection) =>
      failure(connection.run('hang', { ...runOptions, timeoutMs: 60_000 })),
    );
    await expect.poll(() => running).toBe(3);
    gateway.cut();
    for (const error of await Promise.all(failures)) {
      expect(error.code).toBe('connection_lost');
      expect(describeError(error)).toContain(`the connection to gateway 127.0.0.1:${gateway.port} was lost`);
    }
    const again = await bench.transport.connect(target, never);
    expect(gateway.accepted()).toBe(2);
    await again.close();
  });

  it('goes on to the second gateway when the first is lost during the handshake with the sled', async () => {
    const first = await bench.server();
    const second = await bench.server();
    let logins = 0;
    const server = await bench.server({
      onAuth: (context) => {
        logins += 1;
        if (logins === 1) first.cut();
        else context.accept();
      },
    });
    const connection = await bench.transport.connect(behind(server, first, second), never);
    expect(connection.via).toBe(`127.0.0.1:${second.port}`);
    expect(connection.warnings[0]).toContain('was lost');
    await connection.close();
  });

  it.each(['gateway', 'forwarding', 'sled'])(
    'gives up at once when the signal fires in the %s',
    async (point) => {
      const controller = new AbortController();
      const abort = (): void => controller.abort();
      const silent = await startTcp(() => {
        if (point === 'sled') abort();
      });
      bench.cleanup(() => silent.close());
      const gateway =
        point === 'gateway'
          ? await bench.server({ onAuth: abort })
          : await bench.server({
              onForward: abort,
              ...(point === 'forwarding' ? { forwarding: 'hangs' } : {}),
            });
      const target = within(60_000, behind(silent, gateway));
      expect((await failure(bench.transport.connect(target, controller.signal))).code).toBe('interrupted');
    },
  );

  it('leaves nothing on the signal that all sleds of a run share', async () => {
    const gateway = await bench.server({ dropFirst: 1 });
    const server = await bench.server({ dropFirst: 1 });
    const { signal } = new AbortController();
    const connection = await bench.transport.connect(behind(server, gateway), signal);
    await connection.run('true', { ...runOptions, signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await connection.close();
  });

  it('gives up connecting to a gateway when the transport is closed', async () => {
    let begun = (): void => {};
    const began = new Promise<void>((resolve) => (begun = resolve));
    const gateway = await bench.server({ onAuth: () => begun() });
    const connecting = failure(bench.transport.connect(behind({ port: 22 }, gateway), never));
    await began;
    await bench.transport.close();
    expect((await connecting).code).toBe('gateway');
  });
});
