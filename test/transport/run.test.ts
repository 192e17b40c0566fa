import { describe, expect, it } from 'vitest';
import { describeError } from '../../src/model/error.ts';
import type { Connection } from '../../src/model/transport.ts';
import { never, runOptions, useBench } from './support/bench.ts';
import { failure } from './support/failure.ts';
import { sayGoodbye } from './support/goodbye.ts';
import type { OnExec, SimpleServer } from './support/simple-server.ts';

const bench = useBench();

async function connected(
  onExec: OnExec,
  options: { readonly maxSessions?: number } = {},
): Promise<{ server: SimpleServer; connection: Connection }> {
  const server = await bench.server({ onExec, ...options });
  const connection = await bench.transport.connect(bench.target(server), never);
  bench.cleanup(() => connection.close());
  return { server, connection };
}

describe('run', () => {
  it('returns both streams and the exit status, which may come before the data', async () => {
    const { connection } = await connected((command, channel) => {
      channel.exit(3);
      channel.stderr.write('a warning');
      channel.write(`ran ${command}`);
      setImmediate(() => channel.end());
    });
    expect(await connection.run('uname -a', runOptions)).toEqual({
      stdout: 'ran uname -a',
      stderr: 'a warning',
      exitStatus: 3,
      signalName: null,
    });
  });

  it('reads a standard error of many megabytes that nobody asked for', async () => {
    const { connection } = await connected((_, channel) => {
      channel.stderr.write(Buffer.alloc(5 << 20, 'e'), () => {
        channel.exit(0);
        channel.end('done');
      });
    });
    const result = await connection.run('noisy', { ...runOptions, maxOutputBytes: 6 << 20 });
    expect(result.stdout).toBe('done');
    expect(result.stderr).toHaveLength(5 << 20);
  });

  it('keeps characters whole that arrive in two pieces', async () => {
    const { connection } = await connected((_, channel) => {
      const bytes = Buffer.from('sled ✓ ü');
      channel.write(bytes.subarray(0, 6));
      setImmediate(() => {
        channel.write(bytes.subarray(6));
        channel.exit(0);
        channel.end();
      });
    });
    expect((await connection.run('x', runOptions)).stdout).toBe('sled ✓ ü');
  });

  it('writes its standard input and closes it, more than a window at a time', async () => {
    const { connection } = await connected((_, channel) => {
      let size = 0;
      channel.on('data', (chunk: Buffer) => (size += chunk.length));
      channel.on('end', () => {
        channel.exit(0);
        channel.end(String(size));
      });
    });
    const result = await connection.run('wc -c', { ...runOptions, stdin: Buffer.alloc(5_000_001) });
    expect(result.stdout).toBe('5000001');
    expect((await connection.run('wc -c', { ...runOptions, stdin: 'ü' })).stdout).toBe('2');
    expect((await connection.run('wc -c', runOptions)).stdout).toBe('0');
  });

  it('holds its standard input open until the command ends, when told', async () => {
    const ended: string[] = [];
    let finishFirst = (): void => {};
    const { connection } = await connected((command, channel) => {
      channel.resume();
      channel.on('end', () => ended.push(command));
      const finish = () => {
        channel.exit(0);
        channel.end();
      };
      if (command !== 'second') {
        finishFirst = finish;
        channel.write('running');
        return;
      }
      // Messages of a connection keep their order: an end of the first one's input would have come before this.
      finishFirst();
      finish();
    });
    const together = async (command: string, holdStdin: boolean): Promise<readonly string[]> => {
      ended.length = 0;
      let begun = (): void => {};
      const isRunning = new Promise<void>((resolve) => (begun = resolve));
      const first = connection.run(command, { ...runOptions, holdStdin, onStdout: () => begun() });
      await isRunning;
      await connection.run('second', runOptions);
      await first;
      return ended.filter((each) => each === command);
    };
    expect(await together('held', true)).toEqual([]);
    expect(await together('not held', false)).toEqual(['not held']);
  });

  it('lets a command that waits for the end of its input see the end of the connection', async () => {
    let sawEnd = false;
    const { connection } = await connected((_, channel) => {
      channel.resume();
      channel.on('close', () => (sawEnd = true));
      channel.write('up');
    });
    const abort = new AbortController();
    const running = connection.run('x', {
      ...runOptions,
      holdStdin: true,
      signal: abort.signal,
      onStdout: () => {
        expect(sawEnd).toBe(false);
        abort.abort();
      },
    });
    expect((await failure(running)).code).toBe('interrupted');
    await expect.poll(() => sawEnd).toBe(true);
  });

  it('shows its standard output as it arrives, in whole characters, and standard error not', async () => {
    const bytes = Buffer.from('sled ✓ 𝄞 ü\n');
    let proceed = (): void => {};
    const { connection } = await connected((_, channel) => {
      const rest = [...bytes];
      channel.stderr.write('an error');
      // A byte at a time, each when the one before has been seen or held back.
      proceed = () => {
        const byte = rest.shift();
        if (byte !== undefined) channel.write(Buffer.from([byte]), () => setImmediate(proceed));
        else {
          channel.exit(0);
          channel.end();
        }
      };
      proceed();
    });
    const pieces: string[] = [];
    const result = await connection.run('x', { ...runOptions, onStdout: (text) => pieces.push(text) });
    expect(pieces.join('')).toBe('sled ✓ 𝄞 ü\n');
    expect(result).toMatchObject({ stdout: 'sled ✓ 𝄞 ü\n', stderr: 'an error' });
    expect(pieces.join('|')).not.toContain('\ufffd');
    expect(pieces.filter((piece) => piece !== '').length).toBeGreaterThan(1);
  });

  it('shows what came before a failure', async () => {
    const { server, connection } = await connected((_, channel) => {
      channel.write('first\nsec', () => setImmediate(() => server.cut()));
    });
    let seen = '';
    const error = await failure(connection.run('x', { ...runOptions, onStdout: (text) => (seen += text) }));
    expect(error.code).toBe('connection_lost');
    expect(seen).toBe('first\nsec');
  });

  it.each([
    ['TERM', 143],
    ['KILL', 137],
    ['USR1', 144],
  ])('reports the end by signal %s as a shell of illumos does', async (name, status) => {
    const { connection } = await connected((_, channel) => {
      channel.exit(name, false, '');
      channel.end();
    });
    const result = await connection.run('x', runOptions);
    expect(result).toMatchObject({ exitStatus: status, signalName: name });
  });

  it('goes on over a new exchange of keys, which a long connection has', async () => {
    const { connection } = await connected((_, channel, client) => {
      client.rekey(() => {
        channel.exit(0);
        channel.end('after');
      });
    });
    expect((await connection.run('x', runOptions)).stdout).toBe('after');
    expect((await connection.run('y', runOptions)).stdout).toBe('after');
  });

  it('rejects a channel that closes without an exit status, and keeps what was printed', async () => {
    const { connection } = await connected((_, channel) => channel.end('half a li'));
    const error = await failure(connection.run('x', runOptions));
    expect(error.code).toBe('connection_lost');
    expect(error.message).toContain('without the command');
    expect(error.partial).toEqual({ stdout: 'half a li', stderr: '' });
  });

  it('rejects when the connection is cut in the middle of the output', async () => {
    const { connection } = await connected((_, channel, client) => {
      channel.write('first line\nsec');
      setImmediate(() => client.end());
    });
    const error = await failure(connection.run('x', runOptions));
    expect(error.code).toBe('connection_lost');
    expect(error.partial?.stdout).toBe('first line\nsec');
  });

  it('does not take output for whole because an exit status was sent before the cut', async () => {
    const { server, connection } = await connected((_, channel) => {
      channel.exit(0);
      channel.write('first line\nsec', () => setImmediate(() => server.cut()));
    });
    const error = await failure(connection.run('x', runOptions));
    expect(error.code).toBe('connection_lost');
    expect(error.partial?.stdout).toBe('first line\nsec');
  });

  it('rejects every command under way and every later one when the connection is lost', async () => {
    let started = 0;
    const { server, connection } = await connected(() => {
      started += 1;
      if (started === 4) server.cut();
    });
    const errors = await Promise.all(
      Array.from({ length: 6 }, () => failure(connection.run('x', runOptions))),
    );
    expect(errors.map((error) => error.code)).toEqual(Array.from({ length: 6 }, () => 'connection_lost'));
    expect(started).toBe(4);
  });

  it('times out a command that hangs, keeps what it printed and drops the connection', async () => {
    const { server, connection } = await connected((_, channel) => {
      channel.write('so far');
    });
    const error = await failure(connection.run('sleep', { ...runOptions, timeoutMs: 1000 }));
    expect(error.code).toBe('timeout');
    expect(error.message).toContain('did not end within 1 s');
    expect(error.partial?.stdout).toBe('so far');
    const next = await failure(connection.run('x', runOptions));
    expect(next.code).toBe('connection_lost');
    expect(describeError(next)).toContain('within 1 s');
    await expect.poll(() => server.clients.size).toBe(0);
  });

  it('ends a flood at the limit, keeps as much and drops the connection', async () => {
    let isOpen = true;
    const { server, connection } = await connected((_, channel, client) => {
      client.on('close', () => (isOpen = false));
      const flood = (): void => {
        if (isOpen) channel.write(Buffer.alloc(1 << 16, 'ü'), () => setImmediate(flood));
      };
      flood();
    });
    const error = await failure(connection.run('yes', { ...runOptions, maxOutputBytes: 100_001 }));
    expect(error.code).toBe('output_limit');
    expect(error.message).toContain('100001 bytes to its standard output');
    // The odd byte is half a character, which is left out.
    expect(error.partial?.stdout).toBe('ü'.repeat(50_000));
    await expect.poll(() => server.clients.size).toBe(0);
  });

  it('counts the standard error on its own', async () => {
    const { connection } = await connected((_, channel) => {
      channel.write('12345');
      channel.stderr.write('123456');
    });
    const error = await failure(connection.run('x', { ...runOptions, maxOutputBytes: 5 }));
    expect(error.message).toContain('standard error');
    expect(error.partial).toEqual({ stdout: '12345', stderr: '12345' });
  });

  it('lets through exactly as much as the limit', async () => {
    const { connection } = await connected((_, channel) => {
      channel.exit(0);
      channel.end('12345');
    });
    expect((await connection.run('x', { ...runOptions, maxOutputBytes: 5 })).stdout).toBe('12345');
  });

  it('has at most 4 channels open at a time, so that 14 commands fit in MaxSessions', async () => {
    let open = 0;
    let most = 0;
    const { connection } = await connected(
      (command, channel) => {
        open += 1;
        most = Math.max(most, open);
        setTimeout(() => {
          open -= 1;
          channel.exit(0);
          channel.end(command);
        }, 5);
      },
      { maxSessions: 10 },
    );
    const names = Array.from({ length: 14 }, (_, index) => `c${index}`);
    const results = await Promise.all(names.map((name) => connection.run(name, runOptions)));
    expect(results.map((result) => result.stdout)).toEqual(names);
    expect(most).toBe(4);
  });

  it('says channel_refused where the server opens no session, and keeps the connection', async () => {
    let refusals = 1;
    const server = await bench.server({ refuseSession: () => refusals-- > 0 });
    const connection = await bench.transport.connect(bench.target(server), never);
    bench.cleanup(() => connection.close());
    const error = await failure(connection.run('x', runOptions));
    expect(error.code).toBe('channel_refused');
    expect(error.message).toContain('MaxSessions');
    expect((await connection.run('again', runOptions)).stdout).toBe('again');
  });

  it('keeps all that had arrived of much when the connection breaks, and reads it in parts', async () => {
    const much = `${'x'.repeat(99)}\n`.repeat(15_000);
    const { server, connection } = await connected((_, channel) => void channel.write(much));
    let seen = 0;
    const onStdout = (text: string): void => {
      seen += text.length;
      if (seen > 1_000_000) server.cut();
    };
    const error = await failure(connection.run('x', { ...runOptions, maxOutputBytes: 1 << 22, onStdout }));
    expect(error.code).toBe('connection_lost');
    expect(much.startsWith(error.partial?.stdout ?? '-')).toBe(true);
    expect(error.partial?.stdout.length).toBeGreaterThanOrEqual(seen);
    const whole = await connected((_, channel) => {
      channel.exit(0);
      channel.end(much);
    });
    const result = await whole.connection.run('x', { ...runOptions, maxOutputBytes: 1 << 22 });
    expect(result.stdout === much).toBe(true);
  });

  it('tells a refused command from a refused session, and keeps the connection', async () => {
    let refusals = 1;
    const server = await bench.server({ refuseExec: () => refusals-- > 0 });
    const connection = await bench.transport.connect(bench.target(server), never);
    bench.cleanup(() => connection.close());
    const error = await failure(connection.run('x', runOptions));
    expect(error.code).toBe('channel_refused');
    expect(error.message).toContain('opened a session and refused to run a command in it');
    expect(error.message).not.toContain('MaxSessions');
    expect((await connection.run('again', runOptions)).stdout).toBe('again');
  });

  it('repeats what a server says as it ends the connection', async () => {
    const { connection } = await connected((_, channel, client) => {
      channel.write('so far', () => sayGoodbye(client, 'the sled is going down for an update'));
    });
    const error = await failure(connection.run('x', runOptions));
    expect(error.code).toBe('connection_lost');
    expect(describeError(error)).toContain('saying "the sled is going down for an update"');
    expect(error.partial?.stdout).toBe('so far');
  });

  it('gives up at once when its signal fires, and keeps what was printed', async () => {
    const controller = new AbortController();
    const { connection } = await connected((_, channel) => {
      channel.write('so far', () => setTimeout(() => controller.abort(), 50));
    });
    const error = await failure(connection.run('x', { ...runOptions, signal: controller.signal }));
    expect(error.code).toBe('interrupted');
    expect(error.partial?.stdout).toBe('so far');
  });

  it('does not begin, and leaves the connection alone, if its signal fires in the queue or before', async () => {
    const commands: string[] = [];
    const finishers: (() => void)[] = [];
    const { connection } = await connected((command, channel) => {
      commands.push(command);
      finishers.push(() => {
        channel.exit(0);
        channel.end();
      });
    });
    const running = ['a', 'b', 'c', 'd'].map((name) => connection.run(name, runOptions));
    await expect.poll(() => commands).toHaveLength(4);
    const controller = new AbortController();
    const queued = failure(connection.run('queued', { ...runOptions, signal: controller.signal }));
    controller.abort();
    expect((await queued).code).toBe('interrupted');
    expect((await failure(connection.run('late', { ...runOptions, signal: AbortSignal.abort() }))).code).toBe(
      'interrupted',
    );
    for (const finish of finishers) finish();
    await Promise.all(running);
    expect(commands).toEqual(['a', 'b', 'c', 'd']);
  });

  it('rejects commands under way when the connection is closed', async () => {
    let begin = (): void => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const { connection } = await connected(() => begin());
    const running = failure(connection.run('x', runOptions));
    await begun;
    await connection.close();
    const error = await running;
    expect(error.code).toBe('connection_lost');
    expect(describeError(error)).toContain('closed from here');
  });

  it('rejects a command that begins while the connection closes', async () => {
    const { connection } = await connected(() => {});
    const closing = connection.close();
    expect((await failure(connection.run('x', runOptions))).code).toBe('connection_lost');
    await closing;
  });
});
