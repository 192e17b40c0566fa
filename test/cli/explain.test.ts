import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { storageTruth, type DiskTruth } from '../../src/simulator/storage/storage-truth.ts';
import { sessionsOf, type SimulatedDisk, type Storage } from '../../src/simulator/storage/storage.ts';
import { createTerminal } from '../../src/term/terminal.ts';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';

/** One rack for the whole file: its tests are in the order of a story. */
const rack = withRack({
  isShellFree: true,
  sledsPerRack: 3,
  propolisPerSled: 1,
  storage: { poolsPerSled: 2 },
  crucible: new Map([['3/2', 'object-era']]),
  seed: 9,
});

type Row = Readonly<Record<string, string | number | boolean | null>>;

function storage(): Storage {
  const found = rack.simulation.storage;
  if (found === null) throw new Error('a rack without storage');
  return found;
}

const truth = (id: string): DiskTruth => {
  const found = storageTruth(rack.simulation.world, storage()).find(({ upstairs_id }) => upstairs_id === id);
  if (found === undefined) throw new Error('no such disk');
  return found;
};

function disk(at: number): SimulatedDisk {
  const found = storage().disks[at];
  if (found === undefined) throw new Error('no such disk in this rack');
  return found;
}

type States = Parameters<ReturnType<typeof rack.crucible>['setStates']>[1];

function setStates({ id }: SimulatedDisk, states: States): void {
  for (const { session, crucible } of sessionsOf(rack.simulation.world, id))
    crucible.setStates(session, states);
}

/** A state folder of a test's own, so that nothing is kept from one to the next. */
function kept(name: string): { readonly XDG_STATE_HOME: string } {
  return { XDG_STATE_HOME: join(rack.folder, `state-${name}`) };
}

async function explained(name: string, ...words: readonly string[]) {
  const ended = await rack.run(['explain', ...words, '-o', 'json'], { env: kept(name) });
  const report = ended.stdout === '' ? { rows: [] } : JSON.parse(ended.stdout);
  const rows = report.rows as readonly Row[];
  const says = (part: string, index: number | null = null): readonly (string | null)[] =>
    rows
      .filter((row) => row['part'] === part && (index === null || row['index'] === index))
      .map((row) => row['says'] as string | null);
  return { ...ended, report, rows, says };
}

/** In the words of the report. */
const noSources = 'its region, address, sled, cubby, zone, service, pool, disk, inventory slot, extents';

const KEY = 'c2VjcmV0LWtleS1vZi1hLWRpc2stMzItYnl0ZXMtbG9uZw==';
/** A key of 32 bytes, as a volume's is written. */
const KEY32 = 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=';

