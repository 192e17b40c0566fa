import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { volumeRequest } from '../../src/simulator/storage/api-exports.ts';
import { factFiles } from '../../src/simulator/storage/fact-files.ts';
import { storageTruth, type DiskTruth } from '../../src/simulator/storage/storage-truth.ts';
import { sessionsOf, type SimulatedDisk, type Storage } from '../../src/simulator/storage/storage.ts';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';

/** One rack for the whole file. What is broken of it stays broken: its tests are in the order of a story. */
const rack = withRack({
  isShellFree: true,
  sledsPerRack: 3,
  propolisPerSled: 1,
  pantryPerRack: 1,
  storage: { poolsPerSled: 2 },
  seed: 9,
});

type Row = Readonly<Record<string, string | number | boolean | null>>;

const KEY = 'c2VjcmV0LWtleS1vZi1hLWRpc2stMzItYnl0ZXMtbG9uZw==';

function storage(): Storage {
  const found = rack.simulation.storage;
  if (found === null) throw new Error('a rack without storage');
  return found;
}

const truth = (): readonly DiskTruth[] => storageTruth(rack.simulation.world, storage());

/** A state folder of a test's own, so that nothing is kept from one to the next. */
function kept(name: string): { readonly XDG_STATE_HOME: string } {
  return { XDG_STATE_HOME: join(rack.folder, `state-${name}`) };
}

async function facts(name: string, ...words: readonly string[]) {
  const { run } = await import('../support/run-program.ts');
  return await run(['facts', ...words], { env: kept(name), cwd: rack.folder });
}

/** Writes what omdb and the API would print now, and imports what `keeps` takes of it. */
async function importAll(
  name: string,
  keeps: (file: string) => boolean = () => true,
  ...words: readonly string[]
) {
  const folder = join(rack.folder, `files-${name}`);
  mkdirSync(folder, { recursive: true });
  const files = [...factFiles(rack.simulation.world, storage())].filter(
    ([file]) => file !== 'truth.json' && keeps(file),
  );
  for (const [file, text] of files) writeFileSync(join(folder, file), text);
  return await facts(name, 'import', ...files.map(([file]) => join(folder, file)), ...words);
}

async function whereRows(name: string, ...words: readonly string[]) {
  const ended = await rack.run(['where', ...words, '-o', 'json'], { env: kept(name) });
  const report = ended.stdout === '' ? { rows: [] } : JSON.parse(ended.stdout);
  return { ...ended, report, rows: report.rows as readonly Row[] };
}

const IDS = [
  'region',
  'address',
  'zone',
  'service',
  'pool',
  'physical_disk',
  'inventory_slot',
  'extents',
] as const;

/** A row in the truth's words. */
function said(row: Row) {
  return {
    ...Object.fromEntries(IDS.map((name) => [name, row[name === 'zone' ? 'ds_zone' : name]])),
    sled: row['ds_sled'],
    cubby: row['ds_cubby'],
  };
}

function diskOf(
  isOne: (disk: SimulatedDisk) => boolean = ({ instance }) => instance !== null,
): SimulatedDisk {
  const found = storage().disks.find(isOne);
  if (found === undefined) throw new Error('no such disk in this rack');
  return found;
}

const downstairsOf = (id: string) => truth().find((disk) => disk.upstairs_id === id)?.downstairs ?? [];

