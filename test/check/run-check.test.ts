import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COLUMNS_READ } from '../../src/alert/columns-read.ts';
import { checkProbe } from '../../src/check/check-probe.ts';
import { runCheck, type CheckEdges, type CheckInput } from '../../src/check/run-check.ts';
import { withHeartbeat } from '../../src/check/with-heartbeat.ts';
import type { CheckConfig } from '../../src/config/check-config.ts';
import { settingOf } from '../../src/config/given-options.ts';
import { resolve } from '../config/support/resolving.ts';
import { makeWorld, MINUTE, reportOf, START } from '../support/check-world.ts';
import { startHttpServer } from '../support/http-server.ts';

let folder: string;
let now: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-run-check-'));
  now = START;
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** One run on a world that exists only here: no inventory, no connection, no command line. */
async function check(
  world: ReturnType<typeof makeWorld>,
  config: Partial<CheckConfig> = {},
  edges: Partial<CheckEdges> = {},
  input: Partial<CheckInput> = {},
) {
  const { config: usual } = await resolve({ given: [settingOf('window=7s')] });
  const answer = await runCheck(
    {
      config: { ...usual, stateFile: join(folder, 'check.json'), ...config },
      problems: [],
      wantsMail: false,
      inventory: { file: '/etc/inventory.yaml', sleds: world.sleds.map((_, n) => `3/BRM4222000${n}`) },
      program: '/usr/local/bin/cruc-fleet',
      programVersion: '0.0.0-test',
      hostName: 'mgmt.example',
      isDryRun: false,
      ...input,
    },
    {
      now: () => new Date(now),
      random: () => 0.5,
      bootClock: () => null,
      ask: () => Promise.resolve(reportOf(world, now)),
      ...edges,
    },
  );
  now += 5 * MINUTE;
  return answer;
}

describe('a check', () => {
  it('asks with one probe for as long as the configuration says, and remembers what it saw', async () => {
    const world = makeWorld(2, 2);
    const asked: unknown[] = [];
    const ask: CheckEdges['ask'] = (probe, seconds) => {
      asked.push([probe.name, seconds]);
      return Promise.resolve(reportOf(world, now));
    };
    expect((await check(world, {}, { ask })).result.level).toBe('ok');
    world.sessions[1]!.states = ['active', 'faulted', 'active'];
    const broken = await check(world, {}, { ask });
    expect([broken.result.level, broken.result.headline]).toEqual(['critical', 'rack 3: 1 degraded']);
    expect(broken.result.news.map(({ kind }) => kind)).toEqual(['opened']);
    expect((await check(world, {}, { ask })).result.news).toEqual([]);
    expect(asked).toEqual([0, 1, 2].map(() => ['check', 7]));
  });

  it('asks for every column that a rule reads', () => {
    const columns = checkProbe.columns.map((column) => column.name);
    for (const column of COLUMNS_READ) expect(columns).toContain(column);
  });

  it('records nothing of a run that was cut short, nor of one that only looks', async () => {
    const world = makeWorld(1, 1);
    const ask = () => Promise.resolve({ ...reportOf(world, now), interrupted: true });
    expect((await check(world, {}, { ask })).report.interrupted).toBe(true);
    const dry = await check(world, { textfilePath: join(folder, 'a.prom') }, {}, { isDryRun: true });
    expect(dry.result.level).toBe('ok');
    expect(['check.json', 'a.prom'].map((file) => existsSync(join(folder, file)))).toEqual([false, false]);
  });

  it('writes the metrics of every rule, also of one that found nothing', async () => {
    const path = join(folder, 'a.prom');
    await check(makeWorld(1, 1), { textfilePath: path });
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('cruc_fleet_incidents{rack="3",rule="flapping",status="open"} 0');
  });
});

describe('the heartbeat of a check', () => {
  it('tells how it ended, or that it was a bug, and warns where nobody hears it', async () => {
    const server = await startHttpServer();
    const warnings: string[] = [];
    const settings = { random: () => 0, statusOfBug: 70, warn: (problem: string) => warnings.push(problem) };
    const url = `http://127.0.0.1:${server.port}/ping`;
    const end = { status: 2, text: 'CRITICAL' };
    expect(await withHeartbeat(url, settings, () => Promise.resolve(end))).toBe(end);
    const bug = withHeartbeat(url, settings, () => Promise.reject(new TypeError('oh')));
    await expect(bug).rejects.toThrow('oh');
    const paths = server.requests.map((request) => request.path.replace(/\?.*/, ''));
    expect(paths).toEqual(['/ping/start', '/ping/2', '/ping/start', '/ping/70']);
    expect(warnings).toEqual([]);
    await server.stop();
    await withHeartbeat(url, settings, () => Promise.resolve(end));
    expect(warnings.length).toBeGreaterThan(0);
    for (const warning of warnings) expect(warning).toContain('did not arrive');
  });

  it('looks again at the sleds on which an upstairs seems active twice, and counts what both looks saw', async () => {
    const world = makeWorld(3, 3);
    const [first, second] = world.sessions;
    world.sessions.push({ ...second!, upstairsId: first!.upstairsId });
    const asked: (readonly string[] | null)[] = [];
    const look = (again: () => void): CheckEdges['ask'] => {
      return (_, __, only) => {
        asked.push(only === null ? null : [...only]);
        if (only !== null) again();
        return Promise.resolve(reportOf(world, now, only === null ? undefined : [0, 1]));
      };
    };
    const both = await check(world, {}, { ask: look(() => {}) });
    expect(asked).toEqual([null, ['3/BRM42220000', '3/BRM42220001']]);
    expect([both.result.level, both.result.incidents.map(({ rule }) => rule)]).toEqual([
      'critical',
      ['active_twice'],
    ]);
    expect(both.report.outcomes).toHaveLength(3);
    // A sled that does not answer again: it is not known whether it is still so.
    const silent = await check(world, {}, { ask: look(() => void (world.sleds[1]!.answer = 'no')) });
    expect(silent.result.incidents.map(({ rule, unknown }) => [rule, unknown])).toEqual([
      ['active_twice', 'seen in several places, and it is not known whether at the same time'],
    ]);
    world.sleds[1]!.answer = 'yes';
    for (const ending of [null, 'healthy']) {
      const gone = await check(world, {}, { ask: look(() => void world.sessions.splice(3)) });
      expect(gone.result.incidents.map((each) => each.ending)).toEqual([ending]);
    }
  });

  it('opens nothing for an upstairs that has moved when its sleds are looked at again', async () => {
    const world = makeWorld(2, 2);
    const [first, second] = world.sessions;
    world.sessions.push({ ...second!, upstairsId: first!.upstairsId });
    const { result } = await check(
      world,
      {},
      {
        ask: (_, __, only) => {
          if (only !== null) world.sessions.splice(2);
          return Promise.resolve(reportOf(world, now));
        },
      },
    );
    expect([result.level, result.incidents]).toEqual(['ok', []]);
  });
});
