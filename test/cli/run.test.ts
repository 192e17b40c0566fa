import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/model/column.ts';
import type { ProbeSpec } from '../../src/model/probe.ts';
import { PROBES } from '../../src/probes/index.ts';
import { SIMULATED_START } from '../../src/simulator/clock.ts';
import type { Crucible } from '../../src/simulator/crucible.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { createDisk } from '../../src/simulator/upstairs-session.ts';
import type { SledTruth } from '../../src/simulator/truth.ts';
import { withRack } from '../support/rack.ts';
import { isLong } from '../support/sized.ts';
import { schemaErrors } from '../support/report-schema.ts';
import {
  INTERVAL_SOURCES,
  LATENCY_SOURCES,
  PARTS_SOURCES,
  probesOf,
  typesOf,
} from '../support/timed-kinds.ts';
import { run } from '../support/run-program.ts';

/**
 * A simulated rack for each run, so that all can run at once and each rack's truth, which counts what fires while
 * somebody listens, is that of one run. The last sled of each rack is down. While a probe runs the IOs stop: so
 * everything that fired was seen before the script ended, and the answer must be equal to the truth, not near it.
 */
const UP = 2;
const RACK_OF = new Map(PROBES.map((probe, index) => [probe.name, String(index + 1)]));

/** A rack for the runs that are about options. */
const OPTIONS = 'options';

/** What the simulation times for each probe, with the type that is printed for it. */
const TIMED = new Map(LATENCY_SOURCES.map((source) => [source.name, typesOf(source)]));

/** Every other probe is merged in the sample, and the others are broken down; in the long suite all are both. */
const MERGED = [...TIMED.keys()].filter((_, n) => isLong || n % 2 === 0);
const BROKEN_DOWN = [...TIMED.keys()].filter((_, n) => isLong || n % 2 === 1);

const RACKS = [...RACK_OF.values(), ...BROKEN_DOWN.map((name) => `${RACK_OF.get(name)!}-by`), OPTIONS];

const rack = withRack(
  {
    isShellFree: true,
    racks: RACKS,
    sledsPerRack: UP + 1,
    propolisPerSled: 1,
    downstairsPerSled: 2,
    ioRate: 25,
    seed: 5,
    down: new Map(RACKS.map((name) => [`${name}/${UP}`, 'refused'])),
  },
  () => {
    let seed = 1;
    for (const { crucible } of RACKS.flatMap(sledsUp)) {
      const [first] = crucible.sessions();
      // A live repair that was aborted, and one that runs.
      for (const state of ['live_repair', 'faulted', 'live_repair'] as const)
        crucible.setStates(first!, ['active', state, 'active']);
      // So that each sled has a disk that reads from a parent.
      const process = crucible.processes().find((each) => each.sessions.length > 0)!;
      const disks = [{ ...createDisk(createRandom(seed++)), hasHttpParent: true }];
      crucible.startProcess({ ...process, crucible: 'upstairs', disks });
    }
  },
);

const sledsUp = (name: string) =>
  rack.simulation.world.sleds.filter((sled) => sled.rack === name && sled.cubby < UP);

/** The inventory of one rack: to read that of all takes as long as many a run. */
function inventoryOf(name: string): string {
  const file = join(rack.folder, `${name}.yaml`);
  if (existsSync(file)) return file;
  const [head = '', ...racks] = readFileSync(rack.inventory, 'utf8').split(/^(?= {2}- id: )/m);
  const own = racks.find((each) => each.startsWith(`  - id: ${JSON.stringify(name)}\n`));
  writeFileSync(file, `${head}${own ?? ''}`);
  return file;
}