describe('where', () => {
  it('says of every downstairs of a rack what is so, with all sources', async () => {
    const imported = await importAll('all');
    expect([imported.status, imported.stdout]).toEqual([0, '']);
    // Every zone of a VM or pantry at once.
    const { status, stderr, rows, report } = await whereRows('all', 'oxz_*');
    expect([status, stderr]).toEqual([0, '']);
    expect(schemaErrors(report)).toEqual([]);
    const disks = truth();
    expect(rows.length).toBe(disks.length * 3);
    for (const disk of disks) {
      const own = rows.filter((row) => row['upstairs_id'] === disk.upstairs_id);
      expect(own.map((row) => said(row))).toEqual(disk.downstairs);
      expect(
        own.map((row) => [row['disk'], row['instance'], row['size'], row['has_parent'], row['doubts']]),
      ).toEqual(own.map(() => [disk.disk, disk.instance, disk.size, disk.has_parent, null]));
      expect(own.map((row) => [row['sled'], row['zone'], row['index']])).toEqual(
        [0, 1, 2].map((index) => [disk.sessions[0]?.sled, disk.sessions[0]?.zone, index]),
      );
    }
    const [row] = rows.filter(({ instance }) => instance !== null);
    expect(row?.['sources']).toContain('address: live-status (now), disks-info');
  });

  it('says without any export what VMs and sleds tell: all but names, slots and extents', async () => {
    const disk = diskOf();
    const { status, rows } = await whereRows('live', disk.id.slice(0, 13));
    expect(status).toBe(0);
    expect(rows.map((row) => said(row))).toEqual(
      downstairsOf(disk.id).map((each) => ({ ...each, inventory_slot: null, extents: null })),
    );
    expect(rows[0]?.['unknown']).toBe(
      'disk, instance, project, size, has_parent, inventory_slot: no_source (nothing that was given tells it); extents: not_in_source (the sources that would tell it do not name this one)',
    );
  });

  it('cannot say without a VM and without exports which downstairs is which, and asks no VM with --no-http', async () => {
    const disk = diskOf();
    const before = storage().asked.get(disk.id);
    const { status, rows } = await whereRows('no-http', disk.id, '--no-http', '--ds', '1');
    expect([status, rows.length, storage().asked.get(disk.id)]).toEqual([3, 1, before]);
    expect(rows[0]?.['unknown']).toContain('region, address, ds_sled');
    expect(rows[0]?.['unknown']).toContain('not_asked (--no-http)');
  });

  it('finds a disk by its name, in both projects that have it or in the one that is named, for -o name too', async () => {
    const [first, second] = storage().disks.filter(({ instance }) => instance !== null);
    if (first === undefined || second === undefined) throw new Error('too few disks');
    const list = join(rack.folder, 'api-disks-of-two.json');
    const disk = (id: string, project: string) => ({
      id,
      name: 'twin',
      project_id: project,
      size: 1024 ** 3,
      block_size: 512,
    });
    const projects = [
      '0a0a0a0a-0000-4000-8000-000000000001',
      '0a0a0a0a-0000-4000-8000-000000000002',
    ] as const;
    writeFileSync(
      list,
      JSON.stringify({ items: [disk(first.id, projects[0]), disk(second.id, projects[1])] }),
    );
    await facts('twins', 'import', list);
    const both = await whereRows('twins', 'twin', '--offline');
    expect(new Set(both.rows.map((row) => row['upstairs_id']))).toEqual(new Set([first.id, second.id]));
    const one = await whereRows('twins', `${projects[1]}/twin`, '--offline');
    expect(one.rows.map((row) => row['upstairs_id'])).toEqual([second.id, second.id, second.id]);
    // With -o name each upstairs is named once, whether it runs or not.
    const [session] = truth().find(({ upstairs_id }) => upstairs_id === second.id)?.sessions ?? [];
    const live = await rack.run(['where', `${projects[1]}/twin`, '-o', 'name'], { env: kept('twins') });
    expect(live.stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(new RegExp(`/${session?.zone ?? ''}/-/[0-9a-f-]{36}$`)),
    ]);
    const idle = await rack.run(['where', 'twin', '--offline', '-o', 'name'], { env: kept('twins') });
    expect(idle.stdout.trimEnd().split('\n').toSorted()).toEqual(
      [first.id, second.id].map((id) => `-/-/-/${id}`).toSorted(),
    );
  });

  it('refuses a name that nothing is called by, and says where names come from', async () => {
    const { status, stderr } = await whereRows('live', 'nosuch');
    expect(status).toBe(64);
    expect(stderr).toContain('nosuch: no upstairs or zone is called so on the selected sleds');
  });

  it('does not say that a name is nowhere while a sled does not answer', async () => {
    const [sled] = rack.simulation.sleds;
    await rack.simulation.setFault(sled?.id ?? '', 'refused');
    const { status, stderr } = await whereRows('live', 'nosuch');
    await rack.simulation.setFault(sled?.id ?? '', null);
    expect([status, stderr]).toEqual([
      3,
      expect.stringContaining('nosuch was not found, and may be on a sled that did not answer'),
    ]);
  });

  it('shows what the process talks to while a replacement is under way, and that the database is ahead', async () => {
    const disk = diskOf();
    storage().beginReplacement(disk, 1);
    await importAll('window');
    const { rows } = await whereRows('window', disk.id);
    expect(rows.map((row) => said(row))).toEqual(downstairsOf(disk.id));
    expect(rows[1]?.['doubts']).toMatch(/^address: disks-info says \[fd00:/);
    expect(rows[0]?.['doubts']).toBeNull();
  });

  it('follows a replacement once the process was told, and trusts no older export', async () => {
    const disk = diskOf();
    storage().finishReplacement(disk);
    // Those of before: only the first rack of files knows the old region.
    const { status, rows } = await whereRows('all', disk.id);
    expect(rows.map((row) => row['region'])).toEqual(downstairsOf(disk.id).map(({ region }) => region));
    expect([status, rows[1]?.['state'], rows[1]?.['ds_sled']]).toEqual([
      0,
      'replaced',
      downstairsOf(disk.id)[1]?.sled,
    ]);
    // What its VM has just said is kept, with the count of replacements by which it holds.
    const later = await whereRows('all', disk.id, '--no-http');
    expect(later.rows.map((row) => row['region'])).toEqual(downstairsOf(disk.id).map(({ region }) => region));
    const former = join(rack.folder, 'files-all');
    await facts('former', 'import', ...readdirSync(former).map((file) => join(former, file)));
    const exports = await whereRows('former', disk.id, '--no-http');
    expect(exports.rows.map((row) => row['region'])).toEqual([disk.live[0].id, null, disk.live[2].id]);
    expect(exports.rows[1]?.['unknown']).toContain('outdated (it was replaced in this session; disks-info');
  });

  it.each(['ds-state', 'lr-state', 'repairs'])(
    'is followed by %s, which shows outdated in place of what was said before a replacement',
    async (command) => {
      const disk = diskOf();
      const columns = ['ds0_disk', 'ds1_disk', 'ds1_sled'];
      for (const { session, crucible } of sessionsOf(rack.simulation.world, disk.id))
        crucible.setStates(session, ['active', 'live_repair', 'active']);
      const words = [command, '--disk', `${disk.project.name}/${disk.name}`, '-o', 'json'];
      const { stdout } = await rack.run(words, { env: kept('former') });
      const report = JSON.parse(stdout);
      expect(schemaErrors(report)).toEqual([]);
      const [row] = report.rows as readonly Row[];
      expect(Object.keys(row ?? {})).not.toContain('replaced_1');
      expect(columns.map((name) => row?.[name])).toEqual([
        disk.live[0].pool.diskSerial,
        'outdated',
        'outdated',
      ]);
    },
  );

  it('shows both sessions of a disk that migrates, each with its own answer, and since when a service is in maintenance', async () => {
    const disk = diskOf();
    storage().breakRegion(disk.live[2]);
    const { world } = rack.simulation;
    const from = world.sleds.find(({ crucible }) =>
      crucible.sessions().some(({ upstairsId }) => upstairsId === disk.id),
    );
    const to = world.sleds.find((sled) => sled !== from);
    const process = from?.crucible
      .processes()
      .find(({ sessions }) => sessions.some(({ upstairsId }) => upstairsId === disk.id));
    if (from === undefined || to === undefined || process === undefined)
      throw new Error('nothing to migrate');
    const zone = 'oxz_propolis-server_0b0b0b0b-0000-4000-8000-000000000000';
    to.crucible.bootZone(zone);
    const twin = to.crucible.startProcess({
      zone,
      args: process.args,
      command: process.command,
      crucible: 'upstairs',
      disks: process.sessions,
    });
    const { rows } = await whereRows('all', disk.id);
    expect(new Set(rows.map((row) => row['session_id'])).size).toBe(2);
    expect(rows.map((row) => row['region'])).toEqual(
      [...downstairsOf(disk.id), ...downstairsOf(disk.id)].map(({ region }) => region),
    );
    const services = ['online', 'online', 'maintenance since Aug 04'];
    expect(rows.map((row) => row['service'])).toEqual([...services, ...services]);
    expect(rows[2]?.['region']).toBe(disk.live[2].id);
    to.crucible.stopProcess(twin.pid);
    to.crucible.haltZone(zone);
  });

  it('says how old each value is, with sources a day old', async () => {
    const day = new Date(Date.now() - 26 * 3_600_000).toISOString();
    const imported = await importAll('old', () => true, '--as-of', day);
    expect(imported.stderr).toContain('26h old');
    const { rows } = await whereRows('old', diskOf().id, '--offline');
    expect(rows[0]?.['age']).toBe('26h old');
    expect(rows[0]?.['sources']).toContain('address: disks-info (26h old)');
  });

  it('does not ask a VM again that did not answer, and says why', async () => {
    const disk = diskOf();
    const [session] = truth().find(({ upstairs_id }) => upstairs_id === disk.id)?.sessions ?? [];
    storage().hanging.add(session?.zone ?? '');
    storage().asked.clear();
    const first = await whereRows('hanging', disk.id);
    expect(first.status).toBe(3);
    expect(first.rows[0]?.['unknown']).toContain('no_answer (its server did not answer in 3 s)');
    const second = await whereRows('hanging', disk.id);
    expect(second.rows[0]?.['unknown']).toContain('is unanswered: asked again after 10 minutes');
    expect(storage().asked.get(disk.id)).toBe(1);
    storage().hanging.clear();
  });

  it('says which sled was not reached, and still places what other sources know', async () => {
    const disk = diskOf();
    const [session] = truth().find(({ upstairs_id }) => upstairs_id === disk.id)?.sessions ?? [];
    const index = downstairsOf(disk.id).findIndex(({ sled }) => sled !== session?.sled);
    const down = downstairsOf(disk.id)[index]?.sled ?? '';
    await importAll('down');
    await rack.simulation.setFault(down, 'refused');
    const { status, rows, report } = await whereRows('down', disk.id);
    await rack.simulation.setFault(down, null);
    expect([status, report.rows.length]).toEqual([3, 3]);
    expect([rows[index]?.['ds_sled'], rows[index]?.['service']]).toEqual([down, null]);
    expect(rows[index]?.['unknown']).toContain('ds_zone, service: not_reached');
  });
});

