import { olderNote } from '../model/row-note.ts';
import type { Column, Row } from '../model/column.ts';
import { HEALTHS } from '../model/health.ts';
import { isWithoutProbes } from '../model/no-probes.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { answerOf, type Finding, type FleetReport, type SledOutcome } from '../model/report.ts';
import { otherSerial } from '../model/serial.ts';
import type { RunFacts } from '../model/run-facts.ts';
import type { Sled } from '../model/sled.ts';
import { activeTwice, windowsOf } from './active-twice.ts';
import { placeOf } from './finding-place.ts';
import { sortRows } from './sort-rows.ts';

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
  readonly run?: RunFacts;
  /** Rows that do not pass are left out, and the report says so with this text. */
  readonly filter: { readonly text: string; readonly keeps: (row: Row) => boolean } | null;
  /** Names of columns, most significant first; `-name` is descending. Empty: worst first, then zone and PID. */
  readonly sortBy: readonly string[];
}

/** Makes one report of the outcomes: every sled once, rows keyed and sorted, findings on each row and across sleds. */
export function mergeReport(outcomes: readonly SledOutcome[], settings: MergeSettings): FleetReport {
  const { probe } = settings;
  const columns = [...SLED_COLUMNS, ...settings.probeColumns];
  const all = outcomes.flatMap((outcome) => {
    const note = addedNote(outcome);
    return (answerOf(outcome)?.rows ?? []).map((row) => fleetRow(outcome.sled, withNote(row, note)));
  });
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
    ...(settings.run === undefined ? {} : { run: settings.run }),
    outcomes,
    columns,
    rows,
    healthCounts: countHealths(columns, all),
    rowsBeforeFilter: all.length,
    distributions: outcomes.flatMap(
      (outcome) =>
        answerOf(outcome)?.distributions.map(({ keys, histogram }) => ({
          keys: fleetRow(outcome.sled, keys),
          histogram,
        })) ?? [],
    ),
    findings: [
      ...rows.flatMap((row) => rowFindings(probe, row)),
      ...activeTwice(all, windowsOf(outcomes, settings.run)),
      ...outcomes.flatMap(otherSledFindings),
    ],
  };
}

/**
 * What each row of a sled is marked with beside its own note, else null: one of another sled than the inventory says must
 * not be taken for that sled's, nor an old one for one of now.
 */
export function addedNote(outcome: SledOutcome): string | null {
  const other = otherSerial(answerOf(outcome)?.hostName, outcome.sled.serial);
  const age = outcome.status === 'failed' ? outcome.earlier?.ageMs : undefined;
  const notes = [
    ...(other === null ? [] : [`answered by ${other}`]),
    ...(age === undefined ? [] : [olderNote(age)]),
  ];
  return notes.length === 0 ? null : notes.join('; ');
}

function withNote(row: Row, note: string | null): Row {
  if (note === null || !('note' in row)) return row;
  return { ...row, note: typeof row['note'] === 'string' ? `${row['note']}; ${note}` : note };
}

function otherSledFindings(outcome: SledOutcome): readonly Finding[] {
  const { sled } = outcome;
  const other = otherSerial(answerOf(outcome)?.hostName, sled.serial);
  if (other === null) return [];
  const message = `${sled.id} is ${sled.serial} in the inventory, and the sled that answered is called ${other}`;
  const who = { rack: sled.rack, sled: sled.id, zone: null, pid: null, upstairsId: null, sessionId: null };
  return [{ rule: 'other_sled', severity: 'warning', message, ...who }];
}

/** A row with its sled's cells before its own; one that has them, as a report that was read back, is not copied. */
export function fleetRow(sled: Sled, row: Row): Row {
  if (row['sled'] === sled.id) return row;
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
  return probe.check(row).map((finding) => ({ ...finding, ...placeOf(row) }));
}
