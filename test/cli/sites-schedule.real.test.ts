import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { describe, expect, it } from 'vitest';
import { readCredentials } from '../../src/relay/credentials.ts';
import { hubAddress } from '../../src/relay/hub-address.ts';
import { connectHub, type Hub } from '../../src/relay/nats/connect.ts';
import { keepReport, newestReports } from '../../src/relay/nats/kept-reports.ts';
import { publishKept } from '../../src/relay/nats/publish-kept.ts';
import { REPORTS, reportPartSubject } from '../../src/relay/subjects.ts';
import { hasNatsServer, withHub, type NatsHub } from '../support/nats-hub.ts';
import { withRack } from '../support/rack.ts';
import { run } from '../support/run-program.ts';

const SMALL = { sledsPerRack: 1, propolisPerSled: 1, pantryPerRack: 0 } as const;

async function connected(hub: NatsHub, name: string): Promise<Hub> {
  const credentials = await readCredentials(hub.creds(name));
  return await connectHub(hubAddress(hub.url, null), credentials, { title: 'test', timeoutMs: 5000 });
}

function later(ms: number) {
  return { now: () => new Date(Date.now() + ms) };
}

describe.skipIf(!hasNatsServer)('checks that sites make by themselves', () => {
  const west = withRack({ ...SMALL, seed: 3, degraded: 1 });
  const east = withRack({ ...SMALL, racks: ['3', '4'], seed: 4 });
  const hub = withHub('west,east,third', 'storage,oncall=west/check');

  it('are judged once each as one fleet, and a site that stops reporting is one mail', async () => {
    const check = (more: readonly string[] = []) => [
      'check',
      ...hub.as('storage'),
      '--from-stream',
      '--state-file',
      join(hub.folder, 'st.json'),
      '--for',
      'repairing=0s',
      ...more,
    ];
    const roster = await run(['sites', ...hub.as('oncall')]);
    expect(roster.stderr).toMatch(
      /no stream CRUC_BEATS yet: cruc-fleet sites, run once by who may ask everything/,
    );
    const first = await run(check());
    expect(first).toMatchObject({ status: 3, stdout: /the hub keeps reports from now on/ });
    const scheduled = async (site: string, inventory: string, every: string) => {
      const runner = await hub.runner(site, inventory, [
        '--host-key',
        'off',
        '--every',
        every,
        'check',
        '-w',
        '1s',
      ]);
      await expect.poll(() => runner.stderr(), { timeout: 120_000 }).toContain('the hub keeps its report');
      return runner;
    };
    const before = [
      await scheduled('west', west.inventory, '5m'),
      await scheduled('east', east.inventory, '10s'),
    ];
    const json = JSON.parse((await run(check(['-o', 'json', '--site', 'west,east']))).stdout);
    expect(json.report.coverage).toEqual({ selected: 3, answered: 3, failed: 0, with_issues: 0 });
    expect(json.incidents).toMatchObject([{ rule: 'repairing', rack: 'west:3' }]);

    for (const each of before) each.interrupt();
    await Promise.all(before.map(({ ended }) => ended));
    const again = await run(check(['--site', 'west,east']));
    expect(again.status).toBe(1);
    expect(again.stdout).toMatch(
      /^CRUC_FLEET WARNING - .*; judged .* ago, no new report of sites west, east since/,
    );
    expect((await run(check(['-o', 'json']))).stderr).toMatch(/no new report of sites east, west/);

    await scheduled('west', west.inventory, '5m');
    const mailed = ['--dry-run', '--mail-to', 'a@example.com', '--sendmail'];
    const last = await run(check(['--site', 'west,east,north', ...mailed]), later(90_000));
    expect(last.stdout).toMatch(/site east sends no reports: the last one came .*, and one is due every 10s/);
    expect(last.stdout).toMatch(/site north sends no reports: the hub kept none .*its sleds are not known/);
    const subjects = (last.stdout + last.stderr).match(/^Subject: .*/gm)!;
    // Both racks of east are one site.
    expect(subjects.filter((subject) => subject.includes('site east'))).toHaveLength(1);
    expect(subjects).toHaveLength(3);
  });

  it('are not for an asker who may not ask every site, nor for a selection', async () => {
    const argv = [
      'check',
      ...hub.as('oncall'),
      '--from-stream',
      '--state-file',
      join(hub.folder, 'other.json'),
    ];
    expect((await run(argv)).stdout).toMatch(
      /may not read reports: that takes an asker who may ask every site/,
    );
    const chosen = await run([...argv, '--rack', '3', '-o', 'json']);
    expect(chosen).toMatchObject({ status: 64, stderr: /--from-stream judges all that sites report/ });
  });

  it('count once where a part comes twice, and not at all where the runner died between parts', async () => {
    const [third, asker] = [await connected(hub, 'third'), await connected(hub, 'storage')];
    const about = {
      site: 'third',
      runner: 'one',
      version: '0.1.0',
      probe: 'check',
      every_ms: 60_000,
      notes: [],
    };
    const report = (runId: string) => ({
      ...about,
      run: runId,
      at: new Date().toISOString(),
      json: `{"of":"${runId}"}`,
    });
    const newest = async () => {
      const found = await newestReports(asker, 'check');
      return 'why' in found ? found : await found.bySite.get('third')?.read();
    };
    const part = reportPartSubject('third', 'one');
    const kept = await publishKept(third, part, 'x', 'bbbb-0');
    expect(await publishKept(third, part, 'x', 'bbbb-0')).toEqual(kept);
    expect(await newest()).toBeUndefined();
    expect(await keepReport(third, report('aaaa'))).toBeNull();
    expect(await keepReport(third, report('aaaa'))).toBeNull();
    // The first part of another one, and nothing after it.
    await publishKept(third, part, 'y', 'cccc-0');
    expect(await newest()).toEqual({ json: '{"of":"aaaa"}' });
    await Promise.all([third.wire.close(), asker.wire.close()]);
  });
});

