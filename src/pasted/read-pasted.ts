import type { Cell, Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { numberOrText } from '../parse/cell.ts';
import { parseGuestCounts, parseVolumeCounts, type CountText, type IoCount } from '../parse/counts.ts';
import { parseJsonLines } from '../parse/json-lines.ts';
import { createIssueLog } from '../parse/lines.ts';
import { createUnreadableLog } from '../parse/unreadable.ts';
import { UNREADABLE } from '../model/row-note.ts';
import { recordRow } from '../probes/upstairs-raw.ts';
import { jsonValues } from './json-values.ts';
import type { Pasted, PasteSettings } from './paste.ts';
import { readPastedLatencies } from './pasted-latency.ts';
import { readPastedStatus } from './pasted-status.ts';
import { pastedSections, readPastedTable } from './pasted-table.ts';
import { readProgramText } from './program-text.ts';
import { recordText } from './record-text.ts';
import { hostsOfRecords, unwrapped } from './status-records.ts';

/**
 * Reads the output of a probe's script, ours or one that is run by hand, of whatever version. A row lacks the columns
 * that the text does not have. What is of another script is an issue and no row. Never throws.
 */
export function readPasted(probe: ProbeSpec, text: string, settings: PasteSettings): Pasted {
  const read = readByHand(probe, text, settings);
  if (read.hasHeadings || read.rows.length + (read.distributions?.length ?? 0) > 0) return read;
  return readProgramText(probe, text, settings) ?? read;
}

function readByHand(probe: ProbeSpec, text: string, settings: PasteSettings): Pasted {
  switch (probe.name) {
    case 'ds-state':
    case 'lr-state':
      return readPastedStatus(probe.name, text);
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

/** Our records with zone, PID and time, and Crucible's own, one a line or printed over several. */
function readRecords(text: string): Pasted {
  const record = recordText(text);
  const { objects, rest, leftOut } = jsonValues(record.text);
  const issues: Issue[] = [...record.issues, ...parseJsonLines(rest).issues, ...hostsOfRecords(objects)];
  const log = createIssueLog();
  const unreadable = createUnreadableLog();
  const rows = objects.flatMap((object): readonly Row[] => {
    const wrapped = unwrapped(object);
    if (wrapped === null) {
      log.addLine('a JSON object that is not a record of an upstairs', JSON.stringify(object));
      return [];
    }
    const { record, error, wrapping } = wrapped;
    if (error !== null) unreadable.add(wrapping['zone'], wrapping['pid'], error);
    const status = record === null ? null : JSON.stringify(record);
    return [{ ...recordRow(wrapping), status, note: error === null ? null : `${UNREADABLE}${error}` }];
  });
  if (leftOut > 0) log.add('warning', `${leftOut} more records are left out`);
  return { rows, issues: [...issues, ...unreadable.all(), ...log.all()], notes: [], hasHeadings: false };
}

/** Our table, or what the script that is run by hand prints at its end: a count a line. */
function readCountsOrTable(
  probe: ProbeSpec,
  text: string,
  settings: PasteSettings,
  parse: (text: string) => CountText<IoCount>,
): Pasted {
  if (pastedSections(recordText(text).text).sections.length > 0)
    return readPastedTable(probe, text, settings);
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
