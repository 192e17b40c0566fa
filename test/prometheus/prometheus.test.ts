import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/model/column.ts';
import { canonicalState, STATES_OF_TODAY } from '../../src/model/downstairs-state.ts';
import { HEALTHS, sessionHealth } from '../../src/model/health.ts';
import { totalCount, type Distribution } from '../../src/model/histogram.ts';
import type { SledOutcome } from '../../src/model/report.ts';
import { OUTPUTS } from '../../src/outputs/index.ts';
import { prometheus, prometheusText } from '../../src/outputs/prometheus.ts';
import { lrState } from '../../src/probes/lr-state.ts';
import { columnsOfRows, ownScript } from '../../src/kinds/own-script.ts';
import { upstairsIo } from '../../src/probes/upstairs-io.ts';
import { perfDsClient } from '../../src/probes/perf-ds-client.ts';
import { runs } from '../support/sized.ts';
import { quantize, quantizeOf } from '../support/distributions.ts';
import { readExposition, samplesOf, type ReadSample } from '../support/exposition.ts';
import { answered, failed, mixedReport, report, stateRow } from '../support/reports.ts';
import { fixtureReport, PIPE, prometheusOf as text } from './support/fixture-report.ts';

const read = (...of: Parameters<typeof text>) => readExposition(text(...of));

/** Of each sample its value, by the labels that are named. */
function valuesBy(samples: readonly ReadSample[], ...labels: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    samples.map((sample) => [labels.map((label) => sample.labels[label] ?? '-').join(' '), sample.text]),
  );
}

const sled = (cubby: number) => ({ sled: `3/BRM422200${cubby}` });

describe('a mixed report', () => {
  it('is written as this', async () => {
    await expect(text(mixedReport())).toMatchFileSnapshot('../fixtures/golden/ds-state.prom');
  });

  it('is what -o prometheus writes, which leaves no word to standard error', () => {
    expect([...prometheus.render(mixedReport(), PIPE)].join('')).toBe(text(mixedReport()));
    expect(prometheusText(mixedReport(), [], [])).toBe(text(mixedReport()));
    expect(OUTPUTS.some((output) => output.name === 'prometheus' && output.saysCoverage)).toBe(true);
  });

  it('has no health and no states of a sled that did not answer: silence is none of them', () => {
    const metrics = read(mixedReport());
    expect(samplesOf(metrics, 'cruc_fleet_sled_up', sled(17)).map(({ value }) => value)).toEqual([0]);
    expect(valuesBy(samplesOf(metrics, 'cruc_fleet_sled_failed'), 'sled', 'stage', 'code')).toEqual({
      '3/BRM42220017 connect timeout': '1',
    });
    for (const name of ['cruc_fleet_upstairs', 'cruc_fleet_downstairs', 'cruc_fleet_rows']) {
      expect(samplesOf(metrics, name, sled(15)).length).toBeGreaterThan(0);
      expect(samplesOf(metrics, name, sled(17))).toEqual([]);
    }
  });

  it('has every health and every state of today of a sled without upstairs, as 0', () => {
    const metrics = read(mixedReport());
    const health = samplesOf(metrics, 'cruc_fleet_upstairs', sled(15));
    expect(health.map(({ labels }) => labels['health'])).toEqual([...HEALTHS]);
    const states = samplesOf(metrics, 'cruc_fleet_downstairs', sled(15));
    expect(states.map(({ labels }) => labels['state'])).toEqual([...STATES_OF_TODAY, 'unknown']);
    for (const { value } of [...health, ...states]) expect(value).toBe(0);
  });

  it('has a last success only if every sled answered in full', () => {
    const name = 'cruc_fleet_run_last_success_timestamp_seconds';
    const part = answered(1, [], { issues: [{ code: 'drops', message: 'x' }] });
    for (const each of [mixedReport(), report([part]), report([answered(1, [])], { interrupted: true })]) {
      expect(samplesOf(read(each), name)).toEqual([]);
      expect(samplesOf(read(each), 'cruc_fleet_run_complete')[0]!.value).toBe(0);
    }
    const [success] = samplesOf(read(report([answered(1, [])])), name);
    expect(success!.text).toBe(String(Date.parse('2026-11-22T10:00:03.400Z') / 1000));
  });

  it('says what an answer in part lacks, by code', () => {
    const issues = ['drops', 'drops', 'fault'].map((code) => ({ code, message: 'x' }));
    const metrics = read(report([answered(14, [], { issues })]));
    expect(valuesBy(samplesOf(metrics, 'cruc_fleet_sled_issues'), 'code')).toEqual({
      drops: '2',
      fault: '1',
    });
    expect(samplesOf(metrics, 'cruc_fleet_sled_complete')[0]!.value).toBe(0);
    expect(samplesOf(metrics, 'cruc_fleet_sled_up')[0]!.value).toBe(1);
    expect(samplesOf(metrics, 'cruc_fleet_sleds_in_part')[0]!.value).toBe(1);
  });

  it('has no session, PID, zone or upstairs unless somebody asks', () => {
    expect(text(mixedReport())).not.toMatch(/oxz_|20001|3f2b0001|c0b90001/);
  });

  it('counts an upstairs that is active twice', () => {
    const row = stateRow(1, ['active', 'active', 'active'], 'ok');
    const metrics = read(report([answered(14, [row]), answered(15, [row])]));
    expect(samplesOf(metrics, 'cruc_fleet_upstairs_active_twice')[0]!.value).toBe(1);
  });

  it('has metrics of its caller after its own, in the same way', () => {
    const extra = [
      {
        name: 'cruc_fleet_incidents',
        type: 'gauge' as const,
        help: 'Incidents that are open,\nby \\rule.',
        samples: [{ labels: { rule: 'de"gra\\ded', severity: 'critical' }, value: 2 }],
      },
    ];
    const lines = prometheusText(mixedReport(), [], extra).trimEnd().split('\n');
    expect(lines.slice(-3)).toEqual([
      '# HELP cruc_fleet_incidents Incidents that are open,\\nby \\\\rule.',
      '# TYPE cruc_fleet_incidents gauge',
      'cruc_fleet_incidents{rule="de\\"gra\\\\ded",severity="critical"} 2',
    ]);
  });
});