describe.skipIf(!hasNatsServer)('a hub that cannot keep reports', () => {
  const west = withRack({ ...SMALL, seed: 3 });
  const hub = withHub('west', 'storage');

  it('is said by the runner, which goes on', async () => {
    const asker = await connected(hub, 'storage');
    const manager = await jetstreamManager(asker.connection, { checkAPI: false });
    await manager.streams.add({
      name: REPORTS.stream,
      subjects: [REPORTS.subjects],
      max_bytes: 100,
      discard: 'new',
    });
    await asker.wire.close();
    const options = ['--host-key', 'off', '--every', '10s', 'check', '-w', '1s'];
    const ask = ['ds-state', '--window', '1s', ...hub.as('storage'), '--site', 'west'];
    const full = await hub.runner('west', west.inventory, options);
    await expect
      .poll(() => full.stderr(), { timeout: 120_000 })
      .toMatch(/does not keep its report: maximum bytes exceeded; offering it again/);
    expect((await run(ask)).status).toBe(0);

    // Of an account that has no more room for anybody's streams.
    await hub.kill();
    const file = join(hub.folder, 'nats.conf');
    const usual = readFileSync(file, 'utf8');
    const users = /^authorization \{[^]*(users: [^]*\])\s*\}/m;
    writeFileSync(file, usual.replace(users, 'accounts { SITES { jetstream { max_file: 200 }, $1 } }'));
    await hub.start();
    const limited = await connected(hub, 'storage');
    const streams = (await jetstreamManager(limited.connection, { checkAPI: false })).streams;
    await streams.add({ name: REPORTS.stream, subjects: [REPORTS.subjects] });
    await limited.wire.close();
    await expect
      .poll(() => full.stderr(), { timeout: 120_000 })
      .toMatch(/does not keep its report: resource limits exceeded for account/);
    const roster = await run(['sites', ...hub.as('storage')]);
    expect(roster.stderr).toMatch(/could not make it: insufficient storage resources available/);

    await hub.kill();
    writeFileSync(file, usual);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^jetstream \{[^}]*\}/m, ''));
    await hub.start();
    await expect
      .poll(() => full.stderr(), { timeout: 120_000 })
      .toMatch(/does not keep the heartbeats: it runs without JetStream/);
    expect((await run(ask)).status).toBe(0);
    const judged = await run([
      'check',
      ...hub.as('storage'),
      '--from-stream',
      '--state-file',
      join(hub.folder, 's.json'),
    ]);
    expect(judged).toMatchObject({
      status: 3,
      stdout: /the hub keeps no reports, since it runs without JetStream/,
    });
  });
});