describe('ds-state and repairs', () => {
  const state = async (name: string, ...words: readonly string[]) =>
    await rack.run(words, { env: kept(name) });

  it('show the disks and instances that are named, with both ends where facts are kept', async () => {
    const disk = diskOf();
    const words = ['--disk', `${disk.project.name}/${disk.name}`, '-o', 'json'];
    const { status, stdout } = await state('down', 'ds-state', ...words);
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    expect(report.filter).toBe(`disk ${disk.project.name}/${disk.name}`);
    const [row, ...more] = report.rows;
    const [, second] = downstairsOf(disk.id);
    expect(more).toEqual([]);
    expect([row.upstairs_id, row.disk, row.instance, row.ds1_sled, row.ds1_disk]).toEqual([
      disk.id,
      disk.name,
      disk.instance?.name,
      second?.sled,
      second?.physical_disk,
    ]);
    expect(row.facts_age).toMatch(/^file of \d+[sm] ago$/);
    const ofInstance = await state(
      'window',
      'ds-state',
      '--instance',
      disk.instance?.name ?? '',
      '-o',
      'json',
    );
    const own = storage().disks.filter(({ instance }) => instance === disk.instance);
    expect(JSON.parse(ofInstance.stdout).rows.length).toBe(own.length);
  });

  it('show ? where no fact is kept, and how old facts are where a column was asked for', async () => {
    const columns = ['--columns', 'disk,instance,ds1_sled', '--width', '80'];
    const without = await state('empty', 'ds-state', ...columns);
    expect(
      without.stdout
        .split('\n')
        .slice(0, 2)
        .map((line) => line.trim()),
    ).toEqual(['DISK  INSTANCE  DS1 SLED', '?     ?         ?']);
    const old = await state('old', 'ds-state', ...columns);
    expect(old.stderr).toMatch(/^places are by kept facts: newest .*, oldest 26h old\n/);
  });

  it.each([
    [['--disk', 'nosuch'], "--disk: no kept fact names the disk 'nosuch'"],
    [['--instance', 'nosuch'], "--instance: no kept fact names the instance 'nosuch'"],
    [['--disk', 'x', '--record', '/nonexistent/r'], '--disk and --instance are in no recording'],
  ])('refuse %j before a sled is visited', async (words, message) => {
    const { status, stderr } = await state('down', 'repairs', ...words);
    expect([status, stderr]).toEqual([64, expect.stringContaining(message)]);
  });
});

