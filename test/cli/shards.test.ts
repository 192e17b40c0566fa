import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';
import { withoutRuns } from '../reports/support/merged.ts';

const rack = withRack({ isShellFree: true, sledsPerRack: 4, propolisPerSled: 1, seed: 9, degraded: 2 });

const DS_STATE = ['ds-state', '--window', '2s', '-o', 'json'];

describe('a rack that is asked in two shards', () => {
  it('is one answer again, of reports and recordings, and says what is missing', async () => {
    const ask = (...more: readonly string[]) => run([...DS_STATE, '-i', rack.inventory, ...more]);
    const here = { cwd: rack.folder };
    const recorded = join(rack.folder, 'second');
    const shards = [await ask('--shard', '1/2'), await ask('--shard', '2/2', '--record', recorded)];
    const whole = JSON.parse((await ask()).stdout);
    const [first, second] = shards.map(({ stdout }) => JSON.parse(stdout));
    expect([...first.sleds, ...second.sleds]).toHaveLength(4);
    expect(first.run).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{12}$/),
      shard: { index: 1, count: 2 },
      selected_in_all: 4,
    });
    expect([first.selection, whole.run.shard]).toEqual(['all sleds, shard 1/2', null]);
    for (const [n, { stdout }] of shards.entries())
      writeFileSync(join(rack.folder, `part${n + 1}.json`), stdout);

    const merged = await run(['merge', 'part*.json', '-o', 'json'], here);
    expect({ status: merged.status, stderr: merged.stderr }).toEqual({ status: 0, stderr: '' });
    const told = JSON.parse(merged.stdout);
    expect(schemaErrors(told)).toEqual([]);
    expect(told).toMatchObject({
      selection: 'all sleds',
      coverage: whole.coverage,
      health: whole.health,
      findings: whole.findings,
    });
    expect(told.rows.map((row: object) => ({ ...row, note: null }))).toEqual(
      whole.rows.map((row: object) => ({ ...row, note: null })),
    );
    const mixed = await run(['merge', 'second', '-', '-o', 'json'], {
      ...here,
      readStdin: async () => Buffer.from(shards[0]!.stdout),
    });
    expect(withoutRuns(mixed.stdout)).toEqual(withoutRuns(merged.stdout));

    const lone = await run(['merge', 'part1.json'], here);
    expect(lone.status).toBe(3);
    expect(lone.stdout).toMatch(/incomplete: shard 2\/2 of all sleds is missing, with 1 sled: nothing/);
  });

  it('may leave a shard empty, which is a whole answer that says so', async () => {
    const { status, stdout, stderr } = await run([
      ...DS_STATE,
      '-i',
      rack.inventory,
      '--sled',
      '0',
      '--shard',
      '2/97',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      complete: true,
      coverage: { selected: 0 },
      run: { selected_in_all: 1 },
    });
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr:
        'warning: cubby 0, shard 2/97: none of the one sled selected is in this shard, so nothing was asked\n',
    });
  });

  it('is refused as a whole where a file is wrong, and each is named', async () => {
    const here = { cwd: rack.folder };
    writeFileSync(join(rack.folder, 'cut.json'), '{\n  "schema": "cruc-');
    writeFileSync(join(rack.folder, 'note.txt'), 'RACK\n');
    const ended = await run(['merge', 'cut.json', 'note.txt'], here);
    expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status: 78, stdout: '' });
    expect(ended.stderr).toMatch(/cut\.json is damaged: it is cut.*\n.*note\.txt is not JSON; give/);
    const statuses = [
      ['none.json'],
      ['x*.json'],
      ['-', '-'],
      ['note.txt'],
      ['part1.json', '--by', 'sled'],
    ].map(async (names) => (await run(['merge', ...names], here)).status);
    expect(await Promise.all(statuses)).toEqual([64, 64, 64, 64, 64]);
    expect((await run([...DS_STATE, '--shard', '3/2'])).status).toBe(64);
  });
});
