import type { Column, Row } from '../../model/column.ts';
import type { ProbeSpec } from '../../model/probe.ts';
import type { SledOutcome } from '../../model/report.ts';
import { formerColumns } from '../../pasted/table-owner.ts';
import { PROBES } from '../../probes/index.ts';

/** The probe's columns, and those of former versions and of other tools that were pasted, before its note. */
export function columnsOf(probe: ProbeSpec, outcomes: readonly SledOutcome[]): readonly Column[] {
  const rows = outcomes.flatMap((outcome) => (outcome.status === 'answered' ? outcome.rows : []));
  const there = new Set(rows.flatMap((row) => Object.keys(row)));
  const former = formerColumns(probe).filter(({ name }) => there.has(name));
  const known = new Set([...probe.columns, ...former].map(({ name }) => name));
  const others = [...there].filter((name) => !known.has(name)).map((name) => otherColumn(name));
  const isNote = (column: Column) => column.kind === 'note';
  return [
    ...probe.columns.filter((column) => !isNote(column)),
    ...former,
    ...others,
    ...probe.columns.filter(isNote),
  ];
}

/** The column of another probe that has the same, or one that is known by its name alone. */
function otherColumn(name: string): Column {
  const same = PROBES.flatMap((each): readonly Column[] => each.columns).find(
    (column) => column.name === name,
  );
  if (same !== undefined) return same;
  const help = `${name.replaceAll('_', ' ')}, which the probe does not have`;
  return { name, heading: name.toUpperCase(), kind: 'count', help, narrow: true, undeclared: true };
}

/**
 * A paste of sleds without a cubby shows their names, which tell them apart at any width: the rack and the serial are in
 * these, or not known. A column without known values is not shown.
 */
export function shownColumn(column: Column, outcomes: readonly SledOutcome[]): Column {
  const byName = outcomes.some(({ sled }) => sled.cubby === null);
  const hasCubby = outcomes.some(({ sled }) => sled.cubby !== null);
  switch (column.name) {
    case 'sled':
      return { ...column, narrow: byName };
    case 'rack':
    case 'serial':
      return { ...column, narrow: !byName };
    case 'cubby':
      return { ...column, narrow: hasCubby };
    default:
      return column;
  }
}

/** The rows with a cell for each column. */
export function withAllCells(outcome: SledOutcome, columns: readonly Column[]): SledOutcome {
  if (outcome.status === 'failed') return outcome;
  const whole = (row: Row): Row => Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null]));
  return { ...outcome, rows: outcome.rows.map(whole) };
}