describe('a filter', () => {
  const degraded = {
    text: 'degraded',
    keeps: (row: Row) => row['health'] === 'degraded',
  };

  it('does not touch the counts of a sled, and chooses the series of upstairs', () => {
    const metrics = read(mixedReport({ filter: degraded }), ['upstairs_id']);
    expect(valuesBy(samplesOf(metrics, 'cruc_fleet_upstairs', sled(14)), 'health')).toMatchObject({
      ok: '1',
      degraded: '1',
    });
    expect(samplesOf(metrics, 'cruc_fleet_rows', sled(14))[0]!.value).toBe(2);
    const shown = samplesOf(metrics, 'cruc_fleet_upstairs_health', { health: 'degraded' });
    expect(valuesBy(shown, 'upstairs_id', 'filter')).toEqual({
      '3f2b0002-7d14-4c7a-9a51-0d6c9f6b1a22 degraded': '1',
    });
  });

  it('is a label of sums that are of the rows that pass', () => {
    const rows = [1, 2].map((n) => ({
      ...stateRow(n, ['active', 'active', 'active'], n === 1 ? 'ok' : 'degraded'),
      live_repair_completed_0: n,
    }));
    const what = { probe: lrState, probeColumns: lrState.columns };
    const sum = (filter: typeof degraded | null) =>
      valuesBy(
        samplesOf(
          read(report([answered(14, rows)], { ...what, filter })),
          'cruc_fleet_lr_state_live_repair_completed',
          {
            downstairs: '0',
          },
        ),
        'filter',
      );
    expect(sum(null)).toEqual({ '-': '3' });
    expect(sum(degraded)).toEqual({ degraded: '2' });
  });
});

