import type { Cell, Row } from '../model/column.ts';
import { healthRank } from '../model/health.ts';
import type { Issue } from '../model/issue.ts';
import type { Pasted, PasteSettings } from './paste.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { numberOrText } from '../parse/cell.ts';
import { parseGuestCounts, parseVolumeCounts, type CountText, type IoCount } from '../parse/counts.ts';
import { isJsonObject, parseJsonLines, type JsonObject } from '../parse/json-lines.ts';
import { parseStatusDialects, type StatusKind } from './status-dialects.ts';
import { quoteLine, type StatusRow } from '../parse/status-rows.ts';
import { countersOf } from '../probes/lr-state.ts';
import { readPastedLatencies } from './pasted-latency.ts';
import { readPastedTable } from './pasted-table.ts';
import { statusCells } from '../kinds/status-probe.ts';
import { recordRow } from '../probes/upstairs-raw.ts';
import { statesOf } from '../kinds/upstairs-state.ts';

/**
 * Reads the output of a probe's script, ours or one that is run by hand, of whatever version. A row lacks the columns
 * that the text does not have. What is of another script is an issue and no row. Never throws.
 */
export function readPasted(probe: ProbeSpec, text: string, settings: PasteSettings): Pasted {
  switch (probe.name) {
    case 'ds-state':
    case 'lr-state':
      return readStatus(probe.name, text);
    case 'upstairs_raw':
      return readRecords(text);
    case 'tracegw':
      return readCountsOrTable(probe, text, settings, parseGuestCounts);
    case 'trace-vol':
      return readCountsOrTable(probe, text, settings, parseVolumeCounts);
    default:
      return probe.shape === 'distributions'
        ? readPastedLatencies(probe, text)
        : readPastedTable(probe, text, settings);
  }
}

/**
 * Rows of one session that differ make one row, the worst, whose note holds the others: the scripts that are run by
 * hand sort their rows, so that nothing tells which is the newest. Rows without ids are never made one: they may be
 * of several disks.
 */
function readStatus(kind: StatusKind, text: string): Pasted {
  const parsed = parseStatusDialects(text, kind);
  const issues: Issue[] = [...parsed.issues];
  const sessions = new Map<string, StatusRow[]>();
  for (const row of parsed.rows) {
    // A number is no zone: this is a row of counts, or of a script that prints no zone.
    if (/^\d+$/.test(row.zone)) {
      const words = [row.zone, row.pid, row.upstairsId, row.sessionId, ...row.values];
      const line = words.filter((word) => word !== null).join(' ');
      issues.push({ code: 'unparsed_line', message: `a line that is no row of ${kind}: ${quoteLine(line)}` });
      continue;
    }
    const id = JSON.stringify([row.zone, row.pid, row.upstairsId, row.sessionId]);
    const session = sessions.get(id);
    if (session === undefined) sessions.set(id, [row]);
    else session.push(row);
  }
  const cellsOf = (row: StatusRow): Row => {
    const values = kind === 'ds-state' ? statesOf(row, row.values, issues) : repairCells(row, issues);
    return { ...statusCells(row, values), zone: row.zone === '-' ? null : row.zone };
  };
  const rows = [...sessions.values()].flatMap((members): readonly Row[] => {
    const read = members.map((row) => ({ text: row.values.join('/'), cells: cellsOf(row) }));
    if (members.length === 1) return read.map(({ cells }) => cells);
    if (members[0]?.sessionId === null && members[0].upstairsId === null) {
      const note = `one of ${members.length} rows of this process: several disks, or one that changed`;
      return read.map(({ cells }) => noted(cells, note));
    }
    const [worst, ...others] = read.sort((a, b) => byHarm(a.cells, b.cells));
    if (worst === undefined) return [];
    const also = others.map(({ cells, text }) => shownValues(cells) ?? (text || 'no report')).join(' and ');
    return [noted(worst.cells, `also ${also}, and which is the newest is not known`)];
  });
  const hasHeadings = parsed.other.some((line) => /^\s*ZONE\s+PID\b/.test(line));
  return { rows, issues, notes: [], hasHeadings };
}

