import { JOINED_COLUMNS } from '../../src/facts/joined-columns.ts';
import { HISTORY_COLUMNS } from '../../src/history/history-rows.ts';
import type { Row } from '../../src/model/column.ts';
import type { Distribution } from '../../src/model/histogram.ts';
import type { FleetReport, SledOutcome } from '../../src/model/report.ts';
import { dsState } from '../../src/probes/ds-state.ts';
import { onSled, quantize } from '../support/distributions.ts';
import { answered, failed, report, stateRow } from '../support/reports.ts';

type States = [string, string, string];

const ACTIVE: States = ['active', 'active', 'active'];
const SLEDS = 32;
const UPSTAIRS_A_SLED = 16;

/** What is not well in the sample rack, by the cubby in which it is. */
const TROUBLED: readonly (readonly [cubby: number, states: States, health: string, change?: Partial<Row>])[] =
  [
    [4, ['active', 'faulted', 'active'], 'degraded'],
    [4, ['active', 'faulted', 'active'], 'degraded'],
    [11, ['active', 'live_repair', 'active'], 'repairing'],
    [13, ['reconcile', 'reconcile', 'reconcile'], 'repairing'],
    [19, ['offline', 'active', 'faulted'], 'critical', { note: 'was active/active/faulted' }],
    [26, ['active', 'active', 'offline'], 'degraded'],
    [28, ['deactivated', 'deactivated', 'deactivated'], 'inactive'],
  ];

/** A rack of 32 sleds with so many upstairs each: two sleds silent, one partial, and troubles of every kind. */
export function rackReport(upstairs = UPSTAIRS_A_SLED): FleetReport {
  const outcomes = Array.from({ length: SLEDS }, (_, cubby): SledOutcome => {
    if (cubby === 17) return failed(cubby, 'refused');
    if (cubby === 22) return failed(cubby, 'timeout');
    const troubled = TROUBLED.filter(([where]) => where === cubby);
    const rows = Array.from({ length: upstairs }, (_, n) => {
      const [, states, health, change] = troubled[n] ?? [cubby, ACTIVE, 'ok'];
      return stateRow(cubby * UPSTAIRS_A_SLED + n, states, health, { ...placed(cubby, n), ...change });
    });
    if (cubby !== 9) return answered(cubby, rows);
    const issues = [{ code: 'drops', message: 'dtrace dropped 3 records' }];
    return answered(cubby, rows, { issues });
  });
  return report(outcomes, { probeColumns: [...dsState.columns, ...JOINED_COLUMNS] });
}

/** What kept facts tell of an upstairs: its disk and both ends of its copies. */
function placed(cubby: number, n: number): Row {
  const ends = [0, 1, 2].map((index): Row => {
    const at = (cubby * 5 + n * 7 + index * 11) % SLEDS;
    return {
      [`ds${index}_sled`]:
        cubby === 4 && index === 1 ? '3/BRM42220009' : `3/BRM422200${String(at).padStart(2, '0')}`,
      [`ds${index}_disk`]:
        cubby === 4 && index === 1
          ? 'A0793C41'
          : `A0${(at * 7919 + index * 104_729).toString(16).slice(-6).toUpperCase()}`,
    };
  });
  return Object.assign(
    { disk: `db-${cubby}-${n}`, instance: `vm-${cubby}`, facts_age: 'omdb of 12m ago' },
    ...ends,
  );
}

/** Times of guest IOs on four sleds, one of them slow, one of them silent. */
export function latencyReport(): FleetReport {
  const times = (cubby: number, type: string, slow: number): Distribution =>
    onSled(
      cubby,
      { type },
      quantize(
        Object.fromEntries(
          [12, 130, 410, 160, 44, 9, 2].map((count, i) => [String(2 ** (17 + i + slow)), count + cubby]),
        ),
      ),
    );
  const own = (cubby: number, slow: number) =>
    answered(cubby, [], { distributions: [times(cubby, 'read', slow), times(cubby, 'write', slow + 1)] });
  const outcomes = [own(0, 0), own(1, 0), own(2, 3), failed(3)];
  const distributions = outcomes.flatMap((each) => (each.status === 'answered' ? each.distributions : []));
  return { ...report(outcomes), probe: 'perfgw', shape: 'distributions', healthCounts: null, distributions };
}

/** Three lives of an hour: one fell ill and was repaired, one moved, one was well; and a sled that was silent. */
export function historyReport(): FleetReport {
  const [outcomes, at] = [
    [answered(1, []), answered(2, [])],
    (minute: number) => new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString(),
  ];
  const row = (
    n: number,
    health: string | null,
    [from, until, over]: readonly (number | null)[],
    change: Partial<Row> = {},
  ): Row => ({
    ...Object.fromEntries(HISTORY_COLUMNS.map(({ name }) => [name, null])),
    ...stateRow(n, ACTIVE, 'ok'),
    kind: 'state',
    sled: '3/BRM42220001',
    rack: '3',
    health,
    from: from === null || from === undefined ? null : at(from),
    until: until === null || until === undefined ? null : at(until),
    over_by: over === null || over === undefined ? null : at(over),
    ...change,
  });
  const rows = [
    row(1, 'ok', [0, 10, 12]),
    row(1, 'degraded', [12, 25, 30], { ds1: 'faulted' }),
    row(1, 'repairing', [30, 48, 50], { ds1: 'live_repair' }),
    row(1, 'ok', [50, 60, null]),
    row(2, 'ok', [0, 20, 25]),
    row(2, 'critical', [25, 60, null], { sled: '3/BRM42220002', ds1: 'faulted', ds2: 'offline' }),
    row(3, 'ok', [0, 60, null]),
    row(4, null, [35, 40, 42], {
      kind: 'not_seen',
      zone: null,
      pid: null,
      upstairs_id: null,
      note: 'refused',
    }),
  ];
  return {
    ...report(outcomes),
    probe: 'history',
    selection: 'all: 31 runs read',
    startedAt: new Date(at(0)),
    finishedAt: new Date(at(60)),
    columns: HISTORY_COLUMNS,
    rows,
    healthCounts: null,
  };
}

/** One report with all that a page draws, whose sleds call things by names that would like to be more. */
export function hostileReport(): FleetReport {
  const zone = `"'><script>window.ran = 1</script><img src=x onerror="window.ran = 1"><svg onload="window.ran = 1">${'z'.repeat(200)}`;
  const named = stateRow(1, ['active', zone, 'active'], 'degraded', {
    zone,
    upstairs_id: zone,
    note: `</style><style>*{display:none}</style>${zone}`,
  });
  const of = report([
    answered(0, [named, stateRow(2, ACTIVE, 'ok', { zone })]),
    answered(1, [], { text: zone }),
    failed(2),
  ]);
  const keys = { type: zone, zone };
  const distributions = [
    onSled(0, keys, quantize({ 1024: 5, 4096: 90 })),
    onSled(1, keys, quantize({ 1024: 5 })),
  ];
  return { ...of, selection: zone, distributions };
}