describe('labels that are asked for', () => {
  it('give each downstairs a state set, and its upstairs one of health', () => {
    const metrics = read(mixedReport(), ['zone', 'pid', 'upstairs_id']);
    const own = { upstairs_id: '3f2b0002-7d14-4c7a-9a51-0d6c9f6b1a22', pid: '20002' };
    const states = samplesOf(metrics, 'cruc_fleet_downstairs_state', own);
    expect(states).toHaveLength(3 * (STATES_OF_TODAY.length + 1));
    expect(
      states
        .filter(({ value }) => value === 1)
        .map(({ labels }) => `${labels['downstairs']} ${labels['state']}`),
    ).toEqual(['0 active', '1 faulted', '2 active']);
    expect(states[0]!.labels['zone']).toBe('oxz_propolis-server_34aa0002-d933-49fa-b38e-fc4607933d50');
    const health = samplesOf(metrics, 'cruc_fleet_upstairs_health', own);
    expect(health.filter(({ value }) => value === 1).map(({ labels }) => labels['health'])).toEqual([
      'degraded',
    ]);
  });

  it('give no state of a process that did not report', () => {
    const silent = stateRow(3, ['', '', ''], 'no_report', {
      ds0: null,
      ds1: null,
      ds2: null,
      upstairs_id: null,
    });
    const metrics = read(report([answered(14, [silent])]), ['pid', 'upstairs_id']);
    expect(samplesOf(metrics, 'cruc_fleet_downstairs_state')).toEqual([]);
    expect(
      valuesBy(samplesOf(metrics, 'cruc_fleet_upstairs_health'), 'pid', 'upstairs_id', 'health'),
    ).toMatchObject({ '20003  no_report': '1', '20003  ok': '0' });
    expect(valuesBy(samplesOf(metrics, 'cruc_fleet_downstairs'), 'state')).toMatchObject({
      unknown: '3',
      active: '0',
    });
  });

  it('of sleds are on the series of sleds, and make no series of upstairs', () => {
    const metrics = read(mixedReport(), ['cubby', 'serial']);
    expect(samplesOf(metrics, 'cruc_fleet_sled_up', { cubby: '14', serial: 'BRM42220014' })).toHaveLength(1);
    expect(samplesOf(metrics, 'cruc_fleet_upstairs', { cubby: '14', health: 'ok' })).toHaveLength(1);
    expect(metrics.has('cruc_fleet_downstairs_state')).toBe(false);
  });

  it('leave what the other named columns do not choose out', () => {
    const names = (columns: readonly string[]) =>
      [...read(mixedReport(), columns).keys()].filter((name) => /_(up|down)stairs/.test(name));
    expect(names(['health'])).toEqual(['cruc_fleet_upstairs', 'cruc_fleet_upstairs_active_twice']);
    expect(names(['ds1', 'zone'])).toEqual(['cruc_fleet_downstairs', 'cruc_fleet_downstairs_state']);
    expect(names(['zone'])).toHaveLength(5);
    expect(names(['zone', 'note'])).toHaveLength(5);
  });

  it('cannot be columns that say nothing of whose a row is', () => {
    for (const label of ['note', 'ds0', 'nonsense']) {
      for (const { labels } of [...read(mixedReport(), [label]).values()].flatMap(({ samples }) => samples))
        expect(labels).not.toHaveProperty(label);
    }
  });
});

describe('text from a sled', () => {
  it('is a label whatever it holds, and drives no terminal', () => {
    const zone = 'a\\b "c"\n\u001b]0;x\u0007\ud800\u202e';
    const row = stateRow(1, ['active', 'Odd\u001bState', 'active'], 'degraded', { zone });
    const metrics = read(report([answered(14, [row])]), ['zone']);
    expect(samplesOf(metrics, 'cruc_fleet_upstairs_health')[0]!.labels['zone']).toBe('a\\b "c"??]0;x???');
    expect(valuesBy(samplesOf(metrics, 'cruc_fleet_downstairs'), 'state')).toMatchObject({
      'Odd?State': '1',
    });
  });

  it('that differs only in what is not shown is one series', () => {
    const rows = ['\u0001', '\u0002'].map((zone, n) =>
      stateRow(n, ['active', 'active', 'active'], 'ok', { zone }),
    );
    const metrics = read(report([answered(14, rows)]), ['zone']);
    expect(
      samplesOf(metrics, 'cruc_fleet_upstairs_health', { health: 'ok' }).map(({ value }) => value),
    ).toEqual([2]);
  });
});