const truthOf = (name: string): readonly SledTruth[] =>
  rack.simulation.truth().sleds.filter((sled) => sled.rack === name && sled.cubby < UP);

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
async function runProbe(on: string, name: string, ...argv: readonly string[]): Promise<JsonReport> {
  const { status, stdout, stderr } = await run(
    ['run', name, '--rack', on, '-i', inventoryOf(on), '-o', 'json', ...argv],
    {},
  );
  expect(stderr).toBe('');
  const report = JSON.parse(stdout);
  expect(schemaErrors(report)).toEqual([]);
  expect(report.sleds.flatMap((sled: JsonReport['sleds'][number]) => sled.issues ?? [])).toEqual([]);
  expect(report.coverage).toEqual({ selected: UP + 1, answered: UP, failed: 1, with_issues: 0 });
  const down = rack.simulation.sleds.find((sled) => sled.rack === on && sled.cubby === UP)!;
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

/** Lets no IO begin on a sled from now on. What is under way still ends, or is lost. */
function stopIos(crucible: Crucible): void {
  for (const session of crucible.sessions())
    crucible.setStates(session, ['deactivated', 'deactivated', 'deactivated']);
  for (const { pid, command } of crucible.processes())
    if (command === 'crucible-downstairs') crucible.stopProcess(pid);
}

/** Runs a probe of IOs, which stop while it runs, and gives what fired meanwhile, by sled. */
async function runIoProbe(name: string, probe: string, ...argv: readonly string[]) {
  const zones = zonesOf(name);
  const tracing: number[] = [];
  for (const { id, crucible } of sledsUp(name)) {
    crucible.later(2500, () => {
      tracing.push(rack.simulation.tracing(id));
      stopIos(crucible);
    });
  }
  const report = await runProbe(name, probe, '--for', '4s', ...argv);
  expect(tracing).toEqual(Array(UP).fill(1));
  const fired = new Map(truthOf(name).map((sled) => [sled.id, firedOn(sled)]));
  for (const { counts } of fired.values()) expect(total(counts)).toBeGreaterThan(40);
  return { report, fired, zones };
}

/** `sled pid zone` of every process that there is. */
const zonesOf = (name: string): readonly string[] =>
  sledsUp(name).flatMap(({ id, crucible }) =>
    crucible.processes().map((process) => `${id} ${process.pid} ${process.zone}`),
  );

/** Whether each row's process is in its zone. */
const expectZones = (rows: readonly Row[], zones: readonly string[]): void => {
  for (const { sled, pid, zone } of rows)
    expect(zones).toContain(`${String(sled)} ${String(pid)} ${String(zone)}`);
};

function groupsOf(name: string, report: JsonReport, keyNames: readonly string[]): Record<string, Counts> {
  const found: Record<string, Counts> = {};
  for (const { keys, count, buckets } of report.distributions!.groups) {
    if (![...TIMED.get(name)!.values()].includes(String(keys['type']))) continue;
    const id = keyNames.map((key) => keys[key] ?? '-').join(' ');
    expect(found).not.toHaveProperty([id]);
    found[id] = Object.fromEntries(buckets.map((bucket) => [bucket.low, bucket.count]));
    expect(count).toBe(total(found[id]));
  }
  return found;
}

/** How much was counted of each type and part. */
function partsOf(report: JsonReport): Record<string, Counts> {
  return Object.fromEntries(
    report.distributions!.groups.map(({ keys, buckets }) => [
      `${String(keys['type'])} ${String(keys['part'])}`,
      Object.fromEntries(buckets.map((bucket) => [bucket.low, bucket.count])),
    ]),
  );
}

/** The same of the truth. */
function timedGroups(
  name: string,
  fired: ReadonlyMap<string, Fired>,
  keyNames: readonly string[],
): Record<string, Counts> {
  const groups: Record<string, Record<string, number>> = {};
  const types = TIMED.get(name)!;
  for (const [sled, { latencies }] of fired) {
    for (const [key, count] of Object.entries(latencies)) {
      const [pid = '', kind = '', client = '', volume = '', bucket = ''] = key.split(' ');
      const type = types.get(kind);
      if (type === undefined) continue;
      const cells: Row = { sled, pid, client, volume, type };
      const group = (groups[keyNames.map((key) => cells[key]).join(' ')] ??= {});
      group[bucket] = (group[bucket] ?? 0) + count;
    }
  }
  return groups;
}

describe.concurrent('latencies of a rack', () => {
  it.for(MERGED)('%s: the merged distributions are the truth, bucket by bucket', async (name) => {
    const { report, fired } = await runIoProbe(RACK_OF.get(name)!, name, '--by', 'type');
    const expected = timedGroups(name, fired, ['type']);
    expect(Object.keys(expected).length).toBeGreaterThan(0);
    expect(groupsOf(name, report, ['type'])).toEqual(expected);
    expect(report.rows).toEqual([]);
  });
});

describe.concurrent('latencies of each process', () => {
  it.for(BROKEN_DOWN)('%s: --by pid and all its keys gives the truth of each', async (name) => {
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
  it.for(PARTS_SOURCES)(
    '$name: each of the three parts counts every IO that was answered',
    async (source) => {
      const { report, fired } = await runIoProbe(RACK_OF.get(source.name)!, source.name);
      const types = new Map<string, string>(source.timed.map(({ done, type }) => [done, type]));
      const expected: Record<string, number> = {};
      for (const { counts } of fired.values()) {
        for (const [key, count] of Object.entries(counts)) {
          const type = types.get(key.split(' ')[1] ?? '');
          if (type === undefined) continue;
          for (const part of [1, 2, 3])
            expected[`${type} ${part}`] = (expected[`${type} ${part}`] ?? 0) + count;
        }
      }
      const groups = partsOf(report);
      // Which types come in a short time is chance; that there are some is not.
      expect(Object.keys(expected).length).toBeGreaterThanOrEqual(3);
      expect(Object.fromEntries(Object.entries(groups).map(([key, counts]) => [key, total(counts)]))).toEqual(
        expected,
      );
    },
  );
});

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
  it.for(INTERVAL_SOURCES.filter(({ limit }) => limit === 'pid'))(
    '$name: the intervals of a run add up to the truth of each process',
    async (source) => {
      const { name } = source;
      const columns = probesOf(source);
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
    },
  );

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
    const source = INTERVAL_SOURCES.find(({ name }) => name === 'downstairs_count')!;
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
    expect(report.rows[0]).toMatchObject(countsIn(probesOf(source), report.rows[0]!, fired.get(id)!));
  });
});

