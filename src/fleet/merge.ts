import { placesCount, placesText, severalPlaces } from '../model/active-places.ts';
import type { Cell, Column, Row } from '../model/column.ts';
import { HEALTHS, healthRank } from '../model/health.ts';
import { isWithoutProbes } from '../model/no-probes.ts';
import type { ProbeSpec } from '../model/probe.ts';
import type { AnsweredOutcome, Finding, FleetReport, SledOutcome } from '../model/report.ts';
import { otherSerial } from '../model/serial.ts';
import type { Sled } from '../model/sled.ts';
import { naturally } from '../model/sled-order.ts';

/** Where a row comes from; these stand before the probe's columns. */
export const SLED_COLUMNS: readonly Column[] = [
  {
    name: 'rack',
    heading: 'RACK',
    kind: 'text',
    role: 'identity',
    ofSled: true,
    help: 'rack of the sled',
    narrow: true,
  },
  {
    name: 'sled',
    heading: 'SLED',
    kind: 'text',
    role: 'identity',
    ofSled: true,
    help: 'rack/name of the sled, unique in the inventory',
  },
  {
    name: 'serial',
    heading: 'SERIAL',
    kind: 'text',
    role: 'id',
    ofSled: true,
    help: 'serial number of the sled',
    narrow: true,
  },
  {
    name: 'cubby',
    heading: 'CUBBY',
    kind: 'count',
    role: 'identity',
    ofSled: true,
    help: 'cubby of the sled in its rack, 0 to 31',
    narrow: true,
  },
];

export interface MergeSettings {
  readonly probe: Pick<ProbeSpec, 'name' | 'check'> & Pick<FleetReport, 'shape'>;
  /** The columns of the rows: the probe's, or those that a user's own script was seen to have. */
  readonly probeColumns: readonly Column[];
  readonly selection: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly interrupted: boolean;
  /** Rows that do not pass are left out, and the report says so with this text. */
  readonly filter: { readonly text: string; readonly keeps: (row: Row) => boolean } | null;
  /** Names of columns, most significant first; `-name` is descending. Empty: worst first, then zone and PID. */
  readonly sortBy: readonly string[];
}

/** Makes one report of the outcomes: every sled once, rows keyed and sorted, findings on each row and across sleds. */
export function mergeReport(outcomes: readonly SledOutcome[], settings: MergeSettings): FleetReport {
  const { probe } = settings;
  const columns = [...SLED_COLUMNS, ...settings.probeColumns];
  const all = outcomes.flatMap((outcome) =>
    outcome.status === 'answered'
      ? outcome.rows.map((row) => fleetRow(outcome.sled, withOtherSled(row, outcome)))
      : [],
  );
  const kept = settings.filter === null ? all : all.filter(settings.filter.keeps);
  const rows = sortRows(kept, settings.sortBy);
  return {
    probe: probe.name,
    shape: probe.shape,
    selection: settings.selection,
    filter: settings.filter?.text ?? null,
    startedAt: settings.startedAt,
    finishedAt: settings.finishedAt,
    interrupted: settings.interrupted,
    outcomes,
    columns,
    rows,
    healthCounts: countHealths(columns, all),
    rowsBeforeFilter: all.length,
    distributions: outcomes.flatMap((outcome) =>
      outcome.status === 'answered'
        ? outcome.distributions.map(({ keys, histogram }) => ({
            keys: fleetRow(outcome.sled, keys),
            histogram,
          }))
        : [],
    ),
    findings: [
      ...rows.flatMap((row) => rowFindings(probe, row)),
      ...activeTwice(all),
      ...outcomes.flatMap(otherSledFindings),
    ],
  };
}

/** A row of another sled than the inventory says, marked as such: it must not be taken for that sled's. */
function withOtherSled(row: Row, { sled, hostName }: AnsweredOutcome): Row {
  const other = otherSerial(hostName, sled.serial);
  if (other === null || !('note' in row)) return row;
  const note = `answered by ${other}`;
  return { ...row, note: typeof row['note'] === 'string' ? `${row['note']}; ${note}` : note };
}

