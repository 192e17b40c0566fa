import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { factFiles } from '../../src/simulator/storage/fact-files.ts';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';

let silent: number;

/** Sled 0 has a live repair, one that waits, and a reconciliation; sled 1 a process that is silent. */
const rack = withRack(
  {
    isShellFree: true,
    sledsPerRack: 2,
    propolisPerSled: 4,
    downstairsPerSled: 0,
    pantryPerRack: 0,
    storage: { poolsPerSled: 2 },
    seed: 8,
    ioRate: 0,
  },
  () => {
    const crucible = rack.crucible('3/0');
    const [live, waits, reconciles] = crucible.sessions();
    crucible.setStates(live!, ['active', 'live_repair', 'active']);
    crucible.setStates(waits!, ['active', 'active', 'live_repair_ready']);
    crucible.setStates(reconciles!, ['reconcile', 'reconcile', 'reconcile']);
    const [process] = rack
      .crucible('3/1')
      .processes()
      .filter(({ sessions }) => sessions.length > 0);
    silent = process!.pid;
    for (const session of process!.sessions) rack.crucible('3/1').setReports(session, false);
  },
);

const json = async (...argv: readonly string[]) => {
  const { status, stdout } = await rack.run(['repairs', '-o', 'json', ...argv]);
  const report = JSON.parse(stdout);
  expect(schemaErrors(report)).toEqual([]);
  return { status, report };
};

describe.concurrent('repairs', () => {
  it('has a row for each repair, as fast as it is, and one for whoever did not report', async () => {
    const { status, report } = await json();
    expect(status).toBe(0);
    const { rows } = report;
    const live = rows.filter((row: { kind: string }) => row.kind === 'live_repair');
    expect(live.map((row: { state: string }) => row.state).toSorted()).toEqual([
      'live_repair',
      'live_repair_ready',
    ]);
    const runs = live.find((row: { state: string }) => row.state === 'live_repair');
    expect(runs).toMatchObject({ downstairs: 1, left: '? the total is not reported', extents_left: null });
    expect(runs.extents_per_second).toBeGreaterThan(4);
    expect(runs.extents_per_second).toBeLessThan(6);
    expect(rows.filter((row: { kind: string }) => row.kind === 'reconciliation')).toMatchObject([
      { downstairs: null, left: expect.stringMatching(/^[\d.]+ extents$/) },
    ]);
    expect(rows.filter((row: { note: unknown }) => row.note === 'no_report')).toMatchObject([
      { pid: silent, kind: null },
    ]);
    expect(report.findings).toMatchObject([{ rule: 'no_report', pid: silent }]);
    expect(report.filter).toBe('under repair');
  });

  it('takes the filters of ds-state, and does not call an upstairs without a repair unseen', async () => {
    expect((await json('--state', 'reconcile')).report.rows).toHaveLength(1);
    const [, , , well] = rack.sessions('3/0');
    const none = await rack.run(['repairs', '--sled', '0', '--upstairs', well!.upstairsId.slice(0, 8)]);
    expect(none).toMatchObject({ status: 0, stderr: '' });
    expect(none.stdout).toMatch(/1 of 1 sled answered; 0 shown \(under repair; upstairs \w+\)/);
  });

  it.each(['json', 'csv', 'ndjson', 'yaml', 'name', 'prometheus', 'wide', 'table'])(
    'is printed as %s, and replayed as it was',
    async (format) => {
      const to = join(rack.folder, format);
      const first = await rack.run(['repairs', '-w', '2s', '-o', format, '--sled', '0', '--record', to]);
      expect(first.status).toBe(0);
      expect(first.stdout).not.toBe('');
      expect((await run(['replay', to, '-o', format])).stdout).toBe(first.stdout);
    },
  );
});

describe('repairs beyond one window', () => {
  it('with --for looks twice, and tells rates and what stands still of the time between', async () => {
    const [live] = rack.sessions('3/0');
    const { report } = await json('--sled', '0', '--window', '2s', '--for', '20ms');
    const row = report.rows.find(({ state }: { state: string }) => state === 'live_repair');
    expect(row).toMatchObject({
      upstairs_id: live!.upstairsId,
      rate_from: 'two looks',
      total_from: '?',
      eta: '?',
    });
    expect(row.extents_moved).toBeGreaterThan(0);
    expect(row.seconds).toBeGreaterThanOrEqual(2);
    expect(row.extents_per_second).toBeGreaterThan(3);
    expect(row.stalled).toBe('no');
    const mends = report.rows.find(({ kind }: { kind: string }) => kind === 'reconciliation');
    expect(mends).toMatchObject({ total_from: 'reconciliation' });
    expect(mends.extents_total).toBe(mends.extents_done + mends.extents_left);
  });

  it('has its total from imported facts, and says which; none where no fact tells it', async () => {
    const { world, storage } = rack.simulation;
    const live = rack.sessions('3/0')[0]!;
    const { extents } = storage!.disks.find(({ id }) => id === live.upstairsId)!;
    const written = [...factFiles(world, storage!)];
    const rowWith = async (name: string, keeps: (file: string) => boolean) => {
      const folder = join(rack.folder, `facts-${name}`);
      const env = { XDG_STATE_HOME: join(folder, 'state') };
      mkdirSync(folder);
      const files = written.filter(([file]) => file !== 'truth.json' && keeps(file));
      for (const [file, text] of files) writeFileSync(join(folder, file), text);
      await run(['facts', 'import', ...files.map(([file]) => join(folder, file))], { env, cwd: folder });
      const { stdout } = await rack.run(['repairs', '-w', '3s', '--sled', '0', '-o', 'json'], { env });
      const report = JSON.parse(stdout);
      expect(schemaErrors(report)).toEqual([]);
      return report.rows.find(({ state }: { state: string }) => state === 'live_repair');
    };
    const told = await rowWith('all', () => true);
    expect(told).toMatchObject({
      extents_total: extents,
      total_from: expect.stringMatching(/^facts: [\w-]+$/),
    });
    expect(told.extents_left).toBe(extents - told.extents_done);
    expect(told.left).toBe(`${told.extents_left} extents`);
    expect(told.eta).not.toBe('?');
    const untold = await rowWith('sleds', (file) => /sleds/.test(file));
    expect(untold).toMatchObject({ extents_total: null, total_from: '?', extents_left: null, eta: '?' });
  });

  it('is told by the history since when it runs; one that was named must be there', async () => {
    const file = join(rack.folder, 'check.history.ndjson');
    const missing = await rack.run(['repairs', '--history', file, '--sled', '0']);
    expect(missing.stderr).toContain('there is no history yet');
    expect(missing.status).toBe(78);
    const began = Date.parse('2026-11-26T08:00:00Z');
    const state = join(rack.folder, 'check.json');
    await rack.run(['check', '--window', '2s', '--sled', '0', '--state-file', state], {
      now: () => new Date(began),
    });
    const { stdout } = await rack.run(['repairs', '--history', file, '--sled', '0', '-o', 'json'], {
      now: () => new Date(began + 60_000),
    });
    const row = JSON.parse(stdout).rows.find(({ state: is }: { state: string }) => is === 'live_repair');
    expect(row).toMatchObject({ seen_from: '2026-11-26T08:00:00Z', begun_after: null });
    expect(row.rate_from).toMatch(/history/);
  });
});
