import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Row } from '../../src/model/column.ts';
import { PROBES } from '../../src/probes/index.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { createDisk } from '../../src/simulator/upstairs-session.ts';
import { startSimulation, type Simulation } from '../../src/simulator/simulate.ts';
import type { SledTruth } from '../../src/simulator/truth.ts';
import { createTerminal } from '../../src/term/terminal.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run, startProgram } from '../support/run-program.ts';

/**
 * A simulated rack for each run, so that all can run at once and each rack's truth, which counts what fires while
 * somebody listens, is that of one run. The last sled of each rack is down. While a probe runs the IOs stop: so
 * everything that fired was seen before the script ended, and the answer must be equal to the truth, not near it.
 */
const UP = 2;
const RACK_OF = new Map(PROBES.map((probe, index) => [probe.name, String(index + 1)]));

/** A rack for the runs that are about options. */
const OPTIONS = 'options';

let simulation: Simulation;
let folder: string;
let inventory: string;

beforeAll(async () => {
  const racks = [
    ...RACK_OF.values(),
    ...[...TIMED.keys()].map((name) => `${RACK_OF.get(name)!}-by`),
    OPTIONS,
  ];
  let seed = 1;
  simulation = await startSimulation({
    racks,
    sledsPerRack: UP + 1,
    propolisPerSled: 1,
    downstairsPerSled: 2,
    ioRate: 25,
    seed: 5,
    down: new Map(racks.map((rack) => [`${rack}/${UP}`, 'refused'])),
  });
  for (const rack of racks) {
    for (const { crucible } of sledsUp(rack)) {
      const [first] = crucible.sessions();
      // A live repair that was aborted, and one that runs.
      for (const state of ['live_repair', 'faulted', 'live_repair'] as const)
        crucible.setStates(first!, ['active', state, 'active']);
      // So that each sled has a disk that reads from a parent.
      const process = crucible.processes().find((each) => each.sessions.length > 0)!;
      const disks = [{ ...createDisk(createRandom(seed++)), hasHttpParent: true }];
      crucible.startProcess({ ...process, crucible: 'upstairs', disks });
    }
  }
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-run-'));
  inventory = join(folder, 'inventory.yaml');
  writeFileSync(inventory, simulation.inventoryYaml());
});

afterAll(async () => {
  await simulation.stop();
  rmSync(folder, { recursive: true, force: true });
});

const sledsUp = (rack: string) =>
  simulation.world.sleds.filter((sled) => sled.rack === rack && sled.cubby < UP);

const truthOf = (rack: string): readonly SledTruth[] =>
  simulation.truth().sleds.filter((sled) => sled.rack === rack && sled.cubby < UP);

interface JsonReport {
  readonly coverage: object;
  readonly sleds: readonly { readonly sled: string; readonly status: string; readonly issues?: unknown[] }[];
  readonly rows: readonly Row[];
  readonly distributions?: {
    readonly groups: readonly {
      readonly keys: Row;
      readonly sleds: readonly string[];
      readonly count: number;
      readonly buckets: readonly { readonly low: number; readonly count: number }[];
    }[];
  };
}

/** Runs a probe on its rack; the report must be valid, hold the sled that is down, and have no issues. */
async function runProbe(rack: string, name: string, ...argv: readonly string[]): Promise<JsonReport> {
  const { status, stdout, stderr } = await run(
    ['run', name, '--rack', rack, '-i', inventory, '-o', 'json', ...argv],
    {},
  );
  expect(stderr).toBe('');
  const report = JSON.parse(stdout);
  expect(schemaErrors(report)).toEqual([]);
  expect(report.sleds.flatMap((sled: JsonReport['sleds'][number]) => sled.issues ?? [])).toEqual([]);
  expect(report.coverage).toEqual({ selected: UP + 1, answered: UP, failed: 1, with_issues: 0 });
  const down = simulation.sleds.find((sled) => sled.rack === rack && sled.cubby === UP)!;
  expect(report.sleds.filter((sled: { status: string }) => sled.status === 'failed')).toMatchObject([
    { sled: down.id, stage: 'connect', error: { code: 'refused' } },
  ]);
  expect(status).toBe(3);
  return report;
}

type Counts = Readonly<Record<string, number>>;

