import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readBundle } from '../../src/fleet/bundle.ts';
import { collect } from '../../src/fleet/collect.ts';
import { scriptCommand } from '../../src/fleet/upload.ts';
import { mergeReport } from '../../src/fleet/merge.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { selectSleds } from '../../src/inventory/select.ts';
import type { Row } from '../../src/model/column.ts';
import type { FleetReport } from '../../src/model/report.ts';
import { checkProbe } from '../../src/check/check-probe.ts';
import type { CrucibleVersion } from '../../src/simulator/simulated-downstairs.ts';
import type { SessionTruth, SledTruth } from '../../src/simulator/truth.ts';
import { createTransport } from '../../src/transport/ssh-transport.ts';
import { makeGuard } from '../support/guarded.ts';
import { createOutputBudget } from '../../src/model/output-budget.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { withRack } from '../support/rack.ts';

/** What the check asks of sleds of every Crucible over SSH, with our scripts executed, against what is so there. */
const SCRIPTS = fileURLToPath(new URL('../../scripts', import.meta.url));
const VERSIONS: readonly CrucibleVersion[] = ['today', 'object-era', 'snake', 'camel-2021'];

/** The answer of all sleds while nothing changes, and how many connections each took for it. */
let standing: FleetReport;
let connections: readonly number[];

const rack = withRack(
  {
    sledsPerRack: 4,
    propolisPerSled: 4,
    pantryPerRack: 1,
    downstairsPerSled: 0,
    degraded: 16,
    seed: 12,
    crucible: new Map(VERSIONS.map((version, cubby) => [`3/${cubby}`, version])),
  },
  async ({ simulation }) => {
    // The first session of each sled is under repair, the second has a past; no repair gets on until a test says so.
    for (const { crucible } of simulation.world.sleds) {
      const [first, second] = crucible.sessions();
      crucible.setStates(first!, ['active', 'active', 'live_repair']);
      second!.connected[1] += 3;
      second!.replaced[2] += 1;
      for (const session of crucible.sessions()) crucible.setStalled(session, true);
    }
    await ask(1);
    const count = () => simulation.sleds.map((sled) => simulation.connections(sled.id));
    const before = count();
    standing = await ask(2);
    connections = count().map((after, i) => after - (before[i] ?? 0));
  },
);

/** Runs the probe as a command of the program does. */
async function ask(seconds: number, names: readonly string[] = []): Promise<FleetReport> {
  const context = { home: '/nonexistent', user: 'tester', agentSocket: null, stateFolder: '/nonexistent' };
  const inventory = await loadInventory(rack.inventory, context);
  const { targets } = selectSleds(inventory, { racks: [], sleds: names, exclude: [], labels: [] });
  const settings = { ...SETTINGS, seconds };
  const bundle = await readBundle(SCRIPTS, [checkProbe.script, ...checkProbe.needs]);
  const script = scriptCommand(bundle, checkProbe.script, checkProbe.arguments(settings));
  const transport = createTransport({
    handshakesAtOnce: 4,
    elapsed: () => performance.now(),
    now: () => new Date(),
    random: Math.random,
  });
  const startedAt = new Date();
  const outcomes = await collect(
    transport,
    targets,
    {
      job: {
        what: 'test',
        bundle,
        payload: { script, isCounted: false, lock: null },
        mayRepeat: true,
        read: (result) => checkProbe.read(result, settings),
      },
      guard: makeGuard(),
      uploadTimeoutMs: 20_000,
      runTimeoutMs: 20_000,
      maxOutputBytes: 1_000_000,
      budget: createOutputBudget(1_000_000),
      concurrency: 8,
      now: () => performance.now(),
    },
    new AbortController().signal,
  );
  await transport.close();
  return mergeReport(outcomes, {
    probe: checkProbe,
    probeColumns: checkProbe.columns,
    selection: 'rack 3',
    startedAt,
    finishedAt: new Date(),
    interrupted: false,
    filter: null,
    sortBy: [],
  });
}

const three = (name: string, values: readonly (number | string | null)[]): Row =>
  Object.fromEntries(values.map((value, n) => [`${name}_${n}`, value]));

/** The cells that a row must have, by the truth and by what that Crucible reports. */
function expectedCells(session: SessionTruth, version: CrucibleVersion): Row {
  const counters: Row = {
    ...three('live_repair_completed', session.live_repair_completed),
    ...three('live_repair_aborted', session.live_repair_aborted),
    ...three('connected', session.connected),
    ...three('replaced', session.replaced),
    ...three('extents_repaired', session.extents_repaired),
    ...three('extents_confirmed', session.extents_confirmed),
    extent_under_repair: session.extent_under_repair,
  };
  const [ds0, ds1, ds2] = session.states;
  return {
    zone: session.zone,
    pid: session.pid,
    upstairs_id: session.upstairs_id,
    session_id: session.session_id,
    ds0,
    ds1,
    ds2,
    // Crucible reports these counters since 2023.
    ...(version === 'camel-2021'
      ? Object.fromEntries(Object.keys(counters).map((name) => [name, null]))
      : counters),
    reconciled: session.reconciled,
    reconcile_needed: session.reconcile_needed,
  };
}

