import { describe, expect, it } from 'vitest';
import { run } from '../support/run-program.ts';
import { markdown } from '../../src/outputs/markdown.ts';
import { table, wide } from '../../src/outputs/table.ts';
import type { FleetReport } from '../../src/model/report.ts';
import { mergeReport } from '../../src/fleet/merge.ts';
import { lrState } from '../../src/probes/lr-state.ts';
import { PROBES } from '../../src/probes/index.ts';
import { upstairsCount } from '../../src/probes/upstairs-count.ts';
import { fixture, fixturesIn } from '../parse/fixtures.ts';
import { answered, failed, mixedReport, report, stateRow } from '../support/reports.ts';

const printed = (of: FleetReport, width: number | null, output = table): string =>
  [...output.render(of, { width, color: false, headers: true, columns: null })].join('');

/** The rows that `parse` reads in a text, and what it says is not whole. */
async function parsed(probe: string, text: string) {
  const { stdout, status } = await run(['parse', probe, '-', '-o', 'json'], {
    readStdin: () => Promise.resolve(Buffer.from(text)),
  });
  const value = JSON.parse(stdout);
  return {
    status,
    rows: value.rows as Record<string, unknown>[],
    issues: value.issues as { message: string }[],
  };
}

const THREE = report([
  answered(14, [
    stateRow(2, ['offline', 'faulted', 'live_repair_ready'], 'critical'),
    stateRow(1, ['active', 'active', 'active'], 'ok'),
  ]),
  answered(3, [stateRow(5, ['offline', 'active', 'active'], 'degraded')]),
]);

describe('a table that cruc-fleet printed', () => {
  it.each([null, 160, 120, 100, 80, 70, 60, 50, 40])(
    'is read again with its sleds, processes and states, from a terminal of %s columns',
    async (width) => {
      const { rows, status } = await parsed('ds-state', printed(THREE, width));
      const told = rows.map(({ rack, cubby, pid, ds0, ds1, ds2 }) => [rack, cubby, pid, ds0, ds1, ds2]);
      expect(told).toEqual([
        ['3', 14, 20002, 'offline', 'faulted', 'live_repair_ready'],
        ['3', 3, 20005, 'offline', 'active', 'active'],
        ['3', 14, 20001, 'active', 'active', 'active'],
      ]);
      for (const { zone } of rows) expect(zone).toMatch(/34aa000[125]/);
      expect(rows.map(({ health }) => health)).toEqual(['critical', 'degraded', 'ok']);
      expect(status).toBe(0);
    },
  );

  it('is read with every column of -o wide', async () => {
    const { rows } = await parsed('ds-state', printed(THREE, 80, wide));
    expect(rows[0]).toMatchObject({ sled: '3/BRM42220014', serial: 'BRM42220014', cubby: 14 });
  });

  it('keeps silence silence, and says which sleds it says did not answer', async () => {
    const silent = stateRow(7, ['', '', ''], 'no_report', { ds0: null, ds1: null, ds2: null });
    for (const width of [null, 80]) {
      const of = report([answered(1, [silent]), failed(17)]);
      const { rows, issues, status } = await parsed('ds-state', printed(of, width));
      expect(rows.map(({ health }) => health)).toEqual(['no_report']);
      expect(issues.map(({ message }) => message).join()).toMatch(/no answer from 3\/BRM42220017/);
      expect(status).toBe(3);
    }
  });

  it('is read from Markdown', async () => {
    const { rows, status } = await parsed('ds-state', printed(THREE, null, markdown));
    expect([status, rows.map(({ cubby, health }) => [cubby, health])]).toEqual([
      0,
      [
        [14, 'critical'],
        [3, 'degraded'],
        [14, 'ok'],
      ],
    ]);
  });

  it('is not whole without its summary, which stands below it', async () => {
    const lines = printed(THREE, null).split('\n').slice(0, 3);
    const { status, issues } = await parsed('ds-state', lines.join('\n'));
    expect([status, issues.map(({ message }) => message)]).toEqual([
      3,
      ['the table has no summary below it, so rows may be missing'],
    ]);
  });

  it('is read with the next one in the same text', async () => {
    const other = printed(report([answered(5, [stateRow(9, ['active', 'active', 'active'], 'ok')])]), null);
    const { rows, status } = await parsed(
      'ds-state',
      `${printed(THREE, null)}$ cruc-fleet ds-state\n${other}`,
    );
    expect([status, rows.map(({ cubby }) => cubby)]).toEqual([0, [14, 3, 14, 5]]);
  });

  it('is not whole where it counts rows instead of showing them', async () => {
    const rows = Array.from({ length: 40 }, (_, n) => stateRow(n, ['active', 'active', 'active'], 'ok'));
    const of = report([answered(1, [...rows, stateRow(50, ['active', 'faulted', 'active'], 'degraded')])]);
    const text = [
      ...table.render(of, { width: 80, height: 24, color: false, headers: true, columns: null }),
    ].join('');
    const { rows: read, issues, status } = await parsed('ds-state', text);
    expect(read).toHaveLength(1);
    expect(issues.map(({ message }) => message)).toEqual([
      'rows are counted and not shown in the table: 40 ok',
    ]);
    expect(status).toBe(3);
  });

  it('keeps the counters of three downstairs that stand in one column', async () => {
    const cells = Object.fromEntries(
      ['live_repair_completed', 'live_repair_aborted', 'connected', 'replaced'].flatMap((name, i) =>
        [0, 1, 2].map((n) => [`${name}_${n}`, 10 * i + n]),
      ),
    );
    const row = { ...stateRow(1, ['active', 'active', 'live_repair'], 'repairing'), ...cells };
    for (const probe of [lrState, upstairsCount]) {
      const of = mergeReport([answered(1, [row])], {
        selection: '',
        startedAt: new Date(0),
        finishedAt: new Date(0),
        interrupted: false,
        filter: null,
        sortBy: [],
        probe,
        probeColumns: probe.columns,
      });
      const { rows } = await parsed(probe.name, printed(of, 90));
      expect(rows[0]).toMatchObject({ live_repair_completed_1: 1, live_repair_aborted_2: 12 });
    }
  });

  it('is none of ours where it only has such headings', async () => {
    const { rows } = await parsed('ds-state', 'SLED  ZONE  STATE\nx  y  z\n');
    expect(rows).toEqual([]);
    expect(mixedReport().rows).toHaveLength(2);
  });
});

describe('a table of every probe', () => {
  const TABLES = PROBES.map(({ name }) => name).filter(
    (name) =>
      fixturesIn('.').includes(name) &&
      fixturesIn(name).includes('one-sled') &&
      fixture(`${name}/one-sled.txt`).startsWith('ZONE'),
  );

  it.each(TABLES)('%s is read again with all its values', async (name) => {
    const script = fixture(`${name}/one-sled.txt`);
    const { rows } = await parsed(name, script);
    const { stdout } = await run(['parse', name, '-', '-o', 'wide'], {
      readStdin: () => Promise.resolve(Buffer.from(script)),
    });
    const again = await parsed(name, stdout);
    expect(rows.length).toBeGreaterThan(0);
    expect([again.rows, again.status]).toEqual([rows, 0]);
  });
});