/** What fired on a sled, by what it is of; numbers that only grow. */
interface Fired {
  /** By `pid probe`, and by `pid volume probe`. */
  readonly counts: Counts;
  /** By `pid kind client volume bucket`. */
  readonly latencies: Counts;
}

function firedOn(sled: SledTruth): Fired {
  const counts: Record<string, number> = {};
  const latencies: Record<string, number> = {};
  for (const { pid, counts: each } of sled.io.processes)
    for (const [probe, count] of Object.entries(each)) counts[`${pid} ${probe}`] = count;
  for (const { pid, volume_id, counts: each } of sled.io.volumes)
    for (const [probe, count] of Object.entries(each)) counts[`${pid} ${volume_id} ${probe}`] = count;
  for (const { pid, kind, client, volume_id, buckets } of sled.io.latencies)
    for (const [bucket, count] of Object.entries(buckets))
      latencies[`${pid} ${kind} ${client ?? '-'} ${volume_id ?? '-'} ${bucket}`] = count;
  return { counts, latencies };
}

const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Lets no IO begin on a rack from now on. What is under way still ends, or is lost. */
function stopIos(rack: string): void {
  for (const { crucible } of sledsUp(rack)) {
    for (const session of crucible.sessions())
      crucible.setStates(session, ['deactivated', 'deactivated', 'deactivated']);
    for (const { pid, command } of crucible.processes())
      if (command === 'crucible-downstairs') crucible.stopProcess(pid);
  }
}

/** Runs a probe of IOs, which stop while it runs, and gives what fired meanwhile, by sled. */
async function runIoProbe(rack: string, name: string, ...argv: readonly string[]) {
  const fired = () => new Map(truthOf(rack).map((sled) => [sled.id, firedOn(sled)]));
  const zones = zonesOf(rack);
  const stop = async () => {
    await vi.waitFor(
      () => {
        for (const { counts } of fired().values()) expect(total(counts)).toBeGreaterThan(40);
      },
      { timeout: 15_000, interval: 50 },
    );
    for (const { id } of sledsUp(rack)) expect(simulation.tracing(id)).toBe(1);
    stopIos(rack);
  };
  const [report] = await Promise.all([runProbe(rack, name, '--for', '4s', ...argv), stop()]);
  return { report, fired: fired(), zones };
}

/** `sled pid zone` of every process that there is. */
const zonesOf = (rack: string): readonly string[] =>
  sledsUp(rack).flatMap(({ id, crucible }) =>
    crucible.processes().map((process) => `${id} ${process.pid} ${process.zone}`),
  );

/** Whether each row's process is in its zone. */
const expectZones = (rows: readonly Row[], zones: readonly string[]): void => {
  for (const { sled, pid, zone } of rows)
    expect(zones).toContain(`${String(sled)} ${String(pid)} ${String(zone)}`);
};

/** Probe, what it times as the simulation calls it, and the type that is printed for it. */
const TIMED = new Map<string, readonly [RegExp, (kind: string) => string]>([
  ['perfgw', [/^gw-(read|write|write-unwritten|flush|barrier)$/, (kind) => kind.slice(3)]],
  ['perf-ds-client', [/^ds-.*-client$/, (kind) => kind.slice(3, -7)]],
  ['perf-ds-net', [/^ds-.*-net$/, (kind) => kind.slice(3, -4)]],
  ['perf-vol', [/^volume-/, (kind) => kind.slice(7)]],
  ['perf-reqwest', [/^reqwest-/, (kind) => kind.slice(8)]],
  ['perf-downstairs', [/^submit-/, (kind) => kind.slice(7)]],
  ['perf-downstairs-os', [/^os-/, (kind) => kind.slice(3)]],
  [
    'perf-live-repair',
    [/^(gw|ds)-(close|repair|noop|reopen)$/, (kind) => (kind.startsWith('ds-') ? kind : kind.slice(3))],
  ],
]);

/** What the simulation does not time: a whole extent, and the jobs of another sled's live repair. */
const UNTIMED = new Map([
  ['perf-live-repair', /^extent$/],
  ['perf-downstairs', /^(close|flush-close|repair|reopen|noop)$/],
]);

const typeOf = (name: string, kind: string): string =>
  TIMED.get(name)![1](kind).replace('writeunwritten', 'write-unwritten');