const text = (cells: Row): string =>
  Object.entries(cells)
    .map(([name, cell]) => `${name}=${String(cell)}`)
    .toSorted()
    .join(' ');

/** Without ids, sessions of a process that are in the same states are one row. */
const expectedRows = (sled: SledTruth): readonly string[] =>
  [...new Set(sled.sessions.map((session) => text(expectedCells(session, sled.crucible))))].toSorted();

/** What a sled's rows say of that truth; further rules may read more. */
function seenRows(report: FleetReport, sled: SledTruth): readonly string[] {
  const names = Object.keys(expectedCells(sled.sessions[0]!, sled.crucible));
  return report.rows
    .filter((row) => row['sled'] === sled.id)
    .map((row) => {
      expect(row['note']).toBeNull();
      return text(Object.fromEntries(names.map((name) => [name, row[name] ?? null])));
    })
    .toSorted();
}

const sledTruth = (version: CrucibleVersion): SledTruth =>
  rack.simulation.truth().sleds.find((sled) => sled.crucible === version)!;

describe('the probe of the check', () => {
  it('agrees with the truth in every state and counter, whatever Crucible the sleds run', () => {
    for (const version of VERSIONS) {
      const sled = sledTruth(version);
      expect(expectedRows(sled).length, version).toBeGreaterThan(3);
      expect(seenRows(standing, sled), version).toEqual(expectedRows(sled));
    }
    const { rows } = standing;
    const counted = rows.filter((row) => Number(row['connected_1']) >= 4 && row['replaced_2'] === 1);
    expect(counted.length).toBeGreaterThanOrEqual(3);
    expect(rows.some((row) => Number(row['extents_repaired_0']) > 100)).toBe(true);
  });

  it('costs a warm sled one connection', () => {
    expect(connections).toEqual([1, 1, 1, 1]);
  });

  it('is whole where a Crucible lacks counters, and not where it cannot tell two disks apart', () => {
    const issues = new Map(
      standing.outcomes.map((outcome) => [
        outcome.sled.id,
        outcome.status === 'answered' ? outcome.issues.map((issue) => issue.code) : ['failed'],
      ]),
    );
    for (const version of ['today', 'object-era', 'snake'] as const) {
      expect(issues.get(sledTruth(version).id), version).toEqual([]);
    }
    const old = sledTruth('camel-2021');
    const processes = new Set(old.sessions.map((session) => session.pid)).size;
    const contradictions = Array<string>(expectedRows(old).length - processes).fill('contradiction');
    expect(contradictions.length).toBeGreaterThan(0);
    expect(issues.get(old.id)).toEqual(contradictions);
  });

  it('sees a repair get on within what it did, without a note, and stand still when it stalls', async () => {
    const crucible = rack.crucible('3/0');
    const session = crucible.sessions()[0]!;
    const truth = () => crucible.truth().sessions.find((each) => each.session_id === session.sessionId)!;
    const seen = async () => {
      const report = await ask(3, ['3/0']);
      const row = report.rows.find((each) => each['session_id'] === session.sessionId)!;
      expect(row).toMatchObject({ health: 'repairing', note: null });
      return ['extents_repaired_2', 'extents_confirmed_2', 'extent_under_repair'].map((name) =>
        Number(row[name]),
      );
    };
    const progress = (at: SessionTruth) => [
      at.extents_repaired[2],
      at.extents_confirmed[2],
      at.extent_under_repair,
    ];
    const before = progress(truth());
    crucible.setStalled(session, false);
    const first = await seen();
    const second = await seen();
    crucible.setStalled(session, true);
    const after = progress(truth());
    for (const [i, start] of before.entries()) {
      expect(first[i]).toBeGreaterThan(start);
      expect(second[i]).toBeGreaterThan(first[i]!);
      expect(second[i]).toBeLessThanOrEqual(after[i]!);
    }
    expect(await seen()).toEqual(after);
  });

  it('notes the states that a session came from', async () => {
    const crucible = rack.crucible('3/0');
    const session = crucible.sessions()[1]!;
    crucible.setStates(session, ['active', 'faulted', 'active']);
    crucible.afterReports(session, 1, () => crucible.setStates(session, ['active', 'live_repair', 'active']));
    const report = await ask(4, ['3/0']);
    const row = report.rows.find((each) => each['session_id'] === session.sessionId);
    expect(row).toMatchObject({ ds1: 'live_repair', note: 'was active/faulted/active' });
  });

  it('has a row for a process that runs and says nothing, without any value', async () => {
    const crucible = rack.crucible('3/1');
    const process = crucible.processes().find((each) => each.sessions.length > 0)!;
    for (const session of process.sessions) crucible.setReports(session, false);
    const report = await ask(2, ['3/1']);
    const silent = report.rows.filter((row) => row['health'] === 'no_report');
    expect(silent.map((row) => row['pid'])).toEqual([process.pid]);
    for (const column of checkProbe.columns) {
      if (['zone', 'pid', 'health'].includes(column.name)) continue;
      expect(silent[0]?.[column.name], column.name).toBeNull();
    }
    expect(report.outcomes[0]).toMatchObject({ status: 'answered', issues: [] });
    expect(report.findings.map((finding) => finding.rule)).toContain('no_report');
  });
});
