import { connect } from 'node:net';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../src/simulator/fault.ts';
import { FAULTS, isFaultName } from '../../src/simulator/fault.ts';
import { login, open, run, sftp, until } from './support/ssh-client.ts';
import { withRack } from '../support/rack.ts';

const NAMES: readonly FaultName[] = Object.keys(FAULTS).filter(isFaultName);

const SLEDS = 32;

/** One fault a sled; the sleds after them are well. */
const sledOf = (index: number): string => `${3 + Math.floor(index / SLEDS)}/${index % SLEDS}`;

const rack = withRack({
  racks: ['3', '4'],
  sledsPerRack: SLEDS,
  propolisPerSled: 1,
  downstairsPerSled: 0,
  down: new Map(NAMES.map((name, index) => [sledOf(index), name])),
});

const at = (name: FaultName): string => sledOf(NAMES.indexOf(name));
const well = sledOf(NAMES.length);

/** A plain TCP client, and what it has heard. */
function listen(sled: string): Promise<{ heard: () => string; first: Promise<unknown>; end: () => void }> {
  const { host, port } = rack.simulation.sleds.find(({ rack, cubby }) => `${rack}/${cubby}` === sled)!;
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ host, port });
    const first = new Promise((heard) => socket.once('data', heard));
    socket.on('connect', () => resolve({ heard: () => text, first, end: () => socket.destroy() }));
    socket.on('data', (data) => {
      text += data.toString('latin1');
    });
    socket.on('error', reject);
  });
}

describe('a sled with a fault', () => {
  it('refused: nothing listens', async () => {
    await expect(listen(at('refused'))).rejects.toThrow('ECONNREFUSED');
  });

  it('silent: TCP is accepted and nothing is said', async () => {
    const { heard, end } = await listen(at('silent'));
    await expect(login(rack.simulation, at('silent'), { readyTimeout: 100 })).rejects.toThrow(/timed out/i);
    expect(heard()).toBe('');
    end();
  });

  it('banner-hang: the version line comes, and nothing after it', async () => {
    const { heard, first, end } = await listen(at('banner-hang'));
    await first;
    await expect(login(rack.simulation, at('banner-hang'), { readyTimeout: 100 })).rejects.toThrow(
      /timed out/i,
    );
    expect(heard()).toMatch(/^SSH-2\.0-\S+\r\n$/);
    end();
  });

  it('auth: the right key is rejected', async () => {
    await expect(login(rack.simulation, at('auth'))).rejects.toThrow(/authentication/i);
  });

  it('wrong-host-key: another key than known_hosts has', async () => {
    await expect(login(rack.simulation, at('wrong-host-key'))).rejects.toThrow(/verification failed/i);
    const client = await login(rack.simulation, at('wrong-host-key'), { hostVerifier: () => true });
    client.end();
  });

  it('drop-handshake-once: the second connection works', async () => {
    await expect(login(rack.simulation, at('drop-handshake-once'))).rejects.toThrow();
    const client = await login(rack.simulation, at('drop-handshake-once'));
    expect((await run(client, 'echo well')).stdout).toBe('well\n');
    client.end();
    expect(rack.simulation.connections(at('drop-handshake-once'))).toBe(2);
  });

  it('overloaded-once: the second connection works', async () => {
    await expect(login(rack.simulation, at('overloaded-once'))).rejects.toThrow();
    (await login(rack.simulation, at('overloaded-once'))).end();
  });

  it('no-exec: a command is refused', async () => {
    const client = await login(rack.simulation, at('no-exec'));
    await expect(open(client, 'true')).rejects.toThrow();
    client.end();
  });

  it('hang: a command never ends', async () => {
    const client = await login(rack.simulation, at('hang'));
    const channel = await open(client, 'echo x');
    let heard = false;
    channel.on('data', () => {
      heard = true;
    });
    channel.on('close', () => {
      heard = true;
    });
    // A round trip on the same connection, opened later and answered sooner.
    (await sftp(client)).end();
    expect(heard).toBe(false);
    client.end();
  });

  it('cut: the connection breaks in the middle of a line, without an exit status', async () => {
    const client = await login(rack.simulation, at('cut'));
    const closed = new Promise((resolve) => client.on('close', () => resolve(null)));
    const { stdout, status, signal } = await run(client, 'echo 0123456789; sleep 5');
    expect(stdout).toBe('012345');
    expect([status, signal]).toEqual([null, null]);
    await closed;
  });

  it('flood: output comes for as long as it is read', async () => {
    const client = await login(rack.simulation, at('flood'));
    const channel = await open(client, 'true');
    let bytes = 0;
    channel.on('data', (data: Buffer) => {
      bytes += data.length;
    });
    await until(() => bytes > 20_000_000);
    (await sftp(client)).end();
    client.end();
  });

  it('no-dtrace-privileges, no-dtrace: dtrace says so and fails', async () => {
    for (const [name, text] of [
      ['no-dtrace-privileges', 'DTrace requires additional privileges'],
      ['no-dtrace', 'DTrace device not available on system'],
    ] as const) {
      const client = await login(rack.simulation, at(name));
      const { stdout, stderr, status } = await run(client, "dtrace -n 'BEGIN { exit(0); }'");
      client.end();
      expect([stdout, stderr, status]).toEqual(['', `dtrace: failed to initialize dtrace: ${text}\n`, 1]);
    }
  });

  it.each([
    ['disk-full', 'No space left on device'],
    ['read-only', 'Read-only file system'],
  ] as const)(
    '%s: uploads fail, by a shell and by SFTP, while reading and tracing work',
    async (name, text) => {
      const client = await login(rack.simulation, at(name));
      for (const command of ['mkdir -p .box', 'cat >box', 'tee box', 'touch box']) {
        const { stderr, status } = await run(client, command, 'x');
        expect(stderr).toContain(text);
        expect(status).not.toBe(0);
      }
      expect((await run(client, 'cat', 'read')).stdout).toBe('read');
      expect((await run(client, 'pgrep -x propolis-server')).status).toBe(0);
      const session = await sftp(client);
      await expect(
        new Promise<void>((resolve, reject) =>
          session.writeFile('upload', 'x', (error) => (error ? reject(error) : resolve())),
        ),
      ).rejects.toThrow(/failure/i);
      session.end();
      client.end();
      expect(existsSync(`${rack.simulation.environmentFor(at(name)).HOME}/upload`)).toBe(false);
    },
  );

  it('is in the truth with its fault, and the others are without', () => {
    const faults = rack.simulation.truth().sleds.map((sled) => sled.fault);
    expect(faults.slice(0, NAMES.length)).toEqual(
      NAMES.map((name) => (name.endsWith('-once') ? null : name)),
    );
    expect(new Set(faults.slice(NAMES.length))).toEqual(new Set([null]));
  });

  it('can break and be mended while it runs', async () => {
    const client = await login(rack.simulation, well);
    const lost = new Promise((resolve) => client.on('close', () => resolve(null)));
    await rack.simulation.setFault(well, 'refused');
    await lost;
    await expect(login(rack.simulation, well)).rejects.toThrow('ECONNREFUSED');
    await rack.simulation.setFault(well, null);
    const again = await login(rack.simulation, well);
    expect((await run(again, 'hostname')).stdout).toMatch(/^BRM4222\d{4}\n$/);
    again.end();
  });

  it('is named in one list', () => {
    expect(isFaultName('cut')).toBe(true);
    expect(isFaultName('toString')).toBe(false);
  });
});