describe('the key of a disk', () => {
  it('is in no output and no file of a run that was given it', async () => {
    const disk = diskOf();
    const request = volumeRequest(storage(), disk.id, KEY);
    const files = {
      'vcr.json': request,
      'cut.json': request.slice(0, -20),
      'spec.json': JSON.stringify({ components: { disk: { request_json: request } } }),
      'mixed.json': `${JSON.stringify({ items: [] })}\n${request.slice(0, -9)}\n`,
    };
    let printed = '';
    for (const [name, text] of Object.entries(files)) {
      const file = join(rack.folder, name);
      writeFileSync(file, text);
      for (const from of [[], ['--from', 'vcr'], ['--from', 'api-disks']]) {
        const { stdout, stderr } = await facts('secret', 'import', ...from, file);
        printed += stdout + stderr;
      }
    }
    expect(printed).toContain('vcr.json: vcr, 2 facts');
    expect(printed).toContain("holds its disks' keys");
    const found = await whereRows('secret', disk.id, '--offline');
    expect(found.rows.map((row) => row['address'])).toEqual(
      disk.stored.map(({ pool, port }) => `[${pool.address}]:${port}`),
    );
    printed += found.stdout + found.stderr + (await facts('secret', 'list', '-o', 'json')).stdout;
    const state = join(kept('secret').XDG_STATE_HOME, 'cruc-fleet');
    for (const entry of readdirSync(state, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) printed += readFileSync(join(entry.parentPath, entry.name), 'utf8');
    expect(printed).not.toContain(KEY);
    expect(printed).not.toContain(KEY.slice(0, 12));
  });
});

describe('facts', () => {
  it('are refused where others may read them, with the command that closes the folder', async () => {
    await importAll('open', (file) => file === 'sleds.txt');
    const folder = join(kept('open').XDG_STATE_HOME, 'cruc-fleet/facts');
    chmodSync(folder, 0o755);
    const { status, stderr } = await facts('open', 'list');
    expect([status, stderr]).toEqual([78, expect.stringContaining(`chmod 700 ${folder}`)]);
  });

  it('are listed with their age, take the place of what came before by the same name, and can be cleared', async () => {
    await importAll('list', (file) => file === 'sleds.txt');
    await importAll('list', (file) => file === 'sleds.txt', '--as-of', '2026-01-02T03:04Z');
    const listed = JSON.parse((await facts('list', 'list', '-o', 'json')).stdout);
    expect(listed).toEqual([
      {
        source: 'sleds',
        label: join(rack.folder, 'files-list/sleds.txt'),
        as_of: '2026-01-02T03:04:00.000Z',
        is_file_time: false,
        facts: 3,
        issues: [],
      },
    ]);
    expect((await facts('list', 'clear')).stderr).toBe('facts of 1 source were removed\n');
    expect((await facts('list', 'list')).stderr).toContain('no facts are kept');
  });

  it('keep nothing of any file where one is of no kind', async () => {
    const file = join(rack.folder, 'other.txt');
    writeFileSync(file, 'ID CREATED MODIFIED DELETED \n');
    const { status, stderr } = await facts('none', 'import', file);
    expect(status).toBe(64);
    expect(stderr).toContain('it looks like omdb db volumes list, which has no targets');
  });
});
