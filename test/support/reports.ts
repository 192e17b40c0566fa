import { FleetError } from '../../src/model/error.ts';
import type { Row } from '../../src/model/column.ts';
import type { FleetReport, SledOutcome } from '../../src/model/report.ts';
import { mergeReport, type MergeSettings } from '../../src/fleet/merge.ts';
import { dsState } from '../../src/probes/ds-state.ts';
import { makeSled } from './sleds.ts';

/** A row of ds-state; `n` tells upstairs apart. */
export function stateRow(
  n: number,
  states: [string, string, string],
  health: string,
  change: Partial<Row> = {},
): Row {
  const digits = String(n).padStart(4, '0');
  return {
    zone: `oxz_propolis-server_34aa${digits}-d933-49fa-b38e-fc4607933d50`,
    pid: 20_000 + n,
    upstairs_id: `3f2b${digits}-7d14-4c7a-9a51-0d6c9f6b1a22`,
    session_id: `c0b9${digits}-8a3e-4b10-b9b4-55f4f2a3d7e1`,
    ds0: states[0],
    ds1: states[1],
    ds2: states[2],
    health,
    note: null,
    ...change,
  };
}

export function answered(cubby: number, rows: readonly Row[], change: object = {}): SledOutcome {
  return {
    status: 'answered',
    sled: makeSled(cubby),
    elapsedMs: 3120.4,
    via: null,
    rows,
    distributions: [],
    text: '',
    issues: [],
    warnings: [],
    ...change,
  };
}

export function failed(cubby: number, code: 'timeout' | 'refused' = 'timeout'): SledOutcome {
  const message = code === 'timeout' ? 'no answer within 10.0 s' : 'nothing listens at port 22';
  return {
    status: 'failed',
    sled: makeSled(cubby),
    elapsedMs: 10_000,
    stage: 'connect',
    error: new FleetError(code, message),
  };
}

export function report(outcomes: readonly SledOutcome[], change: Partial<MergeSettings> = {}): FleetReport {
  return mergeReport(outcomes, {
    probe: dsState,
    probeColumns: dsState.columns,
    selection: 'rack 3',
    startedAt: new Date('2026-11-22T10:00:00.000Z'),
    finishedAt: new Date('2026-11-22T10:00:03.400Z'),
    interrupted: false,
    filter: null,
    sortBy: [],
    ...change,
  });
}

/** A command of `exec` that ended well on a sled and said `up`. */
export function printed(cubby: number, row: Row = {}): SledOutcome {
  return answered(cubby, [{ status: 0, signal: null, stdout: 'up\n', stderr: '', ...row }]);
}

/** The answer of `exec`. */
export function printedReport(outcomes: readonly SledOutcome[]): FleetReport {
  const column = (name: string, kind: 'text' | 'count') => ({ name, heading: name, kind, help: name });
  return report(outcomes, {
    probe: { name: 'exec', shape: 'printed', check: () => [] },
    probeColumns: [
      column('status', 'count'),
      ...['signal', 'stdout', 'stderr'].map((name) => column(name, 'text')),
    ],
  });
}

/** Three sleds: one with a degraded and a healthy session, one idle, one that did not answer. */
export function mixedReport(change: Partial<MergeSettings> = {}): FleetReport {
  return report(
    [
      answered(14, [
        stateRow(1, ['active', 'active', 'active'], 'ok'),
        stateRow(2, ['active', 'faulted', 'active'], 'degraded'),
      ]),
      answered(15, []),
      failed(17),
    ],
    change,
  );
}

/** The answer of `doctor` of one sled: its steps. */
export function steppedReport(steps: readonly Row[]): FleetReport {
  const column = (name: string) => ({ name, heading: name, kind: 'text' as const, help: name });
  const nothing: Row = { ms: null, details: null, remedy: null };
  return report(
    [
      answered(
        1,
        steps.map((step) => ({ ...nothing, ...step })),
      ),
    ],
    {
      probe: { name: 'doctor', shape: 'steps', check: () => [] },
      probeColumns: ['step', 'result', 'ms', 'answer', 'details', 'remedy'].map(column),
    },
  );
}
