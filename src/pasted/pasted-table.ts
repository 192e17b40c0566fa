import type { Cell, Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import { parseProbeTable, type ProbeSection, type ProbeTable } from '../parse/probe-samples.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { addedRows, IDLE } from '../kinds/counted-rows.ts';
import { plainCmonText } from './cmon-text.ts';
import type { Pasted, PasteSettings } from './paste.ts';
import { isCutName, MARK, pastedColumnName } from './pasted-headings.ts';
import { rowFits } from './row-fits.ts';
import { recordText } from './record-text.ts';
import { REPEATS_DS1, sectionsRepeatingDs1 } from './repeated-state.ts';
import { STALE, staleMessage } from './stale-mark.ts';
import { boundedIssues, createIssueLog, type IssueLog } from '../parse/lines.ts';
import { quoteLine } from '../parse/quote-line.ts';
import { bySession, sharedSessions, type Who } from './session-groups.ts';
import { ownTables, sledsWithin } from './table-owner.ts';
import { orderIssues } from './time-order.ts';

/** The tables of a text, whose headings may be those of other scripts and tools. */
export function pastedSections(text: string): ProbeTable {
  return parseProbeTable(plainCmonText(text), undefined, {
    nameOf: pastedColumnName,
    fits: rowFits,
  });
}

/**
 * Reads a table under headings. Of a status table the last row of each session counts, since these scripts print in
 * the order of time; rows without a session's id are all kept: they may be of several disks. Of a table of counts the
 * rows of the last interval, or with `totals` their sums. How many rows are left out is said; `older` keeps them.
 */
export function readPastedTable(probe: ProbeSpec, text: string, settings: PasteSettings): Pasted {
  const record = recordText(text);
  const table = pastedSections(record.text);
  const { own, issues: strangers } = ownTables(probe, table.sections);
  const issues: Issue[] = [...record.issues, ...table.issues, ...strangers];
  const repeating = sectionsRepeatingDs1(own);
  if (repeating.size > 0) issues.push({ code: 'warning', message: REPEATS_DS1 });
  const log = createIssueLog();
  const sections = own.map((section) =>
    withoutCutColumn(withoutMark(repeating.has(section) ? withoutDs2(section) : section), log),
  );
  issues.push(...log.all(), ...sledsWithin(sections));
  const stale = sections.flatMap(({ rows }) => rows).filter((row) => row['note'] === STALE).length;
  if (stale > 0) issues.push({ code: 'warning', message: staleMessage(stale) });
  const repeated = probe.takes.counts === true ? repeatedOwners(probe, sections) : 0;
  if (repeated > 0) issues.push({ code: 'contradiction', message: repeatedMessage(repeated) });
  const chosen =
    probe.takes.counts === true
      ? countedRows(probe, sections, settings, repeated > 0)
      : newestRows(sections, settings);
  const rows = sections.flatMap((section) => section.rows);
  const shared = boundedIssues(sharedSessions(rows.map(whoOf)));
  const order = orderIssues(
    rows.map((values) => ({ pid: values['pid'], session: values['session_id'], values })),
  );
  return { ...chosen, issues: [...issues, ...shared, ...order], hasHeadings: own.length > 0 };
}

function whoOf({ zone, pid, upstairs_id: upstairs, session_id: session }: Row): Who {
  return {
    zone: typeof zone === 'string' ? zone : null,
    pid: typeof pid === 'number' ? pid : null,
    upstairsId: typeof upstairs === 'string' ? upstairs : null,
    sessionId: typeof session === 'string' ? session : null,
  };
}

function withoutDs2(section: ProbeSection): ProbeSection {
  return { ...section, rows: section.rows.map((row) => ({ ...row, ds2: null })) };
}

/** The mark as a note. */
function withoutMark(section: ProbeSection): ProbeSection {
  if (!section.columns.includes(MARK)) return section;
  const rows = section.rows.map(({ [MARK]: mark, ...row }) => (mark === '*' ? { ...row, note: STALE } : row));
  return { columns: section.columns.filter((name) => name !== MARK), rows };
}

/** Without the column at which the text was cut: its numbers may be parts of numbers. */
function withoutCutColumn(section: ProbeSection, log: IssueLog): ProbeSection {
  const cut = section.columns.at(-1);
  if (cut === undefined || !isCutName(cut)) return section;
  log.add(
    'warning',
    `the table is cut at its right, within the heading ${quoteLine(cut.toUpperCase())}: that column is left out`,
  );
  const without = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([name]) => name !== cut));
  return { columns: section.columns.slice(0, -1), rows: section.rows.map((row) => without(row)) };
}

