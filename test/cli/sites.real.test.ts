import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasNatsServer, withHub } from '../support/nats-hub.ts';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';

const SMALL = { sledsPerRack: 2, propolisPerSled: 1, pantryPerRack: 0 } as const;

describe.skipIf(!hasNatsServer)('sites that are asked through a hub', () => {
  const west = withRack({ ...SMALL, seed: 3, degraded: 1 });
  const east = withRack({ ...SMALL, seed: 4, down: new Map([['3/1', 'refused']]) });
  const hub = withHub('west,east,north,raw', 'storage,oncall=west/lr-state');
  const DS_STATE = ['ds-state', '--window', '1s', '-o', 'json'];

  it('give one answer with every sled of each, and one for a site without a runner', async () => {
    await hub.runner('west', west.inventory, ['--host-key', 'off']);
    await hub.runner('east', east.inventory, ['--host-key', 'off', '--allow', 'ds-state,check']);
    // Nobody has had the hub keep heartbeats yet.
    const first = await run(['sites', ...hub.as('storage')]);
    expect(first).toMatchObject({ status: 0, stderr: /keeps heartbeats from now on; waiting 3s/ });
    expect(first.stdout).toMatch(/^east +here .*\nwest +here /m);
    const { status, stdout, stderr } = await run([
      ...DS_STATE,
      ...hub.as('storage'),
      '--site',
      'west,east,north',
    ]);
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    expect(status, stderr).toBe(3);
    expect(report.coverage).toEqual({ selected: 5, answered: 3, failed: 2, with_issues: 0 });
    const failed = report.sleds.filter((sled: { status: string }) => sled.status === 'failed');
    expect(failed).toMatchObject([
      { rack: 'east:3', stage: 'connect', error: { code: 'refused' } },
      { sled: 'north:?/?', stage: 'relay', error: { code: 'not_tried' } },
    ]);
    expect(failed[1].error.message).toMatch(/^site north has no runner: .*its sleds are not known$/);

    const direct = JSON.parse((await west.run(DS_STATE)).stdout);
    const ofWest = report.rows.filter((row: { rack: string }) => row.rack === 'west:3');
    const plain = (row: { rack: string; sled: string }) => ({
      ...row,
      rack: row.rack.replace('west:', ''),
      sled: row.sled.replace('west:', ''),
      note: null,
    });
    expect(ofWest.map(plain)).toEqual(direct.rows.map(plain));
  });

  it('give every record a line, and latencies at the end', async () => {
    const raw = ['run', 'upstairs_raw', '-w', '2s', '-o', 'ndjson', ...hub.as('storage'), '--site', 'raw'];
    await hub.runner('raw', west.inventory, ['--host-key', 'off', '--allow', '*']);
    const { status, stdout, stderr } = await run(raw);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(status, stdout.slice(0, 1500) + stderr).toBe(0);
    expect(lines.filter(({ type }) => type === 'row').length).toBeGreaterThan(0);
    const ask = ['run', 'perf-vol', '-w', '2s', '-o', 'json', '--by', 'sled'];
    const there = JSON.parse((await run([...ask, ...hub.as('storage'), '--site', 'raw'])).stdout);
    expect(schemaErrors(there)).toEqual([]);
    expect(there.distributions.groups.length).toBeGreaterThan(0);
    expect(there.distributions.groups[0].keys).toMatchObject({ rack: 'raw:3' });
  });

  it('say of each sled what runs there, and what differs from most of all', async () => {
    const argv = ['sleds', '-o', 'json', ...hub.as('storage'), '--site', 'west,east'];
    const { status, stdout, stderr } = await run(argv);
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    expect(status, stderr).toBe(3);
    expect(report.rows).toMatchObject([
      { rack: 'west:3', cubby: 0, propolis: 1, scripts: 'none' },
      { rack: 'west:3', cubby: 1 },
    ]);
    expect(report.sleds.at(0).error.message).toMatch(/^site east refused .* does not allow sleds/);
  });

  it('are waited for, and one that does not answer is never well', async () => {
    const wait = [
      'wait',
      '--quorum',
      '1',
      '--looks',
      '1',
      '-w',
      '1s',
      '--timeout',
      '100ms',
      ...hub.as('storage'),
    ];
    const well = await run([...wait, '--site', 'raw']);
    expect(well, well.stderr).toMatchObject({ status: 0, stdout: /so in one look, .* on 2 sleds/ });
    const silent = await run([...wait, '--site', 'raw,north']);
    expect(silent).toMatchObject({ status: 3, stdout: /site north has no runner/ });
    const impact = await run([...wait, '--for', 'impact raw:3/0 safe']);
    expect(impact).toMatchObject({ status: 64, stderr: /impact asks VMs and sleds from here/ });
  });

  it('are judged by a check that withdraws nothing, since nobody knows all sleds', async () => {
    const state = ['--state-file', join(hub.folder, 'check.json')];
    const rules = ['--for', 'repairing=0s'];
    const argv = ['check', '-o', 'json', ...state, ...rules, ...hub.as('storage'), '--site', 'west'];
    const first = JSON.parse((await run(argv)).stdout);
    const second = JSON.parse((await run(argv)).stdout);
    const open = ({ incidents }: { incidents: { rule: string; sled: string }[] }) =>
      incidents.map(({ rule }) => rule);
    expect(open(first)).not.toEqual([]);
    expect(open(second)).toEqual(open(first));
  });

  it('are listed by the heartbeats that the hub keeps, and those that it lacks are missing', async () => {
    const list = () => run(['sites', ...hub.as('storage'), '-o', 'json', '--site', 'west,north']);
    const { status, stdout } = await list();
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject([
      { site: 'west', state: 'here', sleds: [{ rack: '3' }, { rack: '3' }] },
      { site: 'north', state: 'missing' },
    ]);
  });
});
