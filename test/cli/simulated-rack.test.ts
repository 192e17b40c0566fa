import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SledTruth } from '../../src/simulator/truth.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run, startProgram } from '../support/run-program.ts';
import { withRack, type RackOptions } from '../support/rack.ts';
import { warmSled } from '../support/warm-sled.ts';

/**
 * One simulated rack for the whole file: sleds of every Crucible, and of every fault that a fleet meets.
 * The D script is executed, not played back, and what the program says is compared with what is so.
 */

const options: RackOptions = {
  racks: ['3', '4'],
  sledsPerRack: 9,
  propolisPerSled: 2,
  pantryPerRack: 2,
  degraded: 12,
  seed: 7,
  crucible: new Map([
    ['3/1', 'object-era'],
    ['3/2', 'snake'],
    ['3/3', 'camel-2021'],
  ]),
  down: new Map([
    ['4/0', 'refused'],
    ['4/1', 'silent'],
    ['4/2', 'no-dtrace-privileges'],
    ['4/3', 'cut'],
    ['4/4', 'wrong-host-key'],
    ['4/5', 'auth'],
    ['4/6', 'disk-full'],
    ['4/7', 'no-dtrace'],
    ['4/8', 'flood'],
  ]),
  mute: ['4/1'],
};

/** The first two sleds of the rack that answers are given the scripts by a run, the others have them. */
const rack = withRack(options, async ({ simulation }) => {
  const warm = simulation.sleds.filter((sled) => sled.rack === '3' && sled.cubby > 1);
  for (const { id } of warm) await warmSled(simulation.environmentFor(id).HOME);
});

async function json(...argv: readonly string[]) {
  const { status, stdout, stderr } = await run([...argv, '-i', rack.inventory, '-o', 'json']);
  return { status, stderr, report: JSON.parse(stdout) };
}

interface JsonRow {
  readonly [name: string]: string | number | null;
}

/** What a report must say of a sled, by the truth. */
function expectedRows(sled: SledTruth): readonly string[] {
  return sled.sessions
    .filter((session) => session.reports)
    .map((session) =>
      [sled.id, session.zone, session.pid, session.upstairs_id, session.session_id, ...session.states].join(
        ' ',
      ),
    )
    .toSorted();
}

const seenRows = (rows: readonly JsonRow[], sled: string): readonly string[] =>
  rows
    .filter((row) => row['sled'] === sled)
    .map((row) =>
      ['sled', 'zone', 'pid', 'upstairs_id', 'session_id', 'ds0', 'ds1', 'ds2']
        .map((name) => row[name])
        .join(' '),
    )
    .toSorted();