function groupsOf(name: string, report: JsonReport, keyNames: readonly string[]): Record<string, Counts> {
  const found: Record<string, Counts> = {};
  for (const { keys, count, buckets } of report.distributions!.groups) {
    if (UNTIMED.get(name)?.test(String(keys['type']))) continue;
    const id = keyNames.map((key) => keys[key] ?? '-').join(' ');
    expect(found).not.toHaveProperty([id]);
    found[id] = Object.fromEntries(buckets.map((bucket) => [bucket.low, bucket.count]));
    expect(count).toBe(total(found[id]));
  }
  return found;
}

/** The same of the truth. */
function timedGroups(
  name: string,
  fired: ReadonlyMap<string, Fired>,
  keyNames: readonly string[],
): Record<string, Counts> {
  const groups: Record<string, Record<string, number>> = {};
  const [wanted] = TIMED.get(name)!;
  for (const [sled, { latencies }] of fired) {
    for (const [key, count] of Object.entries(latencies)) {
      const [pid = '', kind = '', client = '', volume = '', bucket = ''] = key.split(' ');
      if (!wanted.test(kind)) continue;
      const cells: Row = { sled, pid, client, volume, type: typeOf(name, kind) };
      const group = (groups[keyNames.map((key) => cells[key]).join(' ')] ??= {});
      group[bucket] = (group[bucket] ?? 0) + count;
    }
  }
  return groups;
}

describe.concurrent('latencies of a rack', () => {
  it.for([...TIMED.keys()])('%s: the merged distributions are the truth, bucket by bucket', async (name) => {
    const { report, fired } = await runIoProbe(RACK_OF.get(name)!, name);
    const expected = timedGroups(name, fired, ['type']);
    expect(Object.keys(expected).length).toBeGreaterThan(0);
    expect(groupsOf(name, report, ['type'])).toEqual(expected);
    expect(report.rows).toEqual([]);
  });
});

describe.concurrent('latencies of each process', () => {
  it.for([...TIMED.keys()])('%s: --by pid and all its keys gives the truth of each', async (name) => {
    const by = PROBES.find((probe) => probe.name === name)!.columns.map((column) => column.name);
    const keys = ['sled', 'pid', 'type', ...by.filter((key) => key === 'client' || key === 'volume')];
    const { report, fired, zones } = await runIoProbe(`${RACK_OF.get(name)!}-by`, name, '--by', by.join(','));
    expect(groupsOf(name, report, keys)).toEqual(timedGroups(name, fired, keys));
    expectZones(
      report.distributions!.groups.map((group) => group.keys),
      zones,
    );
  });
});

describe.concurrent('latencies in parts', () => {
  it.for([
    ['perf-upstairs-rw', /^gw-(read|write|write-unwritten|flush|barrier)-done$/, 3],
    ['perf-downstairs-three', /^submit-(read|write|writeunwritten|flush)-done$/, 7],
  ] as const)('%s: each of the three parts counts every IO that was answered', async ([name, done, from]) => {
    const { report, fired } = await runIoProbe(RACK_OF.get(name)!, name);
    const expected: Record<string, number> = {};
    for (const { counts } of fired.values()) {
      for (const [key, count] of Object.entries(counts)) {
        const probe = key.split(' ')[1] ?? '';
        if (!done.test(probe)) continue;
        const type = probe.slice(from, -5).replace('writeunwritten', 'write-unwritten');
        for (const part of [1, 2, 3])
          expected[`${type} ${part}`] = (expected[`${type} ${part}`] ?? 0) + count;
      }
    }
    const groups = groupsOf(name, report, ['type', 'part']);
    // Which types come in a short time is chance; that there are some is not.
    expect(Object.keys(expected).length).toBeGreaterThanOrEqual(3);
    expect(Object.fromEntries(Object.entries(groups).map(([key, counts]) => [key, total(counts)]))).toEqual(
      expected,
    );
  });
});

const both = (column: string, probe: string): Readonly<Record<string, string>> => ({
  [`${column}_in`]: `${probe}-start`,
  [`${column}_out`]: `${probe}-done`,
});

const DOWNSTAIRS = {
  ...both('flush', 'submit-flush'),
  ...both('write', 'submit-write'),
  ...both('read', 'submit-read'),
  ...both('write_unwritten', 'submit-writeunwritten'),
  work_submitted: 'work-start',
  work_in_progress: 'work-process',
  work_done: 'work-done',
};

