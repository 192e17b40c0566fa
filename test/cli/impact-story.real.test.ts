import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { factFiles } from '../../src/simulator/storage/fact-files.ts';
import { storageTruth } from '../../src/simulator/storage/storage-truth.ts';
import { sessionsOf, type SimulatedDisk, type Storage } from '../../src/simulator/storage/storage.ts';
import type { States } from '../../src/simulator/simulated-downstairs.ts';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';
import { sized } from '../support/sized.ts';

/** One rack for the whole file. What becomes of it stays: its tests are in the order of a story. */
const rack = withRack({
  isShellFree: true,
  sledsPerRack: 4,
  propolisPerSled: 1,
  pantryPerRack: 1,
  degraded: 0,
  storage: { poolsPerSled: sized(1, 2) },
  seed: 9,
});

type Row = Readonly<Record<string, string | number | null>>;

function storage(): Storage {
  const found = rack.simulation.storage;
  if (found === null) throw new Error('a rack without storage');
  return found;
}

const kept = (name: string) => ({ XDG_STATE_HOME: join(rack.folder, `state-${name}`) });

/** What omdb would print now, imported into a state folder of that name. */
async function importAll(name: string): Promise<void> {
  const folder = join(rack.folder, `files-${name}`);
  mkdirSync(folder, { recursive: true });
  const files = [...factFiles(rack.simulation.world, storage())].filter(([file]) => file !== 'truth.json');
  for (const [file, text] of files) writeFileSync(join(folder, file), text);
  await run(['facts', 'import', ...files.map(([file]) => join(folder, file))], { env: kept(name) });
}

async function impact(name: string, ...words: readonly string[]) {
  const ended = await rack.run(['impact', ...words, '-o', 'json'], { env: kept(name) });
  const report = ended.stdout === '' ? { verdicts: [], rows: [] } : JSON.parse(ended.stdout);
  return {
    ...ended,
    report,
    rows: report.rows as readonly Row[],
    words: Object.fromEntries(
      report.verdicts.map((each: Row) => [each['sled'], each['verdict']]),
    ) as Readonly<Record<string, string>>,
  };
}

const GONE: readonly string[] = ['offline', 'faulted', 'replaced'];

/** What is so of each sled, by the simulator's own states and regions alone; `knows` are the disks that can be known. */
function truth(isKnown: (disk: SimulatedDisk, sled: string) => boolean = () => true) {
  const disks = storageTruth(rack.simulation.world, storage());
  return Object.fromEntries(
    rack.simulation.world.sleds.map(({ id }) => {
      const words = storage().disks.flatMap((disk) => {
        const sleds = disks.find(({ upstairs_id }) => upstairs_id === disk.id)?.downstairs ?? [];
        return sessionsOf(rack.simulation.world, disk.id).map(({ session: { states } }) => {
          if (!isKnown(disk, id)) return 'unknown';
          const away = states.filter((_, n) => sleds[n]?.sled !== id);
          const here = states.filter((_, n) => sleds[n]?.sled === id);
          const left = away.filter((state) => state === 'active').length;
          if (left > 1 || here.every((state) => GONE.includes(state))) return 'safe';
          return away.filter((state) => !GONE.includes(state)).length > 1 ? 'wait' : 'unsafe';
        });
      });
      const worst = ['unsafe', 'unknown', 'wait', 'safe'].find((word) => words.some((each) => each === word));
      return [id, worst ?? 'safe'];
    }),
  );
}

/** Without its VM a disk is known to be elsewhere if all copies of its zone are in use, and on other sleds. */
function isElsewhere(disk: SimulatedDisk, sled: string): boolean {
  const zones = new Set(sessionsOf(rack.simulation.world, disk.id).map(({ zone }) => zone));
  const ofZone = storage().disks.filter((each) =>
    sessionsOf(rack.simulation.world, each.id).some(({ zone }) => zones.has(zone)),
  );
  return ofZone.every(
    (each) =>
      sessionsOf(rack.simulation.world, each.id).every(({ session }) =>
        session.states.every((state) => !GONE.includes(state)),
      ) && each.live.every(({ pool }) => pool.sled.world.id !== sled),
  );
}

function setStates(disk: SimulatedDisk | undefined, ...states: States): void {
  for (const { session, crucible } of sessionsOf(rack.simulation.world, disk?.id ?? ''))
    crucible.setStates(session, states);
}

const vmDisks = () => storage().disks.filter(({ instance }) => instance !== null);
const hasAnswer = (disk: SimulatedDisk, sled: string): boolean =>
  disk.instance !== null || isElsewhere(disk, sled);

