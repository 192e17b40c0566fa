import { describe, expect, it } from 'vitest';
import { hasNatsServer, withHub } from '../support/nats-hub.ts';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';

const SMALL = { sledsPerRack: 2, propolisPerSled: 1, pantryPerRack: 0 } as const;

describe.skipIf(!hasNatsServer)('sites that are asked through a hub', () => {
  const west = withRack({ ...SMALL, seed: 3, degraded: 1 });
  const east = withRack({ ...SMALL, seed: 4, down: new Map([['3/1', 'refused']]) });
  const hub = withHub('west,east,north', 'storage,oncall=west/lr-state');
  const DS_STATE = ['ds-state', '--window', '1s', '-o', 'json'];

  it('give one answer with every sled of each, and one for a site without a runner', async () => {
    const none = await run(['sites', ...hub.as('storage')]);
    expect(none).toMatchObject({ status: 3, stdout: 'no site was heard of\n' });
    await hub.runner('west', west.inventory, ['--host-key', 'off']);
    await hub.runner('east', east.inventory, ['--host-key', 'off', '--allow', 'ds-state,check']);
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