const UPSTAIRS = {
  ...both('flush', 'gw-flush'),
  ...both('write', 'gw-write'),
  ...both('read', 'gw-read'),
  ...both('write_unwritten', 'gw-write-unwritten'),
  ...both('barrier', 'gw-barrier'),
};

/** What the columns of a row must hold, by what fired. */
function countsIn(columns: Readonly<Record<string, string>>, row: Row, fired: Fired): Counts {
  return Object.fromEntries(
    Object.entries(columns).map(([column, probe]) => [
      column,
      fired.counts[`${String(row['pid'])} ${probe}`] ?? 0,
    ]),
  );
}

const pidsOf = (fired: ReadonlyMap<string, Fired>): readonly string[] =>
  [...fired].flatMap(([sled, { counts }]) =>
    [...new Set(Object.keys(counts).map((key) => `${sled} ${key.split(' ')[0]}`))].toSorted(),
  );

const pidsIn = (rows: readonly Row[]): readonly string[] => [
  ...new Set(rows.map((row) => `${String(row['sled'])} ${String(row['pid'])}`)),
];

describe.concurrent('counts', () => {
  it.for([
    ['upstairs_io', UPSTAIRS],
    ['all_downstairs', DOWNSTAIRS],
  ] as const)('%s: the intervals of a run add up to the truth of each process', async ([name, columns]) => {
    const { report, fired, zones } = await runIoProbe(
      RACK_OF.get(name)!,
      name,
      '--interval',
      '1s',
      '--totals',
    );
    expect(pidsIn(report.rows).toSorted()).toEqual(pidsOf(fired).toSorted());
    for (const row of report.rows) {
      expect(row).toMatchObject(countsIn(columns, row, fired.get(String(row['sled']))!));
    }
    expectZones(report.rows, zones);
  });

  it('tracegw: starts and ends are the truth of each process and type', async () => {
    const { report, fired } = await runIoProbe(RACK_OF.get('tracegw')!, 'tracegw');
    expect(pidsIn(report.rows).toSorted()).toEqual(pidsOf(fired).toSorted());
    expect(new Set(report.rows.map((row) => row['type'])).size).toBeGreaterThanOrEqual(2);
    for (const row of report.rows) {
      const { start, done } = {
        start: `gw-${String(row['type'])}-start`,
        done: `gw-${String(row['type'])}-done`,
      };
      expect(row).toMatchObject(countsIn({ start, done }, row, fired.get(String(row['sled']))!));
    }
  });

  it('trace-vol: starts and ends are the truth of each volume and type', async () => {
    const { report, fired } = await runIoProbe(RACK_OF.get('trace-vol')!, 'trace-vol');
    const seen: Record<string, number> = {};
    for (const { sled, pid, volume, type, start, done } of report.rows) {
      const probe = `${String(sled)} ${String(pid)} ${String(volume)} volume-${String(type).replace('-', '')}`;
      seen[`${probe}-start`] = Number(start);
      seen[`${probe}-done`] = Number(done);
    }
    const expected = [...fired].flatMap(([sled, { counts }]) =>
      Object.entries(counts).flatMap(([key, count]) =>
        key.split(' ').length === 3 ? [[`${sled} ${key}`, count] as const] : [],
      ),
    );
    expect(expected.length).toBeGreaterThan(8);
    expect(Object.fromEntries(Object.entries(seen).filter(([, count]) => count > 0))).toEqual(
      Object.fromEntries(expected),
    );
  });

  it('downstairs_count: has the process that was asked for, and no other', async () => {
    const rack = RACK_OF.get('downstairs_count')!;
    const [{ id, crucible } = { id: '', crucible: null }] = sledsUp(rack);
    const { pid } = crucible!.processes().find((each) => each.command === 'crucible-downstairs')!;
    const { report, fired } = await runIoProbe(
      RACK_OF.get('downstairs_count')!,
      'downstairs_count',
      '--pid',
      String(pid),
      '--totals',
    );
    expect(report.rows.map((row) => [row['sled'], row['pid']])).toEqual([[id, pid]]);
    expect(report.rows[0]).toMatchObject(countsIn(DOWNSTAIRS, report.rows[0]!, fired.get(id)!));
  });
});

