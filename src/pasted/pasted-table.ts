import type { Cell, Column, Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import type { Pasted, PasteSettings } from './paste.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { parseProbeTable, type ProbeSection } from '../parse/probe-samples.ts';
import { columnsOf } from '../kinds/column-help.ts';
import { addedRows, IDLE } from '../kinds/counted-rows.ts';

/** Headings that the table of a probe once had, in scripts that are run by hand, and has no more. */
const FORMER_HEADINGS: Readonly<Record<string, string>> = {
  // Of get-up-state and its like: sums over the three downstairs.
  up_state: 'NEXT_JOB DELTA CONN ELR ELC',
};

/** Columns that say whose a row is, and the states, which many tables have: they do not tell one table from another. */
const COMMON = /^(?:zone|pid|upstairs_id|session_id|volume|type|note|ds[0-2])$/;

/** Columns that a pasted table may have beside those of the probe. */
export function formerColumns(probe: Pick<ProbeSpec, 'name'>): readonly Column[] {
  const headings = Object.hasOwn(FORMER_HEADINGS, probe.name) ? FORMER_HEADINGS[probe.name] : undefined;
  return headings === undefined ? [] : columnsOf(headings.split(' '));
}

/**
 * Reads a table under headings. Of a status table the last row of each session counts, since these scripts print in
 * the order of time; rows without a session's id are all kept: they may be of several disks. Of a table of counts the
 * rows of the last interval, or with `totals` their sums.
 */
export function readPastedTable(probe: ProbeSpec, text: string, settings: PasteSettings): Pasted {
  const table = parseProbeTable(text);
  const sections = table.sections.filter((section) => isOf(probe, section));
  const issues: Issue[] = [...table.issues, ...strangers(probe, table.sections)];
  const { rows, notes } =
    probe.takes.counts === true ? countedRows(probe, sections, settings) : newestRows(probe, sections);
  return { rows, issues, notes, hasHeadings: table.sections.length > 0 };
}

/** Whether the table is of the probe: it has nothing that no version of the probe's table has, and something of it. */
function isOf(probe: Pick<ProbeSpec, 'name' | 'columns'>, section: ProbeSection): boolean {
  const known = new Set([...probe.columns, ...formerColumns(probe)].map((column) => column.name));
  return (
    section.columns.every((name) => known.has(name)) && section.columns.some((name) => !COMMON.test(name))
  );
}

function strangers(probe: ProbeSpec, sections: readonly ProbeSection[]): readonly Issue[] {
  const counts = new Map<string, number>();
  for (const section of sections) {
    if (isOf(probe, section)) continue;
    const columns = section.columns.join(', ');
    counts.set(columns, (counts.get(columns) ?? 0) + section.rows.length);
  }
  return [...counts].map(([columns, count]) => ({
    code: 'unparsed_line',
    message: `a table of another script, with ${count} ${count === 1 ? 'row' : 'rows'}, is not of ${probe.name}: its columns are ${columns}`,
  }));
}

interface Chosen {
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

function newestRows(probe: ProbeSpec, sections: readonly ProbeSection[]): Chosen {
  const newest = new Map<string, Row>();
  let nameless = 0;
  for (const [index, row] of sections.flatMap((section) => section.rows).entries()) {
    const isKnown = typeof row['session_id'] === 'string';
    if (!isKnown) nameless++;
    newest.set(isKnown ? keyOf(probe, row) : String(index), row);
  }
  const notes =
    nameless > 1
      ? [
          `${nameless} rows name no session: each may be a disk of its own, or a later state of one; all are shown`,
        ]
      : [];
  return { rows: [...newest.values()], notes };
}

/** A process without a row in the last interval is said to be idle. Rows without an owner are an interval each. */
function countedRows(probe: ProbeSpec, sections: readonly ProbeSection[], settings: PasteSettings): Chosen {
  const all = sections.flatMap((section) => section.rows);
  if (settings.totals) {
    const sums = new Map<string, Row>();
    for (const row of all) {
      const before = sums.get(keyOf(probe, row));
      sums.set(keyOf(probe, row), before === undefined ? row : addedRows(probe.key, before, row));
    }
    return { rows: [...sums.values()], notes: [] };
  }
  const owned = new Map<string, Row>();
  for (const row of all.filter(hasOwner)) owned.set(keyOf(probe, row), idleRow(probe, row));
  for (const row of sections.at(-1)?.rows.filter(hasOwner) ?? []) owned.set(keyOf(probe, row), row);
  const ownerless = all.filter((row) => !hasOwner(row));
  const notes =
    ownerless.length > 1
      ? [`${ownerless.length} rows name no process: each is an interval of its own; --totals adds them`]
      : [];
  return { rows: [...ownerless, ...owned.values()], notes };
}

function hasOwner(row: Row): boolean {
  return typeof row['pid'] === 'number' || typeof row['volume'] === 'string';
}

function idleRow(probe: ProbeSpec, row: Row): Row {
  const who = probe.key.map((name): [string, Cell] => [name, row[name] ?? null]);
  return { ...Object.fromEntries(who), note: IDLE };
}

function keyOf(probe: ProbeSpec, row: Row): string {
  return JSON.stringify(probe.key.map((name) => row[name] ?? null));
}