const sessionKeys = (name: string): readonly string[] =>
  truthOf(name)
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
  const withStates = PROBES.filter(
    (probe: ProbeSpec) => probe.takes.pid !== 'needed' && probe.columns.some(({ kind }) => kind === 'state'),
  ).map(({ name }) => name);

  it.for(withStates)('%s: a row for each session, in its states, with its live repairs', async (name) => {
    const own = RACK_OF.get(name)!;
    const report = await runProbe(RACK_OF.get(name)!, name, '--for', '3s');
    expect(rowKeys(report.rows, [...WHO, 'ds0', 'ds1', 'ds2'])).toEqual(sessionKeys(own));
    expect(report.rows.filter((row) => row['note'] !== null)).toEqual([]);
    if (!Object.hasOwn(report.rows[0]!, 'live_repair_aborted_1')) return;
    for (const { sessions } of truthOf(own)) {
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
    const on = RACK_OF.get('single_up_info')!;
    const [session] = truthOf(on)[1]!.sessions;
    const report = await runProbe(
      RACK_OF.get('single_up_info')!,
      'single_up_info',
      '--for',
      '2s',
      '--pid',
      String(session!.pid),
    );
    const own = sessionKeys(on).filter((key) => key.split(' ')[2] === String(session!.pid));
    expect(rowKeys(report.rows, [...WHO, 'ds0', 'ds1', 'ds2'])).toEqual(own);
    expect(own.length).toBeGreaterThan(0);
  });

  it('upstairs_action: all turns are the sum of their kinds, with rates of what grew in a second', async () => {
    const own = RACK_OF.get('upstairs_action')!;
    const report = await runProbe(RACK_OF.get('upstairs_action')!, 'upstairs_action', '--for', '3s');
    expect(rowKeys(report.rows, WHO)).toEqual(
      sessionKeys(own).map((key) => key.split(' ').slice(0, 5).join(' ')),
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
    const own = RACK_OF.get('upstairs_raw')!;
    const { status, stdout } = await run(
      ['run', 'upstairs_raw', '--rack', own, '-i', inventoryOf(own), '-o', 'ndjson', '--for', '3s'],
      { now: () => new Date(Number(SIMULATED_START.wall / 1_000_000n) + 3000) },
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
      sessionKeys(own)
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
  const argv = ['-o', 'json', '--sled', SLED, '-i', inventoryOf(OPTIONS)];
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
  return await run(['run', ...argv, '--force', '-i', inventoryOf(OPTIONS), '--rack', OPTIONS], {});
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
    [['perfgw', '5', '6'], /perfgw takes no arguments, only options, or just a PID/],
    [['single_up_info', '5', '--pid', '6'], /single_up_info 5 and --pid 6 name two processes/],
    [
      ['perf-ds-net', '--upstairs', 'c0'],
      /--upstairs: perf-ds-net has no upstairs id; it can be filtered by --zone, --pid/,
    ],
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
    ['run', ...argv, '--force', '-i', inventoryOf(OPTIONS), '--sled', SLED],
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
  const sled = () => rack.simulation.world.sled(SLED);

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