describe('explain', () => {
  it('says of a healthy upstairs that nothing is wrong, traces nothing and invents nothing', async () => {
    const { id } = disk(0);
    const { status, says, rows, report } = await explained('story', id);
    expect([status, schemaErrors(report)]).toEqual([0, []]);
    expect(says('follows')).toEqual(['all three downstairs are active: there is nothing to explain now']);
    expect(says('states')).toEqual(['active', 'active', 'active']);
    const parts = new Set(rows.map((row) => row['part']));
    expect(parts).toEqual(
      new Set(['upstairs', 'states', 'copies', 'services', 'pools', 'follows', 'unknown']),
    );
    expect(rows.filter((row) => row['command'] !== null)).toEqual([]);
  });

  it('says of a refused connection which service is in maintenance since when, and what would clear it', async () => {
    const one = disk(0);
    const region = one.live[1];
    storage().breakRegion(region);
    storage().logs.set(region.id, ['starting', 'panicked at \u001B[31mhostile', `key: ${KEY}`, KEY32]);
    setStates(one, ['active', 'offline', 'active']);
    const { status, stdout, stderr, says, rows } = await explained('story', one.id);
    expect(status).toBe(0);
    const { address, region: id, sled, zone } = truth(one.id).downstairs[1]!;
    const cubby = rack.simulation.sleds.find((each) => each.id === sled)?.cubby ?? 0;
    expect(says('attempts')).toEqual([expect.stringMatching(/^tried \d times .*: Connection refused$/)]);
    expect(says('attempts')[0]).toContain(address);
    expect(says('follows')).toEqual([
      `connection refused by ${address}, the service of region ${id} on 3/${cubby} is in maintenance since Aug 04`,
    ]);
    const [follows] = rows.filter((row) => row['part'] === 'follows');
    expect([follows?.['index'], follows?.['command']]).toEqual([
      1,
      `svcadm -z ${zone} clear svc:/oxide/crucible/downstairs:downstairs-${id}`,
    ]);
    expect(follows?.['evidence']).toContain(
      `(slog, now); maintenance (SMF of 3/${cubby}, now); downstairs 1 is offline`,
    );
    expect(says('logs')).toEqual(['starting', 'panicked at ?[31mhostile', 'key: [hidden]', '[hidden]']);
    let printed = stdout + stderr;
    const state = join(kept('story').XDG_STATE_HOME, 'cruc-fleet');
    for (const entry of readdirSync(state, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) printed += readFileSync(join(entry.parentPath, entry.name), 'utf8');
    for (const key of [KEY, KEY32]) expect(printed).not.toContain(key.slice(0, 12));
  });

  it('places by the trace alone the one that cannot be connected, and fills it in on a terminal', async () => {
    const one = disk(0);
    const written: string[] = [];
    const stream = Object.assign(new EventEmitter(), {
      isTTY: true,
      columns: 80,
      rows: 40,
      write: (text: string) => written.push(text) > 0,
    }) as unknown as NodeJS.WriteStream;
    const err = Object.assign(new EventEmitter(), { write: () => true }) as unknown as NodeJS.WriteStream;
    const ends = { readerGone: () => {}, failed: () => {} };
    const terminal = createTerminal(stream, err, { TERM: 'xterm', NO_COLOR: '1' }, ends);
    const { status } = await rack.run(['explain', one.id, '--no-http'], { env: kept('trace'), terminal });
    const [before = '', stdout = ''] = written.join('').split('\u001B[?1049l');
    expect(before).toContain('downstairs 1: tracing, 25 s');
    expect(before).toContain("tracing the VM's process, 25 s left");
    expect(before).not.toContain('Connection refused');
    expect(before).not.toContain('What follows');
    const lines = stdout.split('\n');
    // The command is whole.
    expect([status, lines.filter((line) => line.length > 80)]).toEqual([
      0,
      [expect.stringMatching(/^ {6}svcadm -z .* clear svc:/)],
    ]);
    const { address, region } = truth(one.id).downstairs[1]!;
    const text = stdout.replaceAll(/\n +/g, ' ');
    expect(text).toContain(`Both ends of each copy downstairs 1: ${address}, region ${region}, on 3/`);
    expect(text).not.toMatch(/downstairs [02]: \[fd00/);
    expect(text).toContain('downstairs 1: panicked at ?[31mhostile');
    expect(lines.filter((line) => /^\w/.test(line))).toEqual([
      'The upstairs',
      'States',
      'Both ends of each copy',
      'Services',
      'The last lines that the services logged',
      'What the upstairs logs of its attempts to connect',
      'Pools and disks',
      'What follows',
      'What is not known',
    ]);
    expect(stdout).not.toContain('\u001B');
  });

  it('concludes nothing where a VM is too old to be asked, no fact is kept and nothing is traced', async () => {
    const one = disk(0);
    const zone = truth(one.id).sessions[0]?.zone ?? '';
    storage().old.add(zone);
    const { status, says } = await explained('old', one.id, '--no-trace');
    storage().old.delete(zone);
    expect([status, says('follows'), says('copies'), says('attempts')]).toEqual([3, [], [], []]);
    expect(says('unknown', 1)).toContain(
      `${noSources}: its server is older than May 2026, and does not name targets`,
    );
    expect(says('unknown', 1)).toContain('what the upstairs meets there: --no-trace');
  });

  it('names the faulted pool, and the other upstairs that lost copies on it', async () => {
    const one = disk(0);
    const { pool } = one.live[1];
    const other = storage().disks.find(
      (each) => each !== one && each.live.some((region) => region.pool === pool),
    );
    expect(other).toBeDefined();
    pool.health = 'FAULTED';
    const index = other!.live.findIndex((region) => region.pool === pool);
    setStates(other!, [0, 1, 2].map((at) => (at === index ? 'offline' : 'active')) as unknown as States);
    const facts = storage().asked.get(other!.id) ?? 0;
    await rack.run(['where', other!.id], { env: kept('story') });
    const { says, rows } = await explained('story', one.id, '--no-trace');
    expect(storage().asked.get(other!.id)).toBe(facts + 1);
    expect(says('follows')).toEqual([
      expect.stringMatching(
        `^the pool of downstairs 1, oxp_${pool.id} on disk ${pool.diskSerial} in 3/.*, is FAULTED$`,
      ),
      expect.stringMatching(/^the service of region /),
      expect.stringMatching(/^1 other downstairs on 3\/\d pool oxp_.* is not active either/),
    ]);
    expect(rows.find((row) => row['part'] === 'others')?.['says']).toContain(
      `upstairs ${other!.id} downstairs ${index} (offline)`,
    );
    pool.health = 'ONLINE';
    setStates(other!, ['active', 'active', 'active']);
  });

  it('says that the sled of a lost copy does not answer, and keeps its exit status for that', async () => {
    const one = disk(0);
    const vm = truth(one.id).sessions[0]?.sled;
    const index = truth(one.id).downstairs.findIndex(({ sled }) => sled !== vm);
    const { sled } = truth(one.id).downstairs[index]!;
    setStates(one, [0, 1, 2].map((at) => (at === index ? 'offline' : 'active')) as unknown as States);
    await rack.simulation.setFault(sled, 'refused');
    const { status, says, report } = await explained('story', one.id);
    await rack.simulation.setFault(sled, null);
    expect([status, report.sleds.length]).toEqual([3, 3]);
    const follows = says('follows', index);
    expect(follows[0]).toContain('does not answer within 10 s');
    expect(follows[1]).toMatch(
      new RegExp(
        `^downstairs ${index} is offline, and its sled 3/\\d cannot be reached by cruc-fleet either$`,
      ),
    );
    expect(says('unknown').join('\n')).toContain(`what ${sled} would have told: `);
    setStates(one, ['active', 'offline', 'active']);
  });

  it('says since when a state is seen where the history saw it, and that a downstairs was replaced', async () => {
    const one = disk(0);
    storage().beginReplacement(one, 1);
    storage().finishReplacement(one);
    await rack.run(['ds-state', '--keep'], { env: kept('story') });
    const { says } = await explained('story', one.id, '--no-trace');
    expect(says('states', 1)).toEqual([
      expect.stringMatching(/^replaced, so at every look since 20\S+Z \(\S+ ago\)$/),
    ]);
    expect(says('unknown').join()).not.toContain('since when');
    expect(says('follows', 1)).toContain('downstairs 1 was replaced once in this session, and is replaced');
    expect(says('copies', 1)[0]).toContain(truth(one.id).downstairs[1]?.address ?? '-');
  });

  it('refuses to be asked for nothing and for a strange name, and says that an old Crucible names no upstairs', async () => {
    const none = await rack.run(['explain'], { env: kept('story') });
    expect([none.status, none.stderr]).toEqual([
      64,
      expect.stringContaining('name an upstairs, a zone or a disk'),
    ]);
    const [old] = rack.sessions('3/2');
    const zone =
      rack
        .crucible('3/2')
        .processes()
        .find(({ sessions }) => sessions.includes(old!))?.zone ?? '';
    const nameless = await rack.run(['explain', zone, '--no-http'], { env: kept('story') });
    expect([nameless.status, nameless.stdout, nameless.stderr]).toEqual([
      3,
      '',
      expect.stringMatching(
        /^oxz_\S+, pid \d+ \(active, active, active\): it does not say which upstairs it is/,
      ),
    ]);
    const strange = await rack.run(['explain', 'nosuch'], { env: kept('story') });
    expect([strange.status, strange.stderr]).toEqual([
      64,
      expect.stringContaining('nosuch: no upstairs or zone is called so'),
    ]);
  });
});