describe('the numbers of a table', () => {
  const ioReport = (rows: readonly Row[], change = {}) =>
    report(
      [
        answered(
          14,
          rows.map((row) => ({ zone: 'z', note: null, ...row })),
        ),
      ],
      {
        probe: upstairsIo,
        probeColumns: upstairsIo.columns,
        ...change,
      },
    );

  it('are added up by sled, exactly', () => {
    const metrics = read(
      ioReport([
        { pid: 7, write_in: '9007199254740993', read_in: 1.1 },
        { pid: 8, write_in: 2, read_in: 2.2 },
      ]),
    );
    expect(valuesBy(samplesOf(metrics, 'cruc_fleet_upstairs_io_write_in'), 'sled')).toEqual({
      '3/BRM42220014': '9007199254740995',
    });
    expect(samplesOf(metrics, 'cruc_fleet_upstairs_io_read_in')[0]!.text).toBe('3.3');
  });

  it('are no sum where one of them is not known, and never 0 for it', () => {
    const rows = [
      { pid: 7, write_in: 5, read_in: 5 },
      { pid: 8, write_in: null, read_in: 6, note: 'no row in the last interval' },
    ];
    const metrics = read(ioReport(rows));
    expect(metrics.has('cruc_fleet_upstairs_io_write_in')).toBe(false);
    expect(samplesOf(metrics, 'cruc_fleet_upstairs_io_read_in')[0]!.value).toBe(11);
    expect(samplesOf(metrics, 'cruc_fleet_rows_noted')[0]!.value).toBe(1);
    const byPid = read(ioReport(rows), ['pid', 'write_in']);
    expect(valuesBy(samplesOf(byPid, 'cruc_fleet_upstairs_io_write_in'), 'pid')).toEqual({ 7: '5' });
    expect(byPid.has('cruc_fleet_upstairs_io_read_in')).toBe(false);
  });

  it('of sessions are counters where sessions are apart, and a gauge where the sum can fall', () => {
    const rows = [0, 1].map((n) => ({
      ...stateRow(n, ['active', 'active', 'active'], 'ok'),
      live_repair_completed_0: n + 1,
      live_repair_aborted_2: 5,
    }));
    const lr = report([answered(14, rows)], { probe: lrState, probeColumns: lrState.columns });
    const sums = read(lr).get('cruc_fleet_lr_state_live_repair_completed')!;
    expect(sums.type).toBe('gauge');
    expect(valuesBy(sums.samples, 'downstairs')).toEqual({ 0: '3' });
    for (const label of ['upstairs_id', 'session_id']) {
      const own = read(lr, [label]).get('cruc_fleet_lr_state_live_repair_completed_total')!;
      expect(own.type).toBe('counter');
      expect(own.samples.map(({ value }) => value)).toEqual([1, 2]);
    }
    expect(read(lr, ['zone']).has('cruc_fleet_lr_state_live_repair_completed_total')).toBe(false);
  });
});

