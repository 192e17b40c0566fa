import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeInventory } from '../../src/inventory/describe.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { findInventory } from '../../src/inventory/find.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { FleetError } from '../../src/model/error.ts';
import { withDefaults } from './support/fixtures.ts';

const EXAMPLE = path.join(import.meta.dirname, '../../inventory.example.yaml');
const context = { home: '/home/ada', user: 'ada', agentSocket: null, stateFolder: '/state' };
const TEXT = 'version: 1\nracks: [{ id: 1, sleds: [{ cubby: 0, host: a, identity_file: key }] }]\n';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'inventory-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

async function failure(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (e: unknown) => e,
  );
  if (error instanceof FleetError && error.code === 'inventory') return error.message;
  throw new Error(`expected an inventory error, got ${String(error)}`);
}

async function file(...parts: readonly string[]): Promise<string> {
  const name = path.join(dir, ...parts);
  await mkdir(path.dirname(name), { recursive: true });
  await writeFile(name, TEXT);
  return name;
}

describe('the inventory is looked for', () => {
  it('at -i, then $CRUC_FLEET_INVENTORY, then in the current folder, then in the configuration folder', async () => {
    const explicit = await file('explicit.yaml');
    const fromEnv = await file('env.yaml');
    const local = await file('cwd', 'inventory.yaml');
    const xdg = await file('xdg', 'cruc-fleet', 'inventory.yaml');
    const config = await file('home', '.config', 'cruc-fleet', 'inventory.yaml');
    const cwd = path.join(dir, 'cwd');
    const home = path.join(dir, 'home');
    const XDG_CONFIG_HOME = path.join(dir, 'xdg');
    const env = { CRUC_FLEET_INVENTORY: fromEnv, XDG_CONFIG_HOME };
    expect(await findInventory({ explicit: '../explicit.yaml', env, cwd, home })).toBe(explicit);
    expect(await findInventory({ env, cwd, home })).toBe(fromEnv);
    expect(await findInventory({ env: { XDG_CONFIG_HOME, CRUC_FLEET_INVENTORY: '' }, cwd, home })).toBe(
      local,
    );
    await rm(local);
    expect(await findInventory({ env: { XDG_CONFIG_HOME }, cwd, home })).toBe(xdg);
    expect(await findInventory({ env: { XDG_CONFIG_HOME: 'relative' }, cwd, home })).toBe(config);
    expect(await findInventory({ env: {}, cwd, home })).toBe(config);
  });

  it('and where it is nowhere, every place is named, and how to make one', async () => {
    expect(await failure(findInventory({ env: {}, cwd: dir, home: '/nobody' }))).toBe(
      `no inventory: looked for ${dir}/inventory.yaml and /nobody/.config/cruc-fleet/inventory.yaml, and neither -i nor ` +
        '$CRUC_FLEET_INVENTORY names one; make one with: cp inventory.example.yaml inventory.yaml',
    );
  });

  it('only where it was named, when it was', async () => {
    await file('inventory.yaml');
    const options = { cwd: dir, home: dir, env: {} };
    expect(await failure(findInventory({ ...options, explicit: 'other.yaml' }))).toContain(
      `no inventory at ${dir}/other.yaml, which -i names`,
    );
    expect(await failure(findInventory({ ...options, explicit: '' }))).toContain('-i names no file');
    const env = { CRUC_FLEET_INVENTORY: '~/lost.yaml' };
    expect(await failure(findInventory({ ...options, env }))).toContain(
      `no inventory at ${dir}/lost.yaml, which $CRUC_FLEET_INVENTORY names`,
    );
  });

  it('and a link to nothing is an error, not skipped', async () => {
    await symlink('gone.yaml', path.join(dir, 'inventory.yaml'));
    const found = await findInventory({ env: {}, cwd: dir, home: dir });
    expect(await failure(loadInventory(found, context))).toContain(`no inventory at ${dir}/inventory.yaml`);
  });
});

describe('an inventory file', () => {
  it('is the folder that its relative paths start from', async () => {
    const name = await file('fleet', 'inventory.yaml');
    const { file: read, targets } = await loadInventory(name, context);
    expect(read).toBe(name);
    expect(targets[0]?.login.identityFiles).toEqual([path.join(dir, 'fleet', 'key')]);
  });

  it('that is a folder, is not there or is not text is refused', async () => {
    expect(await failure(loadInventory(dir, context))).toBe(
      `${dir} is a folder; name the file, such as ${dir}/inventory.yaml`,
    );
    expect(await failure(loadInventory(`${dir}/none.yaml`, context))).toBe(
      `no inventory at ${dir}/none.yaml; make one with: cp inventory.example.yaml inventory.yaml`,
    );
    await writeFile(`${dir}/bytes.yaml`, Buffer.from([0xff, 0xfe, 0x41, 0x00]));
    expect(await failure(loadInventory(`${dir}/bytes.yaml`, context))).toContain('is not UTF-8 text');
    await writeFile(`${dir}/large.yaml`, '#'.repeat(9 * 1024 * 1024));
    expect(await failure(loadInventory(`${dir}/large.yaml`, context))).toContain('is larger than 8 MiB');
  });

  // Root reads every file.
  it.skipIf(process.getuid?.() === 0)('that may not be read is refused', async () => {
    const name = await file('inventory.yaml');
    await chmod(name, 0);
    expect(await failure(loadInventory(name, context))).toContain('may not be read; check the permissions');
  });
});

describe('inventory.example.yaml', () => {
  it('is taken, and says what its comments say', async () => {
    const inventory = await loadInventory(EXAMPLE, context);
    const { racks, sleds } = describeInventory(inventory);
    expect(racks).toEqual([
      {
        rack: '3',
        name: 'west',
        sleds: 31,
        folded: '3/[0-9,11-31]',
        gateways: ['[fd00:1122:3344:1::2]:22', 'switch1.west.example:22'],
        labels: { site: 'lab' },
      },
      {
        rack: 'lab',
        name: null,
        sleds: 3,
        folded: 'lab/0 lab/BRM44220012 lab/spare',
        gateways: [],
        labels: {},
      },
    ]);
    expect(sleds[13]).toEqual({
      rack: '3',
      cubby: 14,
      serial: 'BRM42220099',
      name: 'c14',
      address: '[fd00:1122:3344:10f::1]:22',
      login: ['root'],
      gateways: ['[fd00:1122:3344:1::2]:22', 'switch1.west.example:22'],
      labels: { site: 'lab' },
    });
  });

  it('writes the defaults that hold without it', async () => {
    const name = path.join(dir, 'inventory.yaml');
    const text = await readFile(EXAMPLE, 'utf8');
    await writeFile(name, withDefaults(text));
    const [bare, full] = await Promise.all([loadInventory(EXAMPLE, context), loadInventory(name, context)]);
    expect(bare.targets[0]?.login).toMatchObject({ port: 22, user: 'root' });
    expect(text).not.toBe(await readFile(name, 'utf8'));
    const ways = ({ targets }: Inventory) =>
      targets.map(({ sled, login, gateways }) => {
        return { sled, login: { ...login, origins: {} }, gateways: gateways.length };
      });
    expect(ways(bare)).toEqual(ways(full));
  });
});