const sessionKeys = (rack: string): readonly string[] =>
  truthOf(rack)
    .flatMap((sled) =>
      sled.sessions.map((session) =>
        [sled.id, session.zone, session.pid, session.upstairs_id, session.session_id, ...session.states].join(
          ' ',
        ),
      ),
    )
    .toSorted();

const WHO = ['sled', 'zone', 'pid', 'upstairs_id', 'session_id'];

const rowKeys = (rows: readonly Row[], names: readonly string[]): readonly string[] =>
  rows.map((row) => names.map((name) => row[name]).join(' ')).toSorted();

describe.concurrent('reports of the upstairs', () => {
  const withStates = [
    'ds-state',
    'lr-state',
    'upstairs_info',
    'sled_upstairs_info',
    'upstairs_count',
    'upstairs_repair',
    'up_state',
  ];

  it.for(withStates)('%s: a row for each session, in its states, with its live repairs', async (name) => {
    const rack = RACK_OF.get(name)!;
    const report = await runProbe(RACK_OF.get(name)!, name, '--for', '3s');
    expect(rowKeys(report.rows, [...WHO, 'ds0', 'ds1', 'ds2'])).toEqual(sessionKeys(rack));
    expect(report.rows.filter((row) => row['note'] !== null)).toEqual([]);
    if (!Object.hasOwn(report.rows[0]!, 'live_repair_aborted_1')) return;
    for (const { sessions } of truthOf(rack)) {
      expect(sessions[0]!.live_repair_aborted[1]).toBeGreaterThan(0);
      for (const { session_id, live_repair_completed, live_repair_aborted } of sessions) {
        const row = report.rows.find((each) => each['session_id'] === session_id)!;
        const read = (what: string) => [0, 1, 2].map((client) => row[`${what}_${client}`]);
        expect(read('live_repair_completed')).toEqual(live_repair_completed);
        expect(read('live_repair_aborted')).toEqual(live_repair_aborted);
      }
    }
  });

  it('single_up_info: has the sessions of one process, and no other', async () => {
    const rack = RACK_OF.get('single_up_info')!;
    const [session] = truthOf(rack)[1]!.sessions;
    const report = await runProbe(
      RACK_OF.get('single_up_info')!,
      'single_up_info',
      '--for',
      '2s',
      '--pid',
      String(session!.pid),
    );
    const own = sessionKeys(rack).filter((key) => key.split(' ')[2] === String(session!.pid));
    expect(rowKeys(report.rows, [...WHO, 'ds0', 'ds1', 'ds2'])).toEqual(own);
    expect(own.length).toBeGreaterThan(0);
  });

  it('upstairs_action: all turns are the sum of their kinds, with rates of what grew in a second', async () => {
    const rack = RACK_OF.get('upstairs_action')!;
    const report = await runProbe(RACK_OF.get('upstairs_action')!, 'upstairs_action', '--for', '3s');
    expect(rowKeys(report.rows, WHO)).toEqual(
      sessionKeys(rack).map((key) => key.split(' ').slice(0, 5).join(' ')),
    );
    for (const row of report.rows) {
      const kinds = Object.keys(row).filter((name) => /^action_.*(?<!_per_second)$/.test(name));
      // Two of them no Crucible of today reports.
      const known = kinds.filter((name) => row[name] !== null);
      expect([kinds.length, known.length]).toEqual([10, 8]);
      expect(row['apply']).toBe(known.reduce((sum, name) => sum + Number(row[name]), 0));
      expect(row['action_stat_check_per_second']).toBe(1);
    }
  });

  it('upstairs_raw: every report as it is, streamed as lines while the probe runs', async () => {
    const rack = RACK_OF.get('upstairs_raw')!;
    const { status, stdout } = await run(
      ['run', 'upstairs_raw', '--rack', rack, '-i', inventory, '-o', 'ndjson', '--for', '3s'],
      {},
    );
    expect(status).toBe(3);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const records = lines.filter((line) => line.type === 'row');
    const ids = new Set(
      records.map((line) => `${line.sled} ${line.zone} ${line.pid} ${line.status.session_id}`),
    );
    expect([...ids].toSorted()).toEqual(
      sessionKeys(rack)
        .map((key) => [0, 1, 2, 4].map((i) => key.split(' ')[i]).join(' '))
        .toSorted(),
    );
    // Each reports about once a second, and nothing is said twice.
    expect(records.length).toBeGreaterThanOrEqual(ids.size * 2);
    expect(new Set(records.map((line) => `${line.sled} ${line.pid} ${line.time_ns}`)).size).toBe(
      records.length,
    );
    for (const record of records) {
      const now = BigInt(Date.parse(record.time)) * 1_000_000n;
      const behind = now - BigInt(record.time_ns);
      expect(behind > -1_000_000_000n && behind < 20_000_000_000n).toBe(true);
    }
    expect(lines.slice(records.length).map((line) => line.type)).toEqual(['sled', 'sled', 'sled', 'report']);
  });
});