describe('ds-state on a rack that answers', () => {
  it('agrees with the truth, row for row, whatever Crucible the sleds run', async () => {
    const { status, report } = await json('ds-state', '--rack', '3', '--window', '2s');
    expect(schemaErrors(report)).toEqual([]);
    expect(report.coverage).toEqual({ selected: 9, answered: 9, failed: 0, with_issues: 0 });
    expect(status).toBe(0);
    const sleds = rack.simulation.truth().sleds.filter((sled) => sled.rack === '3');
    for (const sled of sleds) expect(seenRows(report.rows, sled.id)).toEqual(expectedRows(sled));
    expect(report.rows.length).toBeGreaterThan(20);
    expect(new Set(report.rows.map((row: JsonRow) => row['health'])).size).toBeGreaterThan(3);
  });

  it('costs a warm sled one connection and leaves one folder in its home', async () => {
    await json('ds-state', '--sled', '3/0', '--window', '1s');
    const before = rack.simulation.connections('3/0');
    await json('ds-state', '--sled', '3/0', '--window', '1s');
    expect(rack.simulation.connections('3/0') - before).toBe(1);
  });

  it('shows only what the filters leave, and says so', async () => {
    const { report } = await json('ds-state', '--sled', '3/0-3', '--degraded', '--window', '2s');
    const all: readonly JsonRow[] = report.rows;
    expect(all.length).toBeGreaterThan(0);
    expect(all.every((row) => row['health'] !== 'ok' && row['health'] !== 'inactive')).toBe(true);
    expect(report.rows_before_filter).toBeGreaterThan(all.length);
    const one = all.find((row) => row['session_id'] !== null && row['upstairs_id'] !== null)!;
    const { report: narrow } = await json(
      'ds-state',
      '--sled',
      '3/0-3',
      '--window',
      '2s',
      '--zone',
      `*${String(one['zone']).slice(-12)}`,
      '--pid',
      String(one['pid']),
      '--session',
      String(one['session_id']).slice(0, 8),
      '--upstairs',
      String(one['upstairs_id']).slice(0, 8),
    );
    expect(narrow.rows).toEqual([one]);
  });

  it('finds zones in live repair by state', async () => {
    const isRepairing = ({ states }: SledTruth['sessions'][number]) => states.includes('live_repair');
    const sleds = rack.simulation.truth().sleds.filter(({ rack: of }) => of === '3');
    const repairing = sleds.filter(({ sessions }) => sessions.some(isRepairing));
    const [other] = sleds.filter((sled) => !repairing.includes(sled));
    const asked = [other, ...repairing].map((sled) => sled!.id).join(',');
    const { report } = await json('ds-state', '--sled', asked, '--state', 'live_repair', '--window', '2s');
    expect(report.rows.length).toBe(repairing.flatMap(({ sessions }) => sessions.filter(isRepairing)).length);
    expect(report.rows.length).toBeGreaterThan(0);
  });

  it('has a row for an upstairs that is silent', async () => {
    const crucible = rack.crucible('3/5');
    const process = crucible.processes().find((each) => each.sessions.length > 0)!;
    for (const session of process.sessions) crucible.setReports(session, false);
    const { report } = await json('ds-state', '--sled', '3/5', '--window', '2s');
    for (const session of process.sessions) crucible.setReports(session, true);
    const silent = report.rows.filter((row: JsonRow) => row['health'] === 'no_report');
    expect(silent.map((row: JsonRow) => row['pid'])).toEqual([process.pid]);
    expect(report.findings.some((finding: JsonRow) => finding['rule'] === 'no_report')).toBe(true);
  });

  it('shows the newest state of a session that changes, and notes what it came from', async () => {
    const crucible = rack.crucible('3/6');
    const session = crucible.sessions()[0]!;
    crucible.setStates(session, ['faulted', 'active', 'active']);
    crucible.afterReports(session, 1, () => crucible.setStates(session, ['live_repair', 'active', 'active']));
    const { report } = await json('ds-state', '--sled', '3/6', '--window', '4s', '--state', 'live_repair');
    const row = report.rows.find((each: JsonRow) => each['session_id'] === session.sessionId);
    expect(row).toMatchObject({ ds0: 'live_repair', health: 'repairing', note: 'was faulted/active/active' });
  });
});

describe('lr-state', () => {
  it('agrees with the truth, row for row', async () => {
    const asked = [0, 1, 4, 5].map((cubby) => rack.simulation.world.sled(`3/${cubby}`).id);
    const { status, report } = await json('lr-state', '--sled', asked.join(','), '--window', '2s');
    expect(status).toBe(0);
    expect(schemaErrors(report)).toEqual([]);
    const names = [0, 1, 2]
      .flatMap((n) => [`live_repair_completed_${n}`])
      .concat([0, 1, 2].map((n) => `live_repair_aborted_${n}`));
    for (const sled of rack.simulation.truth().sleds.filter(({ id }) => asked.includes(id))) {
      const seen = report.rows
        .filter((row: JsonRow) => row['sled'] === sled.id)
        .map((row: JsonRow) => [row['session_id'], ...names.map((name) => row[name])].join(' '));
      const expected = sled.sessions.map((session) =>
        [session.session_id, ...session.live_repair_completed, ...session.live_repair_aborted].join(' '),
      );
      expect(seen.toSorted()).toEqual(expected.toSorted());
    }
  });

  it('takes the filters by state too', async () => {
    const { report } = await json('lr-state', '--sled', '3/0-3', '--degraded', '--window', '2s');
    expect(report.rows.length).toBeGreaterThan(0);
    expect(report.rows.every((row: JsonRow) => row['health'] !== 'ok')).toBe(true);
  });
});