interface Chosen {
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

/** The note of a row that a later one of the same session, or of a later interval, follows. */
const OLDER = 'older';

function newestRows(sections: readonly ProbeSection[], settings: PasteSettings): Chosen {
  const all = sections.flatMap((section) => section.rows);
  const named = all.filter(isNamed);
  const nameless = all.length - named.length;
  // A session stands where its first row did.
  const lasts = new Map(bySession(named, whoOf).map(({ reports }) => [reports[0], reports.at(-1)]));
  const newest = all.flatMap((row): readonly Row[] => {
    const last = isNamed(row) ? lasts.get(row) : row;
    return last === undefined ? [] : [last];
  });
  const notes =
    nameless > 1
      ? [
          `${nameless} rows name no session: each may be a disk of its own, or a later state of one; all are shown`,
        ]
      : [];
  if (settings.older) return { rows: markOlder(all, new Set(newest)), notes };
  const left = all.length - newest.length;
  if (left > 0) {
    const rows = left === 1 ? '1 older row' : `${left} older rows`;
    notes.push(`${rows} of the same sessions left out; --older shows them`);
  }
  return { rows: newest, notes };
}

function isNamed(row: Row): boolean {
  return typeof row['session_id'] === 'string';
}

/** Rows beyond the one that a process has in an interval. */
function repeatedOwners(probe: ProbeSpec, sections: readonly ProbeSection[]): number {
  const repeated = sections.map(({ rows }) => {
    const owned = rows.filter(hasOwner);
    return owned.length - new Set(owned.map((row) => keyOf(probe, row))).size;
  });
  return repeated.reduce((sum, each) => sum + each, 0);
}

function repeatedMessage(count: number): string {
  const rows = count === 1 ? '1 row is' : `${count} rows are`;
  return `${rows} of a process that has another under the same headings, which stand above each interval: headings are missing, or the rows were sorted, or are of several sleds; all are shown`;
}

/**
 * A process without a row in the last interval is said to be idle. Rows without an owner are an interval each. All are
 * shown where it is not clear which the last interval is.
 */
function countedRows(
  probe: ProbeSpec,
  sections: readonly ProbeSection[],
  settings: PasteSettings,
  areUnclear: boolean,
): Chosen {
  const all = sections.flatMap((section) => section.rows);
  const last = sections.at(-1)?.rows ?? [];
  if (settings.older) return { rows: markOlder(all, new Set(areUnclear ? all : last)), notes: [] };
  if (settings.totals) {
    const sums = new Map<string, Row>();
    for (const row of all) {
      const before = sums.get(keyOf(probe, row));
      sums.set(keyOf(probe, row), before === undefined ? row : addedRows(probe.key, before, row));
    }
    return { rows: [...sums.values()], notes: [] };
  }
  if (areUnclear) return { rows: all, notes: [] };
  const owned = new Map<string, Row>();
  for (const row of all.filter(hasOwner)) owned.set(keyOf(probe, row), idleRow(probe, row));
  for (const row of last.filter(hasOwner)) owned.set(keyOf(probe, row), row);
  const ownerless = all.filter((row) => !hasOwner(row));
  const notes =
    ownerless.length > 1
      ? [`${ownerless.length} rows name no process: each is an interval of its own; --totals adds them`]
      : [];
  const earlier = all.filter(hasOwner).length - last.filter(hasOwner).length;
  if (earlier > 0) {
    const rows = earlier === 1 ? '1 row' : `${earlier} rows`;
    notes.push(`${rows} of earlier intervals left out; --totals adds them, --older shows them`);
  }
  return { rows: [...ownerless, ...owned.values()], notes };
}

function markOlder(rows: readonly Row[], newest: ReadonlySet<Row>): readonly Row[] {
  return rows.map((row) => {
    if (newest.has(row)) return row;
    return { ...row, note: typeof row['note'] === 'string' ? `${row['note']}; ${OLDER}` : OLDER };
  });
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
