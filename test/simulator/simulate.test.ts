import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startSimulation } from '../../src/simulator/simulate.ts';
import type { SimulationOptions } from '../../src/simulator/simulate.ts';
import { login, open, until } from './support/ssh-client.ts';

const small: SimulationOptions = { racks: ['3'], sledsPerRack: 2, propolisPerSled: 1, downstairsPerSled: 0 };

const sh = async (command: string, env: Readonly<Record<string, string>>) =>
  (await promisify(execFile)('/bin/sh', ['-c', command], { env, cwd: env['HOME']! })).stdout;

describe('a simulation', () => {
  it('is the same racks for the same seed, and others for another', async () => {
    const names = async (seed: number) => {
      const simulation = await startSimulation({ ...small, seed, degraded: 1, time: 'simulated' });
      const { sleds } = simulation.truth();
      await simulation.stop();
      return sleds.map(({ sessions }) => sessions);
    };
    const first = await names(1);
    expect(await names(1)).toEqual(first);
    expect(await names(2)).not.toEqual(first);
  });

  it('has as many degraded sessions as asked for, on sleds that answer', async () => {
    const simulation = await startSimulation({
      racks: 2,
      sledsPerRack: 4,
      degraded: 7,
      down: new Map([['2/3', 'refused']]),
    });
    const { sleds } = simulation.truth();
    await simulation.stop();
    const bad = sleds.map(({ sessions }) =>
      sessions.filter((s) => s.states.some((state) => state !== 'active')),
    );
    expect(bad.flat()).toHaveLength(7);
    expect(bad.at(-1)).toEqual([]);
    expect(new Set(bad.flat().map((session) => session.states.toSorted().join())).size).toBe(7);
  });

  it('writes an inventory that names every sled and gateway, with serials that are unique', async () => {
    const simulation = await startSimulation({ ...small, racks: 2, gatewaysPerRack: 1 });
    const inventory = parse(simulation.inventoryYaml());
    expect(inventory.version).toBe(1);
    expect(inventory.defaults.user).toBe('root');
    expect(inventory.defaults.identity_file).toBe(simulation.identityFile);
    expect(inventory.racks.map((rack: { id: unknown }) => rack.id)).toEqual(['1', '2']);
    const listed = inventory.racks.flatMap((rack: { id: string; sleds: object[] }) =>
      rack.sleds.map((sled) => ({ rack: rack.id, ...sled })),
    );
    expect(listed).toEqual(
      simulation.sleds.map(({ rack, serial, cubby, host, port }) => ({ rack, serial, cubby, host, port })),
    );
    expect(inventory.racks[1].gateways).toEqual([
      { host: simulation.gateways[1]!.host, port: simulation.gateways[1]!.port, user: 'root' },
    ]);
    expect(new Set(simulation.sleds.map((sled) => sled.serial)).size).toBe(4);
    expect(simulation.sleds[0]!.id).toBe('1/BRM42220000');
    const keys = readFileSync(simulation.knownHostsFile, 'utf8').trim().split('\n');
    expect(new Set(keys.map((line) => line.split(' ')[2])).size).toBe(6);
    await simulation.stop();
  });

  it('moves a VM to another sled with its disks, as a new process with new sessions', async () => {
    const simulation = await startSimulation(small);
    const [from, to] = simulation.world.sleds;
    const before = simulation.truth().sleds[0]!.sessions;
    simulation.world.migrate(from!, before[0]!.pid, to!);
    const [left, right] = simulation.truth().sleds;
    expect(left!.sessions).toEqual([]);
    const moved = right!.sessions.filter((session) => session.zone === before[0]!.zone);
    expect(moved.map((s) => s.upstairs_id)).toEqual(before.map((s) => s.upstairs_id));
    expect(moved.map((s) => s.session_id)).not.toEqual(before.map((s) => s.session_id));
    expect(await sh('zoneadm list', simulation.environmentFor('3/0'))).toBe('global\n');
    expect(await sh('zoneadm list', simulation.environmentFor('3/1'))).toContain(before[0]!.zone);
    await simulation.stop();
  });

  it('leaves nothing behind: no files, no processes, no dtrace', async () => {
    const rootDir = mkdtempSync(join(tmpdir(), 'sim-test.'));
    const simulation = await startSimulation({ ...small, rootDir });
    const client = await login(simulation, '3/0');
    const channel = await open(client, "echo $$; dtrace -n 'tick-100s { exit(0); }'");
    const pid = await new Promise<string>((resolve) =>
      channel.once('data', (data: Buffer) => resolve(String(data))),
    );
    await until(() => simulation.tracing('3/0') === 1);
    await simulation.stop();
    expect(existsSync(rootDir)).toBe(false);
    await until(() => {
      try {
        process.kill(Number(pid), 0);
        return false;
      } catch {
        return true;
      }
    });
    expect(simulation.tracing('3/0')).toBe(0);
  });

  it('takes no directory that holds something, since it removes it in the end', async () => {
    const rootDir = mkdtempSync(join(tmpdir(), 'sim-test.'));
    const file = join(rootDir, 'of-someone-else');
    writeFileSync(file, 'dear');
    await expect(startSimulation({ ...small, rootDir })).rejects.toThrow('is not empty');
    expect(readFileSync(file, 'utf8')).toBe('dear');
    rmSync(rootDir, { recursive: true });
  });

  it('says no to a sled that is not there', async () => {
    await expect(startSimulation({ ...small, down: new Map([['3/7', 'cut']]) })).rejects.toThrow(
      'no sled 3/7',
    );
    await expect(startSimulation({ ...small, sledsPerRack: 33 })).rejects.toThrow('32 cubbies');
  });
});
