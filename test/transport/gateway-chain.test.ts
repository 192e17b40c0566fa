import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../src/model/error.ts';
import type { Gateway } from '../../src/model/target.ts';
import { never, runOptions, useBench } from './support/bench.ts';
import { failure } from './support/failure.ts';
import { makeKey, startServer, type SimpleServer } from './support/simple-server.ts';

const bench = useBench();

/** The last of the servers as a gateway, each behind the one before it. */
function chainOf(...servers: readonly SimpleServer[]): Gateway {
  return servers
    .map((server) => bench.gateway(server))
    .reduce((before, gateway) => ({ ...gateway, behind: before }));
}

describe('a gateway behind another one', () => {
  it('leads to many sleds over one connection to each of the two', async () => {
    const [first, second, server] = [await bench.server(), await bench.server(), await bench.server()];
    const target = bench.target(server, { gateways: [chainOf(first, second)] });
    const connections = await Promise.all(
      Array.from({ length: 8 }, () => bench.transport.connect(target, never)),
    );
    expect(connections.map(({ via }) => via)).toEqual(Array(8).fill(`127.0.0.1:${second.port}`));
    expect((await connections[0]?.run('uname', runOptions))?.stdout).toBe('uname');
    expect([first.accepted(), second.accepted(), server.accepted()]).toEqual([1, 1, 8]);
    await bench.transport.close();
    await expect.poll(() => first.clients.size + second.clients.size).toBe(0);
  });

  it('is another one than where it is reached from here', async () => {
    const [first, second, server] = [await bench.server(), await bench.server(), await bench.server()];
    const direct = bench.target(server, { gateways: [bench.gateway(second)] });
    const chained = bench.target(server, { gateways: [chainOf(first, second)] });
    await bench.transport.connect(direct, never);
    expect(first.accepted()).toBe(0);
    await bench.transport.connect(chained, never);
    expect([first.accepted(), second.accepted()]).toEqual([1, 2]);
  });

  it('fails with the reason of the one before it', async () => {
    const prohibits = await bench.server({ forwarding: 'prohibited' });
    const [second, server] = [await bench.server(), await bench.server()];
    const gateway = { ...bench.gateway(second), behind: bench.gateway(prohibits, { via: 'forward' }) };
    const error = await failure(
      bench.transport.connect(bench.target(server, { gateways: [gateway] }), never),
    );
    expect(error.code).toBe('gateway');
    expect(describeError(error)).toMatch(
      new RegExp(
        `gateway 127\\.0\\.0\\.1:${second.port} cannot be used: gateway 127\\.0\\.0\\.1:${prohibits.port} does not allow forwarding to 127\\.0\\.0\\.1:${second.port}`,
      ),
    );
  });

  it('says which of the two shows another host key, and lets no other take its place', async () => {
    const changed = await startServer({ hostKeys: [makeKey().private] });
    bench.cleanup(() => changed.close());
    appendFileSync(bench.place.knownHostsPath, bench.place.knownLine(changed.port));
    const [second, other, server] = [await bench.server(), await bench.server(), await bench.server()];
    const gateways = [chainOf(changed, second), bench.gateway(other)];
    const error = await failure(bench.transport.connect(bench.target(server, { gateways }), never));
    expect(error.code).toBe('host_key_changed');
    const message = describeError(error);
    expect(message).toContain(`gateway 127.0.0.1:${changed.port} cannot be trusted`);
    expect(message).not.toContain(`gateway 127.0.0.1:${second.port} cannot be trusted`);
    expect(other.accepted()).toBe(0);
  });

  it('is lost with the one before it: what goes over it fails at once', async () => {
    let isRunning = false;
    const onExec = (): void => {
      isRunning = true;
    };
    const [first, second] = [await bench.server(), await bench.server()];
    const server = await bench.server({ onExec });
    const target = bench.target(server, { gateways: [chainOf(first, second)] });
    const connection = await bench.transport.connect(target, never);
    const running = failure(connection.run('hang', { ...runOptions, timeoutMs: 60_000 }));
    await expect.poll(() => isRunning).toBe(true);
    first.cut();
    const error = await running;
    expect(error.code).toBe('connection_lost');
    expect(describeError(error)).toContain(
      `gateway 127.0.0.1:${second.port} was lost: the connection to gateway 127.0.0.1:${first.port} was lost`,
    );
  });
});