function otherSledFindings(outcome: SledOutcome): readonly Finding[] {
  if (outcome.status === 'failed') return [];
  const { sled } = outcome;
  const other = otherSerial(outcome.hostName, sled.serial);
  if (other === null) return [];
  const message = `${sled.id} is ${sled.serial} in the inventory, and the sled that answered is called ${other}`;
  const who = { rack: sled.rack, sled: sled.id, zone: null, pid: null, upstairsId: null, sessionId: null };
  return [{ rule: 'other_sled', severity: 'warning', message, ...who }];
}

/** A row with its sled's cells before its own. */
export function fleetRow(sled: Sled, row: Row): Row {
  return { rack: sled.rack, sled: sled.id, serial: sled.serial, cubby: sled.cubby, ...row };
}

function countHealths(columns: readonly Column[], rows: readonly Row[]): Record<string, number> | null {
  if (!columns.some((column) => column.kind === 'health')) return null;
  const counts: Record<string, number> = {};
  for (const health of HEALTHS) {
    const count = rows.filter((row) => row['health'] === health).length;
    if (count > 0) counts[health] = count;
  }
  const hidden = rows.filter(isWithoutProbes).length;
  if (hidden > 0) counts['no_probes'] = hidden;
  return counts;
}

function rowFindings(probe: MergeSettings['probe'], row: Row): readonly Finding[] {
  return probe.check(row).map((finding) => ({ ...finding, ...whereOf(row) }));
}

function whereOf(row: Row): Omit<Finding, 'rule' | 'severity' | 'message'> {
  return {
    rack: String(row['rack']),
    sled: String(row['sled']),
    zone: textOrNull(row['zone']),
    pid: typeof row['pid'] === 'number' ? row['pid'] : null,
    upstairsId: textOrNull(row['upstairs_id']),
    sessionId: textOrNull(row['session_id']),
  };
}

function textOrNull(cell: Cell | undefined): string | null {
  return typeof cell === 'string' ? cell : null;
}

/** An upstairs that two processes serve at once: two writers of one disk, or a live migration in the middle. */
function activeTwice(rows: readonly Row[]): readonly Finding[] {
  return [...severalPlaces(rows)].flatMap(([id, places]) => {
    const [first] = places;
    if (first === undefined) return [];
    const message = `upstairs ${id} is active ${placesCount(places)}: ${placesText(places)}; look again: it may be migrating`;
    return [{ rule: 'active_twice', severity: 'critical' as const, message, ...whereOf(first) }];
  });
}

/**
 * Sorts rows by the named columns; without any, worst health first. Ties fall to zone, PID, then the rest of a
 * row's identity, so that the order never depends on which sled answered first.
 */
export function sortRows(rows: readonly Row[], sortBy: readonly string[]): readonly Row[] {
  const keys = [
    ...(sortBy.length === 0 ? ['health'] : sortBy),
    'zone',
    'pid',
    'rack',
    'sled',
    'upstairs_id',
    'session_id',
  ];
  const orders = keys.map((key) => ({
    name: key.replace(/^-/, ''),
    direction: key.startsWith('-') ? (-1 as const) : (1 as const),
  }));
  return [...rows].sort((a, b) => {
    for (const { name, direction } of orders) {
      const [left = null, right = null] = [a[name], b[name]];
      // Most cells of rows that stand together are the same.
      const order = left === right ? 0 : compareIn(name, left, right, direction);
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** Health by how bad it is; what is not known last, whatever the direction. */
function compareIn(column: string, a: Cell, b: Cell, direction: 1 | -1): number {
  if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
  const order = column === 'health' ? healthRank(a) - healthRank(b) : compareCells(column, a, b);
  return order * direction;
}

/** Numbers by value; names of racks and sleds with their numbers by value (rack 9 before rack 10); other text as it is. */
function compareCells(column: string, a: string | number | boolean, b: string | number | boolean): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (column === 'rack' || column === 'sled') return naturally(String(a), String(b));
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}
