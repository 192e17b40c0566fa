import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { factFiles } from '../../src/simulator/storage/fact-files.ts';
import { sessionsOf, type SimulatedPool } from '../../src/simulator/storage/storage.ts';
import { withRack } from '../support/rack.ts';
import { checkSchemaErrors, schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';

let broken: SimulatedPool;
let sick = 0;
/** As tables call the sled of the broken pool. */
const short = () => `3/${broken.sled.world.cubby}`;

/** A rack with facts, of which one pool is broken. */
const rack = withRack(
  {
    isShellFree: true,
    sledsPerRack: 3,
    propolisPerSled: 4,
    pantryPerRack: 0,
    downstairsPerSled: 0,
    storage: { poolsPerSled: 2 },
    seed: 3,
  },
  async () => {
    const { world, storage } = rack.simulation;
    if (storage === null) throw new Error('a rack without storage');
    const usersOf = (pool: SimulatedPool) =>
      storage.disks.filter(({ live }) => live.some((each) => each.pool === pool));
    const [worst] = storage.sleds
      .flatMap(({ pools }) => pools)
      .toSorted((a, b) => usersOf(b).length - usersOf(a).length);
    if (worst === undefined) throw new Error('a rack without pools');
    broken = worst;
    for (const { session, crucible } of storage.disks.flatMap(({ id }) => sessionsOf(world, id)))
      crucible.setStates(session, ['active', 'active', 'active']);
    for (const disk of usersOf(broken)) {
      const [a, b, c] = disk.live.map(({ pool }) =>
        pool === broken ? ('offline' as const) : ('active' as const),
      );
      for (const { session, crucible } of sessionsOf(world, disk.id))
        if (a !== undefined && b !== undefined && c !== undefined) crucible.setStates(session, [a, b, c]);
      sick++;
    }
    const folder = join(rack.folder, 'files');
    mkdirSync(folder);
    const files = [...factFiles(world, storage)].filter(([file]) => file !== 'truth.json');
    for (const [file, text] of files) writeFileSync(join(folder, file), text);
    await run(['facts', 'import', ...files.map(([file]) => join(folder, file))], {
      env: env('facts'),
      cwd: folder,
    });
  },
);

const env = (name: string) => ({ XDG_STATE_HOME: join(rack.folder, `state-${name}`) });

const byCause = async (...words: readonly string[]) =>
  await rack.run(['ds-state', '--by-cause', ...words], { env: env('facts') });

describe('ds-state --by-cause', () => {
  it('names the broken pool for programs, with every degraded session in its rows', async () => {
    const { status, stdout } = await byCause('-o', 'json');
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    const name = `${short()} pool oxp_${broken.id} (disk ${broken.diskSerial})`;
    expect([status, report.by_cause]).toEqual([
      0,
      {
        sick,
        causes: [
          {
            kind: 'disk',
            name,
            sled: broken.sled.world.id,
            pool: broken.id,
            physical_disk: broken.diskSerial,
            sick,
            elsewhere: 0,
            unknown: 0,
            active: 0,
          },
        ],
        unknown_places: {},
        remarks: [],
      },
    ]);
    expect(report.rows.map(({ cause }: { readonly cause: string }) => cause)).toEqual(Array(sick).fill(name));
    expect(report.filter).toBe('by cause');
  });

  it('shows a table under the heading of each cause, also within 80 columns', async () => {
    const { stdout, stderr } = await byCause('--width', '80');
    const [first = '', second = '', third = ''] = stdout.split('\n');
    expect(`${first}${second}`.replace(/ +/g, ' ')).toContain(
      `${sick} of ${sick} sick downstairs are on ${short()} pool oxp_`,
    );
    expect([first, second, third].every((line) => line.length <= 80)).toBe(true);
    expect(stdout).toMatch(/^SLED .*HEALTH/m);
    expect(stderr).toContain('places are by kept facts: newest');
  });

  it.each(['csv', 'prometheus'])('says the cause with -o %s', async (output) => {
    const { status, stdout, stderr } = await byCause('-o', output);
    expect(status).toBe(0);
    expect(`${stdout}${stderr}`.replaceAll(/\s+/g, ' ')).toContain(`pool oxp_${broken.id}`);
  });

  it('says without facts of how many the place is unknown, and why', async () => {
    const { status, stdout } = await rack.run(['ds-state', '--by-cause'], { env: env('none') });
    expect(status).toBe(0);
    expect(stdout).toContain('sick downstairs of unknown place\n');
    expect(stdout).toContain(
      `no common cause can be named\nthe place of ${sick} of ${sick} sick downstairs is unknown: ${sick} no_source\n`,
    );
  });

  it('shows the rows that a filter leaves, with the cause of all', async () => {
    const { stdout } = await byCause('--state', 'faulted', '-o', 'json');
    const report = JSON.parse(stdout);
    expect([report.rows, report.by_cause.sick, report.filter]).toEqual([[], sick, 'by cause; state faulted']);
  });
});

describe('check where facts are kept', () => {
  const MAIL = ['--dry-run', '--mail-to', 'a@example.com', '--sendmail'];
  const stateOf = (name: string) => join(rack.folder, `check-${name}.json`);
  const check = async (name: string, ...words: readonly string[]) =>
    await rack.run(['check', '--set', `state_file=${stateOf(name)}`, ...words], { env: env(name) });
  const cause = () => `${short()} pool oxp_${broken.id}`;
  const flat = (text: string) => text.replaceAll(/\s+/g, ' ');

  it('shows the incidents of one cause under one heading, each with its place, in its table and in a mail', async () => {
    const { status, stdout } = await check('facts', ...MAIL, '-o', 'plugin');
    expect(status).toBe(2);
    const text = flat(stdout);
    const heading = `${cause()}: ${sick} downstairs offline`;
    // The table, what changed, and what is open.
    expect(text.split(heading)).toHaveLength(4);
    expect(text).toMatch(
      new RegExp(
        String.raw`downstairs \d \(region [0-9a-f]{8}, ${short()}, disk ${broken.diskSerial}; file of \d+[sm] ago\) is offline`,
      ),
    );
    expect(stdout).toMatch(/^RULE .*DISK/m);
  });

  it('says the same without facts, but for the places, and keeps no place with an incident', async () => {
    const [bare, placed] = [await check('none', '-o', 'json'), await check('facts', '-o', 'json')];
    const [without, having] = [JSON.parse(bare.stdout), JSON.parse(placed.stdout)];
    expect([checkSchemaErrors(without), checkSchemaErrors(having)]).toEqual([[], []]);
    expect([bare.status, without.headline]).toEqual([placed.status, having.headline]);
    type Told = Readonly<Record<string, unknown>>;
    const told = ({ incidents }: { readonly incidents: readonly Told[] }) =>
      incidents.map(({ key, message, status }) => ({ key, message, status }));
    expect(told(having)).toEqual(told(without));
    expect(having.incidents[0].place).toMatchObject({ cause: cause(), service: null });
    expect(without.incidents[0].place).toBeUndefined();
    const kept = readFileSync(stateOf('facts'), 'utf8');
    expect(kept).toContain(having.incidents[0].key.slice(0, 20).replaceAll('"', String.raw`\"`));
    for (const word of [broken.diskSerial, broken.id, 'region ']) expect(kept).not.toContain(word);
  });

  it('gives its verdict where others may read the facts, and says that they are left out', async () => {
    await rack.run(['check', '--dry-run'], { env: env('facts') });
    const folder = join(rack.folder, 'state-facts/cruc-fleet/facts');
    chmodSync(folder, 0o755);
    const loud = await check('facts', '-o', 'plugin');
    const cron = await check('facts', '--cron', '--columns', 'disk', '-o', 'plugin');
    chmodSync(folder, 0o700);
    expect([loud.status, loud.stderr]).toEqual([2, expect.stringContaining('kept facts are left out')]);
    expect([cron.status, cron.stderr]).toEqual([2, '']);
    expect(loud.stdout).not.toContain('oxp_');
  });

  it('says what a service was in when somebody last asked, with the age of that', async () => {
    const { storage } = rack.simulation;
    for (const region of storage?.regions ?? []) if (region.pool === broken) storage?.breakRegion(region);
    await rack.run(['downstairs'], { env: env('facts') });
    const { stdout } = await check('facts', '-o', 'plugin');
    expect(flat(stdout)).toMatch(/is offline; its service was in maintenance since Aug 04 \(\d+s old\)/);
  });
});