describe("what a user's own script printed", () => {
  const script = ownScript('my ms_count.d', 'my.d', []);
  const own = (rows: readonly Row[], distributions: readonly Distribution[] = []) =>
    report([answered(14, rows, { distributions })], { probe: script, probeColumns: columnsOfRows(rows) });

  it('has one name for all its columns, and counts of aggregations without being asked', () => {
    const rows = [
      { key_1: 'read', key_2: 7, count: 3, ms: 12 },
      { key_1: 'write', key_2: 7, count: 4, ms: 13 },
    ];
    const metric = (labels: readonly string[]) => read(own(rows), labels).get('cruc_fleet_script_value')!;
    expect(metric([])).toMatchObject({ type: 'untyped' });
    expect(valuesBy(metric([]).samples, 'script', 'column')).toEqual({ 'my ms_count.d count': '7' });
    const named = metric(['key_1', 'key_2', 'ms']).samples;
    expect(valuesBy(named, 'key_1', 'key_2', 'column')).toEqual({ 'read 7 ms': '12', 'write 7 ms': '13' });
  });

  it('has labels that no others are taken for', () => {
    const rows = [{ script: 'x', le: 'y', 'a-b': 'p', 'a b': 'q', '9': 'r', _: 's', count: 1 }];
    const labels = read(own(rows), Object.keys(rows[0]!)).get('cruc_fleet_script_value')!.samples[0]!.labels;
    expect(labels).toEqual({
      rack: '3',
      sled: '3/BRM42220014',
      n9: 'r',
      exported_script: 'x',
      exported_le: 'y',
      a_b: 'p',
      a_b_2: 'q',
      n: 's',
      script: 'my ms_count.d',
      column: 'count',
    });
  });

  it('has histograms of values without a unit, one a shape, and says which it cannot have', () => {
    const linear = {
      shape: 'lquantize 0..20/10',
      buckets: [
        { low: null, high: -1n, count: 1n },
        { low: 0n, high: 9n, count: 2n },
        { low: 10n, high: 19n, count: 0n },
        { low: 20n, high: null, count: 4n },
      ],
    };
    const negative = { shape: 'quantize', buckets: [{ low: 1n, high: 1n, count: -1n }] };
    const metrics = read(
      own(
        [],
        [
          { keys: { key_1: 'a' }, histogram: linear },
          { keys: { key_1: 'b' }, histogram: quantize({ 4: 2 }) },
          { keys: { key_1: 'c' }, histogram: negative },
        ],
      ),
    );
    const buckets = samplesOf(metrics, 'cruc_fleet_script_distribution_bucket');
    expect(valuesBy(buckets, 'key_1', 'le')).toEqual({
      'a -1': '1',
      'a 9': '3',
      'a 19': '3',
      'a +Inf': '7',
      'b 7': '2',
      'b +Inf': '2',
    });
    expect(samplesOf(metrics, 'cruc_fleet_distributions_left_out')[0]!.value).toBe(1);
    expect(samplesOf(metrics, 'cruc_fleet_distributions')[0]!.value).toBe(3);
  });

  it('of two shapes under the same keys is told apart by the shape; of two layouts in one shape, left out', () => {
    const coarse = { shape: 'quantize', buckets: [{ low: 4n, high: 15n, count: 1n }] };
    const linear = { shape: 'lquantize 0..1/1', buckets: [{ low: 0n, high: 0n, count: 1n }] };
    const metrics = read(
      own(
        [],
        [quantize({ 4: 2 }), coarse, linear].map((histogram) => ({ keys: { key_1: 'a' }, histogram })),
      ),
    );
    expect(
      samplesOf(metrics, 'cruc_fleet_script_distribution_count').map(({ labels }) => labels['shape']),
    ).toEqual(['lquantize 0..1/1']);
    expect(samplesOf(metrics, 'cruc_fleet_distributions_left_out')[0]!.value).toBe(2);
  });
});