function noted(cells: Row, note: string): Row {
  return { ...cells, note: typeof cells['note'] === 'string' ? `${cells['note']}; ${note}` : note };
}

/** Worst health first; where none is known, the most repairs. */
function byHarm(a: Row, b: Row): number {
  return healthRank(a['health']) - healthRank(b['health']) || repairsIn(b) - repairsIn(a);
}

function repairsIn(cells: Row): number {
  const counts = Object.entries(cells).map(([name, cell]) =>
    name.startsWith('live_repair_') && typeof cell === 'number' ? cell : 0,
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** `live_repair/active/active`; null for a row of counters. */
function shownValues(cells: Row): string | null {
  if (Object.hasOwn(cells, 'live_repair_completed_0')) return null;
  const states = ['ds0', 'ds1', 'ds2'].map((name) => cells[name] ?? null);
  return states.includes(null) ? null : states.join('/');
}

const COUNTERS = 6;

/** Older scripts print no states after the counters, so that the session's health is not known. */
function repairCells(row: StatusRow, issues: Issue[]): Row {
  const states = row.values.slice(COUNTERS);
  const isKnown = row.noReport || states.length > 0;
  return {
    ...countersOf(row, issues),
    ...(isKnown ? statesOf(row, states, issues) : { ds0: null, ds1: null, ds2: null, health: null }),
  };
}

/** Fields of which every version's record has some. */
const RECORD_FIELDS = ['ds_state', 'up_count', 'next_job_id', 'ds_count'];

/** Our records with zone, PID and time, and those of the script that prints Crucible's own record alone. */
function readRecords(text: string): Pasted {
  const { values, issues: unread } = parseJsonLines(text);
  const issues = [...unread];
  const rows: Row[] = [];
  for (const value of values) {
    const record = isJsonObject(value['ok']) ? value['ok'] : value;
    if (isJsonObject(value['status']) || typeof value['error'] === 'string') rows.push(recordRow(value));
    else if (RECORD_FIELDS.some((name) => Object.hasOwn(record, name))) rows.push(bareRow(record));
    else {
      const message = `a JSON object that is no record of an upstairs: ${quoteLine(JSON.stringify(value))}`;
      issues.push({ code: 'unparsed_line', message });
    }
  }
  return { rows, issues, notes: [], hasHeadings: false };
}

function bareRow(record: JsonObject): Row {
  return { ...recordRow({}), status: JSON.stringify(record) };
}

/** Our table, or what the script that is run by hand prints at its end: a count a line. */
function readCountsOrTable(
  probe: ProbeSpec,
  text: string,
  settings: PasteSettings,
  parse: (text: string) => CountText<IoCount>,
): Pasted {
  const table = readPastedTable(probe, text, settings);
  if (table.hasHeadings) return table;
  const { counts, issues: unread } = parse(text);
  const issues = [...unread];
  const rows = new Map<string, Record<string, Cell>>();
  const seen = new Map<string, number>();
  const repeated = new Set<string>();
  for (const { keys, type, phase, count } of counts) {
    const what = JSON.stringify([keys, type]);
    // The second count of a kind starts a second row, and so on.
    const run = seen.get(what + phase) ?? 0;
    seen.set(what + phase, run + 1);
    if (run > 0) repeated.add(`${type} has several counts of ${phase}`);
    const id = `${what}${run}`;
    rows.set(id, { ...(rows.get(id) ?? { ...keys, type }), [phase]: numberOrText(String(count)) });
  }
  for (const said of repeated) {
    issues.push({ code: 'contradiction', message: `${said}, from several runs perhaps: they are not added` });
  }
  return { rows: [...rows.values()], issues, notes: [], hasHeadings: false };
}
