import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type ssh2 from 'ssh2';
import { afterAll, describe, expect, it } from 'vitest';
import { login, open, run, sftp, until } from './support/ssh-client.ts';
import { withRack } from '../support/rack.ts';

const STATUS = `
#pragma D option quiet
#pragma D option strsize=4k
crucible_upstairs*:::up-status
{
  this->j = copyinstr(arg1);
  printf("ROW\\t%d\\t%s\\t%s\\n", pid, zonename, this->j);
}
tick-2200ms { exit(0); }
`;

let client: ssh2.Client;

const rack = withRack(
  {
    sledsPerRack: 3,
    pantryPerRack: 1,
    degraded: 4,
    seed: 11,
  },
  async () => {
    client = await login(rack.simulation, '3/0');
  },
);

afterAll(async () => {
  client.end();
});

describe('a login on a simulated sled', () => {
  it('runs a command in sh, at home, with the stand-ins first on PATH', async () => {
    const { stdout, status } = await run(client, 'pwd; echo "$HOME"; echo "$PATH"; command -v dtrace');
    const { HOME, PATH } = rack.simulation.environmentFor('3/0');
    expect(stdout.split('\n').slice(0, 3)).toEqual([HOME, HOME, PATH]);
    expect(stdout.split('\n')[3]).toBe(`${PATH.split(':')[0]}/dtrace`);
    expect(status).toBe(0);
  });

  it('carries stdin, stdout, stderr and the exit status', async () => {
    expect(await run(client, 'cat; echo oops >&2; exit 7', 'to and fro')).toEqual({
      stdout: 'to and fro',
      stderr: 'oops\n',
      status: 7,
      signal: null,
    });
  });

  it('says which signal ended a command', async () => {
    const { status, signal } = await run(client, 'kill -TERM $$');
    expect([status, signal]).toEqual([null, 'SIGTERM']);
  });

  it('carries megabytes both ways without loss', async () => {
    const text = 'a line of some length, over and over\n'.repeat(60_000);
    const { stdout } = await run(client, 'cat', text);
    expect(stdout === text).toBe(true);
  });

  it('goes on running a command whose channel was closed, until it writes', async () => {
    const { HOME } = rack.simulation.environmentFor('3/0');
    const channel = await open(
      client,
      'echo up; cat >/dev/null; echo done >left-behind; echo x; echo y >too-far',
    );
    await new Promise((resolve) => channel.once('data', resolve));
    channel.close();
    await until(() => existsSync(`${HOME}/left-behind`) && rack.simulation.runningCommands() === 0);
    expect(readFileSync(`${HOME}/left-behind`, 'utf8')).toBe('done\n');
  });

  it('refuses signals, as OpenSSH does to root', async () => {
    const channel = await open(client, 'trap "echo caught; exit" TERM; read x; echo "$x"');
    let stdout = '';
    channel.on('data', (data: Buffer) => {
      stdout += data.toString();
    });
    channel.stderr.resume();
    channel.signal('TERM');
    channel.end('not caught\n');
    await new Promise((resolve) => channel.once('close', resolve));
    expect(stdout).toBe('not caught\n');
  });

  it('has ten sessions at most, and room again when one ends', async () => {
    const other = await login(rack.simulation, '3/1');
    const channels: ssh2.ClientChannel[] = [];
    for (let i = 0; i < 10; i++) channels.push(await open(other, 'cat'));
    await expect(open(other, 'true')).rejects.toThrow('open failure');
    const closed = new Promise((resolve) => channels[0]!.once('close', resolve));
    channels[0]!.resume().end();
    channels[0]!.stderr.resume();
    await closed;
    expect((await run(other, 'echo again')).stdout).toBe('again\n');
    other.end();
  });

  it('asks for the right key', async () => {
    const { generateKeyPair } = await import('../../src/simulator/ssh-keys.ts');
    const privateKey = generateKeyPair().privateKey;
    await expect(login(rack.simulation, '3/0', { privateKey })).rejects.toThrow(/authentication/i);
    await expect(login(rack.simulation, '3/0', { username: 'admin' })).rejects.toThrow(/authentication/i);
  });

  it('keeps its key private and its files below one directory', () => {
    expect(statSync(rack.simulation.identityFile).mode & 0o777).toBe(0o600);
    expect(dirname(rack.simulation.identityFile)).toBe(dirname(rack.simulation.knownHostsFile));
  });

  it('serves SFTP with relative paths at home', async () => {
    const { HOME } = rack.simulation.environmentFor('3/0');
    const session = await sftp(client);
    const call = <T>(
      work: (done: (error?: Error | null, value?: T) => void) => void,
    ): Promise<T | undefined> =>
      new Promise((resolve, reject) => work((error, value) => (error ? reject(error) : resolve(value))));
    await call((done) => session.mkdir('box', { mode: 0o700 }, done));
    await call((done) => session.writeFile('box/a', 'contents', done));
    expect(readFileSync(`${HOME}/box/a`, 'utf8')).toBe('contents');
    expect((await call<Buffer>((done) => session.readFile('box/a', done)))!.toString()).toBe('contents');
    await call((done) => session.chmod('box/a', 0o755, done));
    const stats = (await call<ssh2.Stats>((done) => session.stat('box/a', done)))!;
    expect([stats.size, stats.mode & 0o777]).toEqual([8, 0o755]);
    await call((done) => session.rename('box/a', 'box/b', done));
    await call((done) => session.writeFile('box/a', 'new', done));
    await expect(call((done) => session.rename('box/a', 'box/b', done))).rejects.toThrow();
    await call((done) => session.unlink('box/a', done));
    const entries = await call<{ filename: string }[]>((done) => session.readdir('box', done));
    expect(entries!.map((entry) => entry.filename)).toEqual(['b']);
    expect(await call((done) => session.realpath('box', done))).toBe(`${HOME}/box`);
    await expect(call((done) => session.stat('box/none', done))).rejects.toThrow(/no such file/i);
    await call((done) => session.unlink('box/b', done));
    await call((done) => session.rmdir('box', done));
    expect(existsSync(`${HOME}/box`)).toBe(false);
    session.end();
  });

  it('runs dtrace, whose rows are the truth', async () => {
    for (const { cubby, sessions } of rack.simulation.truth().sleds) {
      const connection = await login(rack.simulation, `3/${cubby}`);
      const { stdout, stderr, status } = await run(connection, 'cat >s.d; dtrace -Z -s s.d', STATUS);
      connection.end();
      expect(status).toBe(0);
      expect(stderr.split('\n').filter((line) => !line.includes('matched'))).toEqual(['']);
      const seen = new Map<string, unknown>();
      for (const line of stdout.split('\n').filter((text) => text.startsWith('ROW\t'))) {
        const [, pid, zone, json = ''] = line.split('\t');
        const record = JSON.parse(json).ok;
        seen.set(record.session_id, {
          pid: Number(pid),
          zone,
          upstairs_id: record.upstairs_id,
          states: record.ds_state.map((word: string) =>
            word.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase(),
          ),
        });
      }
      const expected = sessions.map(({ session_id, pid, zone, upstairs_id, states }) => [
        session_id,
        { pid, zone, upstairs_id, states },
      ]);
      expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(expected));
    }
  });
});