describe('latencies', () => {
  const latencies = (cubby: number, samples: readonly bigint[], client = 0) =>
    answered(cubby, [], {
      distributions: [{ keys: { zone: 'z', pid: 7, type: 'read', client }, histogram: quantizeOf(samples) }],
    });
  const latencyReport = (outcomes: readonly SledOutcome[]) =>
    report(outcomes, { probe: perfDsClient, probeColumns: perfDsClient.columns });

  it('are cumulative buckets in seconds, whose bounds belong to the bucket, with no sum', () => {
    const metrics = read(latencyReport([latencies(14, [1024n, 2047n, 2048n])]));
    const buckets = samplesOf(metrics, 'cruc_fleet_perf_ds_client_seconds_bucket', { type: 'read' });
    const byBound = valuesBy(buckets, 'le');
    expect(byBound).toMatchObject({
      '0.000001023': '0',
      '0.000002047': '2',
      '0.000004095': '3',
      '+Inf': '3',
    });
    expect(byBound['1099.511627775']).toBe('3');
    expect(valuesBy(samplesOf(metrics, 'cruc_fleet_perf_ds_client_seconds_count'), 'selection')).toEqual({
      'rack 3': '3',
    });
    expect(samplesOf(metrics, 'cruc_fleet_perf_ds_client_seconds_sum')[0]!.text).toBe('NaN');
  });

  it('keep what is outside of the bounds in the first bucket and in +Inf', () => {
    const metrics = read(latencyReport([latencies(14, [0n, 3n, 1n << 50n])]));
    const byBound = valuesBy(samplesOf(metrics, 'cruc_fleet_perf_ds_client_seconds_bucket'), 'le');
    expect(byBound).toMatchObject({ '0.000000255': '2', '1099.511627775': '2', '+Inf': '3' });
  });

  it('are grouped as --by says, with the selection only where no sled is named', () => {
    const what = latencyReport([latencies(14, [1024n]), latencies(15, [4096n, 4096n], 1), failed(17)]);
    const counts = (by: readonly string[]) => {
      const samples = samplesOf(read(what, [], by), 'cruc_fleet_perf_ds_client_seconds_count');
      return samples.map(({ labels, value }) => ({ ...labels, value }));
    };
    expect(counts([])).toEqual([{ selection: 'rack 3', type: 'read', value: 3 }]);
    expect(counts(['sled'])).toEqual([
      { rack: '3', ...sled(14), type: 'read', value: 1 },
      { rack: '3', ...sled(15), type: 'read', value: 2 },
    ]);
    expect(counts(['client', 'pid'])[1]).toEqual({
      rack: '3',
      ...sled(15),
      zone: 'z',
      pid: '7',
      client: '1',
      type: 'read',
      value: 2,
    });
  });

  it('have the same bounds in every series, so that sleds can be added, and lose no count', () => {
    const nanoseconds = fc.bigInt({ min: 0n, max: (1n << 62n) - 1n });
    fc.assert(
      fc.property(
        fc.array(fc.array(nanoseconds, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 5 }),
        (perSled) => {
          const what = latencyReport(perSled.map((samples, cubby) => latencies(cubby + 10, samples)));
          const metrics = read(what, [], ['sled']);
          const bounds = perSled.map((samples, i) => {
            const own = samplesOf(metrics, 'cruc_fleet_perf_ds_client_seconds_bucket', sled(i + 10));
            for (const { labels, value } of own) {
              const limit = labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']) * 1e9;
              expect(value).toBe(samples.filter((sample) => Number(sample) <= Math.round(limit)).length);
            }
            return own.map(({ labels }) => labels['le']);
          });
          for (const each of bounds) expect(each).toEqual(bounds[0]);
        },
      ),
      { numRuns: 40 },
    );
  });
});

const STATES = ['Active', 'Faulted', 'LiveRepair', 'Offline', 'new', 'Odd'];

const someRows = fc.array(
  fc
    .record({
      n: fc.integer({ min: 1, max: 3 }),
      states: fc.tuple(fc.constantFrom(...STATES), fc.constantFrom(...STATES), fc.constantFrom(...STATES)),
      silent: fc.boolean(),
    })
    .map(({ n, states, silent }) => {
      const words = states.map((state) => canonicalState(state).word) as [string, string, string];
      return silent
        ? stateRow(n, words, 'no_report', { ds0: null, ds1: null, ds2: null })
        : stateRow(n, words, sessionHealth(words));
    }),
  { maxLength: 5 },
);