describe('impact', () => {
  it('says of every sled of a rack what is so: by VMs alone, but for a pantry, and by exports that are trusted', async () => {
    const live = await impact('live', '-r', '3');
    expect(live.words).toEqual(truth(hasAnswer));
    expect(schemaErrors(live.report)).toEqual([]);
    expect(new Set(Object.values(live.words))).toEqual(new Set(['safe', 'unknown']));
    await importAll('all');
    const all = await impact('all', '-r', '3', '--trust-facts', '1h');
    expect([all.words, all.status]).toEqual([truth(), 0]);
    expect(all.report.verdicts[0].text).toMatch(
      /1 upstairs by exports, file of \d+[sm] ago \(--trust-facts\)/,
    );
    expect(all.report.headline).toBe('4 of 4 sleds can go next, one at a time: 3/[0-3]');
  });

  it('without a question to a VM knows what talks to other sleds alone, and believes no export that is not trusted', async () => {
    const asked = new Map(storage().asked);
    const { words, status, report } = await impact('all', '-r', '3', '--no-http');
    expect(words).toEqual(truth(isElsewhere));
    expect([status, storage().asked]).toEqual([3, asked]);
    expect(report.verdicts[0].text).toContain(
      'kept facts know it, and are not trusted without --trust-facts',
    );
  });

  it('says so during repairs and with copies that are lost, and of one sled which upstairs and why', async () => {
    const [a, b, c, d] = vmDisks();
    setStates(a, 'active', 'live_repair', 'active');
    setStates(b, 'active', 'active', 'faulted');
    setStates(c, 'offline', 'active', 'faulted');
    setStates(d, 'faulted', 'faulted', 'faulted');
    const all = await impact('all', '-r', '3', '--trust-facts', '1h');
    expect(all.words).toEqual(truth());
    expect(all.status).toBe(2);
    expect(Object.values(all.words)).toContain('unsafe');
    // The sled of the second's first copy: it would keep one.
    const [first] = b?.live ?? [];
    const serial = first?.pool.sled.world.serial ?? '';
    const one = await impact('live', serial);
    expect([one.status, schemaErrors(one.report)]).toEqual([2, []]);
    expect(one.report.headline).toMatch(/^unsafe: \d upstairs would keep one copy/);
    expect(one.rows.find((row) => row['upstairs_id'] === b?.id)).toMatchObject({
      there: '0',
      keeps: 1,
      effect: 'unsafe',
      ds2: 'faulted',
    });
    expect(one.rows.find((row) => row['upstairs_id'] === d?.id)).toMatchObject({ effect: 'no_difference' });
    // The disk that the copy is on takes it too.
    const { stdout, stderr } = await rack.run(
      ['impact', serial, '--disk', first?.pool.diskSerial ?? '', '-o', 'csv'],
      { env: kept('live') },
    );
    expect([stdout, stderr]).toEqual([
      expect.stringMatching(new RegExp(`${b?.id ?? ''}.*,unsafe,`)),
      expect.stringMatching(/^unsafe: /),
    ]);
  });

  it('is unknown while a sled is down, unless one copy too few is certain; and every sled is in the answer', async () => {
    const before = truth();
    const [down] = rack.simulation.world.sleds.filter(({ id }) => before[id] !== 'unsafe');
    await rack.simulation.setFault(down?.id ?? '', 'refused');
    const { words, status, report } = await impact('all', '-r', '3', '--trust-facts', '1h');
    await rack.simulation.setFault(down?.id ?? '', null);
    expect(Object.keys(words).length).toBe(4);
    for (const [sled, word] of Object.entries(words)) expect(['unknown', before[sled]], sled).toContain(word);
    expect(new Set(Object.values(words))).toEqual(new Set(['unknown', 'unsafe']));
    expect([status, report.complete]).toEqual([2, false]);
    const own = report.verdicts.find((each: Row) => each['sled'] === down?.id);
    expect(own?.text).toMatch(/^3\/\d itself did not answer, 1 of 4 sleds not reached/);
  });

  it('follows the process in the window of a replacement and after it, and no export that is ahead or behind', async () => {
    for (const disk of vmDisks()) setStates(disk, 'active', 'active', 'active');
    const [disk] = vmDisks();
    if (disk === undefined) throw new Error('no disk');
    const old = disk.live[1].pool.sled.world.id;
    storage().beginReplacement(disk, 1);
    await importAll('window');
    // The database is ahead: its old sled still serves, which its connections show.
    const ahead = await impact('window', '-r', '3', '--no-http', '--trust-facts', '1h');
    expect(ahead.words[old]).toBe('unknown');
    storage().finishReplacement(disk);
    expect((await impact('window', '-r', '3', '--trust-facts', '1h')).words).toEqual(truth());
    const behind = await impact('all', '-r', '3', '--no-http', '--trust-facts', '1h');
    expect(new Set(Object.values(behind.words))).not.toContain('safe');
    setStates(disk, 'active', 'active', 'active');
  });
});

describe("wait --for 'impact … safe'", () => {
  it('returns once the repair is over', async () => {
    const [disk] = vmDisks();
    const sled = disk?.live[0].pool.sled.world.serial ?? '';
    // A pantry that is there for as long as it imports would leave it unknown.
    for (const pantry of storage().disks.filter(({ instance }) => instance === null))
      for (const { crucible, zone } of sessionsOf(rack.simulation.world, pantry.id)) crucible.haltZone(zone);
    setStates(disk, 'active', 'live_repair', 'active');
    const running = rack.start(
      ['wait', '--for', `impact ${sled} safe`, '--every', '1ms', '-w', '1s', '--looks', '1'],
      { env: kept('live') },
    );
    await expect
      .poll(() => running.stderr(), { timeout: 120_000 })
      .toMatch(/not yet: impact \S+: wait: 1 up/);
    setStates(disk, 'active', 'active', 'active');
    const { status, stdout } = await running.ended;
    expect(stdout).toMatch(
      /^impact \S+ safe: so in one look, .* on 4 sleds, after .*\n {2}impact \S+: safe: every running/,
    );
    expect(status).toBe(0);
  });
});
