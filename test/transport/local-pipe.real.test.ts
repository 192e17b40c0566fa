import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../src/model/error.ts';
import type { Target } from '../../src/model/target.ts';
import { isRunning, pidsIn } from '../support/processes.ts';
import { writeNetcat } from '../support/stand-in-netcat.ts';
import { never, runOptions, useBench } from './support/bench.ts';
import { failure } from './support/failure.ts';
import { makeKey, startServer, startTcp } from './support/simple-server.ts';

const bench = useBench();

/** The stand-in for nc, which notes its process. */
function netcat(): string {
  return writeNetcat(bench.place.directory, 'openbsd');
}

function pids(): readonly number[] {
  return pidsIn(join(bench.place.directory, 'nc.pids'));
}

/** A sled that is reached by a command alone: its address leads nowhere. */
function by(proxyCommand: string, server: { readonly port: number }, connectTimeoutMs = 5_000): Target {
  return bench.target(server, { proxyCommand, connectTimeoutMs });
}

function leading(server: { readonly port: number }): string {
  return `${netcat()} 127.0.0.1 ${server.port}`;
}

describe('a proxy command', () => {
  it('carries commands both ways, and leaves no process behind', async () => {
    const server = await bench.server();
    const connection = await bench.transport.connect(by(leading(server), server), never);
    expect(connection.via).toBe('proxy_command');
    const long = 'x'.repeat(30_000);
    expect((await connection.run(long, runOptions)).stdout).toBe(long);
    expect(pids().map(isRunning)).toEqual([true]);
    await connection.close();
    await bench.transport.close();
    expect(pids().map(isRunning)).toEqual([false]);
  });

  it.each([
    ['says that it has too many connections', 'Exceeded MaxStartups\r\n'],
    ['has said its version', 'SSH-2.0-OpenSSH_9.9\r\n'],
  ])('is started anew where the sled drops the connection and %s', async (_, words) => {
    const server = await bench.server();
    let isFirst = true;
    const front = await startTcp((socket) => {
      if (isFirst) {
        isFirst = false;
        socket.resume();
        socket.end(words);
        return;
      }
      const behind = connectTcp({ host: '127.0.0.1', port: server.port, noDelay: true });
      behind.on('error', () => {});
      socket.pipe(behind).pipe(socket);
      socket.on('close', () => behind.destroy());
    });
    bench.cleanup(() => front.close());
    const connection = await bench.transport.connect(
      { ...by(leading(front), server), sled: bench.target(server).sled },
      never,
    );
    expect((await connection.run('up', runOptions)).stdout).toBe('up');
    expect(pids()).toHaveLength(2);
    await connection.close();
  });

  it('leads to a sled whose host key is verified as ever', async () => {
    const server = await startServer({ hostKeys: [makeKey().private] });
    bench.cleanup(() => server.close());
    const error = await failure(bench.transport.connect(by(leading(server), server), never));
    expect(error.code).toBe('host_key_unknown');
    await bench.transport.close();
    expect(pids().map(isRunning)).toEqual([false]);
  });

  it.each([
    ['no-such-program here', /ended with status 127, saying: .*no-such-program/],
    ['sh -c "echo no way in >&2; exit 3"', /ended with status 3, saying: no way in/],
    ['true', /ended with status 0, and said nothing/],
    ['sh -c "kill -9 $$"', /ended with signal KILL, and said nothing/],
  ])('%s is an error of the pipe, which says how it ended', async (command, message) => {
    const error = await failure(bench.transport.connect(by(command, { port: 22 }), never));
    expect(error.code).toBe('pipe');
    expect(describeError(error)).toMatch(message);
    expect(describeError(error)).toContain('the proxy_command to 127.0.0.1:22');
  });

  it('that says something else than an SSH server is shown', async () => {
    const error = await failure(bench.transport.connect(by('echo Login:', { port: 22 }), never));
    expect(describeError(error)).toMatch(/saying "Login:": the proxy_command .* ended with status 0/);
  });

  it('that never speaks times out, and is ended, with what it had to say', async () => {
    const pidFile = join(bench.place.directory, 'pid');
    const command = `sh -c "echo $$ > ${pidFile}; echo asking the token >&2; trap '' TERM; while :; do sleep 1; done"`;
    const error = await failure(bench.transport.connect(by(command, { port: 22 }, 600), never));
    expect(error.code).toBe('timeout');
    expect(describeError(error)).toContain('asking the token');
    await bench.transport.close();
    expect(isRunning(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  });

  it('that is killed under a command is a lost connection, with how it ended', async () => {
    const server = await bench.server({ onExec: (_command, channel) => channel.write('so') });
    const connection = await bench.transport.connect(by(leading(server), server), never);
    const running = failure(connection.run('hang', { ...runOptions, onStdout: () => kill('SIGKILL') }));
    const error = await running;
    expect(error.code).toBe('connection_lost');
    expect(error.partial?.stdout).toBe('so');
    expect(describeError(error)).toMatch(/the proxy_command to 127\.0\.0\.1:\d+ ended with signal KILL/);
  });

  it('that freezes is found by keepalive and ended', async () => {
    const server = await bench.server({ onExec: (_command, channel) => channel.write('so') });
    const { sled, login, gateways } = by(leading(server), server);
    const target = { sled, login: { ...login, keepaliveMs: 100 }, gateways };
    const connection = await bench.transport.connect(target, never);
    const error = await failure(connection.run('hang', { ...runOptions, onStdout: () => kill('SIGSTOP') }));
    expect(error.code).toBe('connection_lost');
    expect(describeError(error)).toContain('stopped answering keepalive messages');
    await bench.transport.close();
    expect(pids().map(isRunning)).toEqual([false]);
  });

  it('leads to a gateway too', async () => {
    const gateway = await bench.server();
    const server = await bench.server();
    const target = bench.target(server, {
      gateways: [bench.gateway(gateway, { proxyCommand: leading(gateway) })],
    });
    const connection = await bench.transport.connect(target, never);
    expect((await connection.run('uname', runOptions)).stdout).toBe('uname');
    expect(connection.via).toBe(`127.0.0.1:${gateway.port}`);
    await connection.close();
    await bench.transport.close();
    expect(pids().map(isRunning)).toEqual([false]);
  });

  it('ends when the signal fires', async () => {
    const controller = new AbortController();
    const connecting = failure(bench.transport.connect(by('sleep 3600', { port: 22 }), controller.signal));
    setTimeout(() => controller.abort(), 100);
    expect((await connecting).code).toBe('interrupted');
    // It does not wait for what would go on for an hour.
    await bench.transport.close();
  });

  function kill(signal: NodeJS.Signals): void {
    for (const pid of pids()) process.kill(pid, signal);
  }
});