describe('of any report', () => {
  const outcomes = fc
    .array(
      fc.oneof(
        someRows.map((rows) => ({ rows })),
        fc.constant({ rows: null }),
      ),
      { minLength: 1, maxLength: 6 },
    )
    .map((sleds) => sleds.map(({ rows }, i) => (rows === null ? failed(i + 10) : answered(i + 10, rows))));
  const labels = fc.subarray(['zone', 'pid', 'upstairs_id', 'session_id', 'cubby', 'health', 'ds0']);

  it('each sled is up or not, once; its healths and states count its rows, or are not there', () => {
    fc.assert(
      fc.property(outcomes, labels, fc.boolean(), (sleds, asked, filtered) => {
        const filter = filtered ? { text: 'x', keeps: (row: Row) => row['health'] === 'degraded' } : null;
        const what = report(sleds, { filter });
        const metrics = read(what, asked);
        const isAll = !asked.includes('health') && !asked.includes('ds0');
        for (const outcome of sleds) {
          const own = { sled: outcome.sled.id };
          const sum = (name: string) =>
            samplesOf(metrics, name, own).reduce((total, { value }) => total + value, 0);
          const isUp = outcome.status === 'answered';
          expect(samplesOf(metrics, 'cruc_fleet_sled_up', own).map(({ value }) => value)).toEqual([
            Number(isUp),
          ]);
          const rows = isUp ? outcome.rows.length : 0;
          if (isAll || asked.includes('health')) expect(sum('cruc_fleet_upstairs')).toBe(rows);
          if (isAll || asked.includes('ds0')) expect(sum('cruc_fleet_downstairs')).toBe(3 * rows);
          if (isUp) continue;
          for (const metric of metrics.values()) {
            if (metric.name.startsWith('cruc_fleet_sled_')) continue;
            expect(metric.samples.filter((sample) => sample.labels['sled'] === own.sled)).toEqual([]);
          }
        }
        for (const health of HEALTHS) {
          if (!isAll && !asked.includes('health')) continue;
          const counted = samplesOf(metrics, 'cruc_fleet_upstairs', { health });
          expect(counted.reduce((total, { value }) => total + value, 0)).toBe(
            what.healthCounts?.[health] ?? 0,
          );
        }
      }),
      runs(30, 1000),
    );
  });
});

it('counts a distribution as often as its histogram does', () => {
  const what = fixtureReport(perfDsClient);
  const total = what.distributions.reduce((sum, { histogram }) => sum + totalCount(histogram), 0n);
  const counts = samplesOf(read(what, [], ['pid']), 'cruc_fleet_perf_ds_client_seconds_count');
  expect(counts.reduce((sum, { value }) => sum + value, 0)).toBe(Number(total));
});

describe('a verdict', () => {
  it('is a state set of each thing that was judged, with what it counts', () => {
    const judged = (name: string, verdict: string) => ({
      about: { rack: '3', sled: `3/${name}`, serial: name, cubby: 1, disk: null, pool: null },
      verdict,
      text: 'in words',
      counts: { keep_one: 2 },
      vms: [],
    });
    const metrics = read({
      ...report([answered(1, [])]),
      probe: 'impact',
      verdicts: {
        headline: '1 of 2 sleds can go next',
        words: ['safe', 'unsafe'],
        each: [judged('A', 'safe'), judged('B', 'unsafe')],
      },
    });
    expect(valuesBy(samplesOf(metrics, 'cruc_fleet_impact_verdict'), 'sled', 'verdict')).toEqual({
      '3/A safe': '1',
      '3/A unsafe': '0',
      '3/B safe': '0',
      '3/B unsafe': '1',
    });
    expect(valuesBy(samplesOf(metrics, 'cruc_fleet_impact_counted'), 'sled', 'what')).toEqual({
      '3/A keep_one': '2',
      '3/B keep_one': '2',
    });
  });

  it('is nothing where nothing was judged', () => {
    expect(text(mixedReport())).not.toContain('verdict');
  });
});