it('the schema of reports refuses what no report holds', async () => {
  const argv = ['-o', 'json', '--sled', SLED, '-i', inventory];
  const report = JSON.parse((await run(['run', 'perfgw', '--for', '1s', '--force', ...argv], {})).stdout);
  expect(schemaErrors(report)).toEqual([]);
  const [group] = report.distributions.groups;
  const wrong = [
    { ...report, rows: [{ rack: '3', sled: '3/x', work: { done: 1 } }] },
    { ...report, distributions: { ...report.distributions, groups: [{ ...group, count: 1.5 }] } },
    { ...report, more: 1 },
  ];
  for (const each of wrong) expect(schemaErrors(each)).not.toEqual([]);
});

/** A run on the rack of options. */
async function runOptions(...argv: readonly string[]) {
  // At the same time as others of its name.
  return await run(['run', ...argv, '--force', '-i', inventory, '--rack', OPTIONS], {});
}

describe.concurrent('wrong usage is said before a sled is visited', () => {
  it.for([
    [['perf-vool'], /no probe 'perf-vool'; did you mean perf-vol/],
    [['single_up_info'], /single_up_info is of one process; say which with --pid N/],
    [['downstairs-count'], /downstairs_count is of one process/],
    [['perf-vol', '--pid', '5'], /perf-vol cannot be limited to a PID/],
    [['perfgw', '--volume', '7d3fd6f5-2a72-4a6c-9a79-1d62d5d31d0e'], /perfgw cannot be limited to a volume/],
    [['perf-vol', '--volume', 'x'], /give a whole UUID/],
    [['perf-vol', '--totals'], /--totals: the probe perf-vol does not count by interval/],
    [['upstairs_info', '--rates'], /--rates: the probe upstairs_info does not count by interval/],
    [['all_downstairs', '--heatmap'], /--heatmap: the probe all_downstairs gives a table, no distributions/],
    [['perf-vol', '--by', 'cleint'], /--by: perf-vol has no key 'cleint'; .* sled, zone, pid, volume, type/],
    [['perfgw', '--by', 'client'], /--by: perfgw has no key 'client'/],
    [['perfgw', '5'], /perfgw takes no arguments/],
    [['upstairs_info', '--columns', 'ds9'], /--columns: there is no column 'ds9'/],
    [['upstairs_info', '--for', '1500ms'], /give whole seconds/],
  ] as const)('%j', async ([argv, message]) => {
    const { status, stdout, stderr } = await runOptions(...argv);
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
  });

  it('takes - and _ in names alike', async () => {
    const { stdout } = await runOptions('perf_ds-client', '--for', '1s', '--sled', '0', '-o', 'json');
    expect(JSON.parse(stdout).probe).toBe('perf-ds-client');
  });
});

const SLED = `${OPTIONS}/0`;

/** A run on one sled, which is up. */
async function onSled(...argv: readonly string[]) {
  const { status, stdout, stderr } = await run(
    ['run', ...argv, '--force', '-i', inventory, '--sled', SLED],
    {},
  );
  return { status, stdout, stderr };
}