describe('a rack on which everything is wrong', () => {
  it('is in the answer, sled by sled, each with its own reason', async () => {
    const { status, report } = await json('ds-state', '--rack', '4', '--window', '1s');
    expect(status).toBe(3);
    expect(schemaErrors(report)).toEqual([]);
    expect(report.coverage).toMatchObject({ selected: 9, answered: 0, failed: 9 });
    const reasons = report.sleds.map(
      (sled: { stage: string; error: { code: string } }) => `${sled.stage} ${sled.error.code}`,
    );
    expect(reasons).toEqual([
      'connect refused',
      'connect timeout',
      'run dtrace_privileges',
      'run connection_lost',
      'connect host_key_changed',
      'connect authentication',
      'upload no_space',
      'run no_dtrace',
      'run output_limit',
    ]);
    for (const sled of report.sleds) expect(sled.error.message).not.toMatch(/\n|\.[jt]s:\d/);
  });

  it('names in the table every sled that did not answer', async () => {
    const { status, stdout } = await run([
      'ds-state',
      '-i',
      rack.inventory,
      '--sled',
      '3/0,4/0,4/2',
      '--window',
      '1s',
    ]);
    expect(status).toBe(3);
    expect(stdout).toMatch(/: 1 of 3 sleds answered; /);
    expect(stdout).toMatch(/^no answer from 4\/BRM42220100 \(cubby 0\): connect, refused: .*127\.0\.0\.1/m);
    expect(stdout).toMatch(
      /^no answer from 4\/BRM42220102 \(cubby 2\): run, dtrace_privileges: .*additional privileges/m,
    );
  });

  it('gives the fingerprints of a changed host key and the command that shows it', async () => {
    const { stdout } = await run(['ds-state', '-i', rack.inventory, '--sled', '4/4', '--window', '1s']);
    expect(stdout.match(/SHA256:/g)).toHaveLength(2);
    expect(stdout).toMatch(/with: cruc-fleet inventory trust --sled BRM42220104$/m);
  });

  it('says on standard error what the format cannot, and prints nothing else on standard output', async () => {
    const { status, stdout, stderr } = await run([
      'ds-state',
      '-i',
      rack.inventory,
      '--sled',
      '4/0',
      '-o',
      'name',
      '--window',
      '1s',
    ]);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(/no answer from 4\/BRM42220100/);
  });
});

describe('an interrupted run', () => {
  it('prints what arrived, says that it is incomplete, and exits with 130', async () => {
    const running = startProgram(
      [
        'ds-state',
        '-i',
        rack.inventory,
        '--sled',
        '3/0,4/1',
        '--window',
        '1s',
        '--connect-timeout',
        '60s',
        '-o',
        'json',
        '-v',
      ],
      {},
    );
    await expect.poll(running.stderr).toMatch(/3\/BRM42220000.*rows \(/);
    running.interrupt();
    const { status, stdout } = await running.ended;
    expect(status).toBe(130);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      interrupted: true,
      complete: false,
      coverage: { answered: 1, failed: 1 },
    });
    expect(report.sleds[1].error.code).toBe('interrupted');
    expect(report.rows.length).toBeGreaterThan(0);
  });
});

describe('the simulation by itself', () => {
  it('writes an inventory and the truth, runs until it is stopped, and leaves nothing', async () => {
    const file = join(rack.folder, 'sim.yaml');
    const truth = join(rack.folder, 'truth.json');
    const running = startProgram([
      'sim',
      '--sleds',
      '2',
      '--propolis',
      '1',
      '--inventory-out',
      file,
      '--truth',
      truth,
      '--down',
      '3/1=silent',
    ]);
    await expect.poll(() => existsText(truth)).toContain('3/BRM42220001');
    const { status, stdout } = await run(['inventory', 'check', '-i', file]);
    expect(status).toBe(0);
    expect(stdout).toContain('rack 3: 2 sleds 3/[0-1]');
    running.interrupt();
    expect((await running.ended).status).toBe(0);
  });
});

function existsText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
