import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withRack } from '../support/rack.ts';
import { run } from '../support/run-program.ts';
import { schemaErrors } from '../support/report-schema.ts';

describe('sleds', () => {
  const rack = withRack({
    sledsPerRack: 4,
    propolisPerSled: 2,
    pantryPerRack: 1,
    crucible: new Map([['3/2', 'snake']]),
    down: new Map([['3/3', 'refused']]),
  });

  it('is a row of each sled that answers, says what differs from most, and is the same in a replay', async () => {
    await rack.run(['push', '-s', '0']);
    const recorded = join(rack.folder, 'recorded');
    const { status, stdout } = await rack.run(['sleds', '-o', 'json', '--record', recorded]);
    expect(status).toBe(3);
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    const cells = ['cubby', 'helios', 'crucible', 'propolis', 'pantry', 'downstairs', 'scripts', 'note'];
    const table = (of: typeof report) =>
      of.rows.map((row: Readonly<Record<string, unknown>>) => cells.map((name) => row[name]));
    const versions = 'crucible differs: 2 of 3 have simulated Crucible, today';
    expect(table(report)).toEqual([
      [
        0,
        'helios-2.0.23003',
        'simulated Crucible, today',
        2,
        1,
        2,
        'current',
        'scripts differs: 2 of 3 have none',
      ],
      [1, 'helios-2.0.23003', 'simulated Crucible, today', 2, 0, 2, 'none', null],
      [2, 'helios-2.0.23003', 'simulated Crucible, snake', 2, 0, 2, 'none', versions],
    ]);
    expect(report.findings.map(({ rule, sled }: Record<string, string>) => `${rule} ${sled}`)).toEqual([
      'version_differs 3/BRM42220000',
      'version_differs 3/BRM42220002',
    ]);
    for (const row of report.rows) expect(row['clock_least_ms']).toBeLessThanOrEqual(row['clock_most_ms']);
    const again = JSON.parse((await run(['replay', recorded, '-o', 'json'])).stdout);
    expect(table(again).map((cells: readonly unknown[]) => cells.slice(0, -1))).toEqual(
      table(report).map((cells: readonly unknown[]) => cells.slice(0, -1)),
    );
    expect(again.rows[1]).toMatchObject({ clock: null, note: 'clock: a recording does not hold our time' });
  });

  it('shows a value that is not known as ?, and refuses a column that is not there', async () => {
    const { stdout } = await rack.run([
      'sleds',
      '-s',
      '1,2',
      '--sort-by',
      '-cubby',
      '--columns',
      'cubby,uptime,note',
    ]);
    expect(stdout).toMatch(
      /^CUBBY +UPTIME +NOTE\n +2 +\d+d? ?\d*[hm].*crucible: no version is on most of 2 sleds\n/,
    );
    expect((await rack.run(['sleds', '--columns', 'nosuch'])).status).toBe(64);
  });
});