async function rowsOn(...argv: readonly string[]): Promise<readonly Row[]> {
  const { status, stdout, stderr } = await onSled(...argv, '-o', 'json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(schemaErrors(JSON.parse(stdout))).toEqual([]);
  return JSON.parse(stdout).rows;
}

describe.concurrent('options of a run', () => {
  const sled = () => simulation.world.sled(SLED);

  it('--pid of a process that is not there is said, not shown as an idle one', async () => {
    const { status, stdout, stderr } = await onSled('upstairs_info', '--for', '2s', '--pid', '99999');
    expect(stderr).toMatch(/nothing was seen of PID 99999 on the selected sleds/);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
  });

  it('--zone leaves the others out and says so', async () => {
    const [process, other] = sled()
      .crucible.processes()
      .filter((each) => each.sessions.length > 0);
    const rows = await rowsOn('upstairs_info', '--for', '2s', '--zone', `*${process!.zone.slice(-12)}`);
    expect(new Set(rows.map((row) => row['zone']))).toEqual(new Set([process!.zone]));
    expect(other).toBeDefined();
    const { stdout } = await onSled('upstairs_info', '--for', '2s', '--zone', 'nowhere*');
    expect(stdout).toMatch(/0 shown \(zone nowhere\*\)/);
  });

  it('--volume leaves one volume', async () => {
    const [session] = sled().crucible.sessions();
    const rows = await rowsOn('trace-vol', '--for', '2s', '--volume', session!.volumeId.toUpperCase());
    expect(new Set(rows.map((row) => row['volume']))).toEqual(new Set([session!.volumeId]));
  });

  it('--rates gives counts a second, of a whole run too', async () => {
    const [row] = await rowsOn('tracegw', '--for', '2s', '--rates', '--sort-by', '-start');
    const perSecond = Number(row!['start']);
    expect(perSecond).toBeGreaterThan(1);
    // Of all types together there are 25 a second and disk, and two disks: a count of two seconds would be more.
    expect(perSecond).toBeLessThan(45);
    expect(row!['seconds']).toBeGreaterThanOrEqual(1.9);
  });

  it('--interval 0 takes the interval of the probe itself', async () => {
    const rows = await rowsOn('upstairs_action', '--for', '3s', '--interval', '0');
    expect(new Set(rows.map((row) => row['action_stat_check_per_second']))).toEqual(new Set([1]));
  });

  it('-o ndjson streams each row once, with its sled and when it came, before the rest', async () => {
    const { stdout } = await onSled('all_downstairs', '--for', '3s', '--interval', '1s', '-o', 'ndjson');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const rows = lines.filter((line) => line.type === 'row');
    // Two processes that work all the time, in three intervals.
    expect(rows).toHaveLength(6);
    expect(new Set(rows.map((row) => row.sled))).toEqual(new Set([sled().id]));
    const times = rows.map((row) => Date.parse(row.time));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(1000);
    expect(lines.slice(6).map((line) => line.type)).toEqual(['sled', 'report']);
  });

  it('-o ndjson --totals has the sums at the end, and no intervals', async () => {
    const { stdout } = await onSled(
      'all_downstairs',
      '--for',
      '2s',
      '--interval',
      '1s',
      '--totals',
      '-o',
      'ndjson',
    );
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.type)).toEqual(['sled', 'row', 'row', 'report']);
    expect(lines[1].work_done).toBeGreaterThan(25);
  });

  it('-o ndjson --rates --columns streams the columns that were asked for, a second', async () => {
    const argv = ['--for', '2s', '--interval', '2s', '--rates', '--columns', 'pid,work_done', '-o', 'ndjson'];
    const { stdout } = await onSled('all_downstairs', ...argv);
    const [row] = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
    expect(Object.keys(row)).toEqual(['type', 'time', 'pid', 'work_done']);
    expect(row.work_done).toBeGreaterThan(5);
    expect(row.work_done).toBeLessThan(60);
  });
});

describe.concurrent('a terminal', () => {
  it('shows rows while they arrive, with their age, and then the answer', async () => {
    const out = new PassThrough();
    let written = '';
    out.on('data', (chunk: Buffer) => {
      written += chunk.toString();
    });
    const stream = Object.assign(out, { isTTY: true, columns: 160, rows: 30 });
    const terminal = createTerminal(
      stream as unknown as NodeJS.WriteStream,
      new PassThrough() as unknown as NodeJS.WriteStream,
      {},
      () => {},
    );
    const argv = [
      'run',
      'all_downstairs',
      '--for',
      '3s',
      '--interval',
      '1s',
      '--sled',
      SLED,
      '-i',
      inventory,
    ];
    expect(await run(argv, { terminal })).toMatchObject({ status: 0 });
    const [live, answer] = written.split(/(?=1 of 1 sled answered)/);
    expect(live).toMatch(/all_downstairs: .* of 3 s, every 1 s/);
    expect(live).toMatch(/ZONE +PID .* AGE/);
    expect(live!.lastIndexOf('WU<')).toBeGreaterThan(live!.lastIndexOf('AGE'));
    expect(answer).toBeDefined();
  });
});

describe('the views of distributions', () => {
  const views = ['--summary', '--heatmap', '--estimate', '--compare'];

  it.concurrent.for(views)('%s names the sled that is down, and ends with 3', async (view) => {
    const { status, stdout } = await runOptions('perfgw', '--for', '2s', view, '--ascii');
    expect(stdout).toMatch(/^no answer from options\/BRM\d+ \(cubby 2\): connect, refused/m);
    expect(stdout).toMatch(/2 of 3 sleds answered/);
    expect(status).toBe(3);
    expect(stdout).not.toMatch(/[^\x20-\x7e\n]/);
    const pictures = /value  -+ Distribution -+ count/.test(stdout);
    expect(pictures).toBe(view === '--estimate' || view === '--compare');
    if (view === '--compare') expect(stdout).toMatch(/Kolmogorov-Smirnov/);
    if (view === '--estimate') expect(stdout).toMatch(/estimate/);
  });

  it('--by sled has a line for each sled and type, whose counts sum to those of the fleet', async () => {
    const { stdout } = await runOptions('perfgw', '--for', '2s', '--by', 'fleet,sled', '-o', 'json');
    const report: JsonReport = JSON.parse(stdout);
    expect(report.distributions!.groups.map((group) => group.sleds)).toEqual(
      sledsUp(OPTIONS).map((sled) => [sled.id]),
    );
  });
});

describe('Ctrl-C in a run that prints at its end', () => {
  it('shows the distributions until then, as answers in part', async () => {
    const id = sledsUp(OPTIONS)[1]!.id;
    const jobs = () => total(firedOn(simulation.truth().sleds.find((sled) => sled.id === id)!).counts);
    const before = jobs();
    const argv = ['perf-downstairs', '--for', '10m', '-i', inventory, '--sled', `${OPTIONS}/1`, '-o', 'json'];
    const running = startProgram(['run', ...argv], {});
    await vi.waitFor(() => expect(jobs() - before).toBeGreaterThan(100), { timeout: 15_000 });
    running.interrupt();
    const { status, stdout } = await running.ended;
    expect(status).toBe(130);
    const report: JsonReport = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    expect(report.distributions!.groups.length).toBeGreaterThan(0);
    expect(stdout).toMatch(/interrupted after .*: this is what had come by then/);
  });
});

describe('Ctrl-C in a long run', () => {
  it('ends dtrace on the sled, exits with 130 and shows what had come', async () => {
    const running = startProgram(
      [
        'run',
        'all_downstairs',
        '--for',
        '10m',
        '--interval',
        '1s',
        '-i',
        inventory,
        '--sled',
        `${OPTIONS}/1`,
        '-o',
        'json',
      ],
      {},
    );
    const id = sledsUp(OPTIONS)[1]!.id;
    const jobs = () => total(firedOn(simulation.truth().sleds.find((sled) => sled.id === id)!).counts);
    const before = jobs();
    // More than one interval's worth: 2 processes, 25 jobs a second, 5 probes each.
    await vi.waitFor(() => expect(jobs() - before).toBeGreaterThan(700), { timeout: 15_000 });
    expect(simulation.tracing(id)).toBe(1);
    running.interrupt();
    const { status, stdout } = await running.ended;
    expect(status).toBe(130);
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    expect(report).toMatchObject({ interrupted: true, complete: false });
    expect(report.rows).toHaveLength(2);
    for (const row of report.rows) expect(row).toMatchObject({ note: null, work_done: expect.any(Number) });
    expect(report.sleds[0].issues[0].message).toMatch(/^interrupted after .*: this is what had come by then/);
    await vi.waitFor(() => expect(simulation.tracing(id)).toBe(0), { timeout: 5000 });
  });

  it('keeps what had come by its deadline', async () => {
    const argv = ['run', 'all_downstairs', '--for', '10m', '--interval', '1s', '--deadline', '6s'];
    const { status, stdout } = await run([...argv, '-i', inventory, '--sled', `${OPTIONS}/1`, '-o', 'json']);
    expect(status).toBe(3);
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    expect(report).toMatchObject({ interrupted: false, complete: false });
    expect(report.rows).toHaveLength(2);
    expect(report.sleds[0].issues[0].message).toMatch(/^the deadline passed after .*: this is what had come/);
  });
});
