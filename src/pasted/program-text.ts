import type { Issue } from '../model/issue.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { saysSomething } from '../parse/chatter.ts';
import { createIssueLog, eachLine } from '../parse/lines.ts';
import { jsonValues } from './json-values.ts';
import { readNamedWords } from '../parse/named-words.ts';
import type { Pasted, PasteSettings } from './paste.ts';
import { recordText } from './record-text.ts';
import { doubtsOfRecords, unwrapped } from './status-records.ts';

/** Lines that only scripts print that are run for programs: named values, and reports as JSON. */
const FOR_PROGRAMS = /^[ \t]*(?:(?:zone|interval|began_ns|ended_ns)=|[[{])/;

/**
 * Reads what the probe's script prints for programs, as a recording keeps it, and Crucible's own records, from which the
 * probe's table is made. Null where the text has nothing of the kind. No row is told to be of a session that came late or
 * went early: nothing says how long the script ran.
 */
export function readProgramText(probe: ProbeSpec, text: string, settings: PasteSettings): Pasted | null {
  if (probe.shape !== 'rows') return null;
  const record = recordText(text);
  const { objects, rest } = jsonValues(record.text);
  const log = createIssueLog();
  const named: string[] = [];
  // Other lines would be read by their columns, as version 0.1.0 printed them, and people write sentences.
  for (const { line, isOpen } of eachLine(rest)) {
    if (FOR_PROGRAMS.test(line) && mayBeOf(probe, line)) named.push(line + (isOpen ? '' : '\n'));
    else if (saysSomething(line)) {
      log.addLine('a line that is not of what a script prints for programs', line);
    }
  }
  const reports = objects.flatMap((object) => {
    const report = unwrapped(object);
    if (report === null) return [];
    const { wrapping, record: status, error } = report;
    return [JSON.stringify({ ...wrapping, status, ...(error === null ? {} : { error }) })];
  });
  const reading = probe.read(
    {
      stdout: [...reports.map((report) => `${report}\n`), ...named].join(''),
      stderr: '',
      exitStatus: 0,
      signalName: null,
    },
    {
      seconds: probe.seconds,
      interval: probe.interval,
      pid: null,
      volume: null,
      totals: settings.totals,
      rates: false,
      cut: true,
    },
  );
  if (reading.status === 'failure' || reading.rows.length === 0) return null;
  const issues: readonly Issue[] = [
    ...record.issues,
    ...reading.issues,
    ...log.all(),
    ...doubtsOfRecords(objects),
  ];
  const notes = settings.older ? ['older rows are not shown of what a script prints for programs'] : [];
  return { rows: reading.rows, issues, notes, hasHeadings: true };
}

/** Columns that rows of many scripts have. */
const COMMON: readonly string[] = [
  'zone',
  'pid',
  'volume',
  'type',
  'upstairs_id',
  'session_id',
  'health',
  'note',
];

/** Whether a row of named values has some that are the probe's; of counts, which are of one script, no others. */
function mayBeOf(probe: ProbeSpec, line: string): boolean {
  const words = readNamedWords(line, 'unreadable');
  if (words?.has('zone') !== true) return true;
  if (words.has('no_report') || words.has('unreadable')) return probe.takes.counts !== true;
  const names = probe.columns.map(({ name }) => name);
  const isOwn = names.some((name) => words.has(name) && !COMMON.includes(name));
  if (probe.takes.counts !== true) return isOwn;
  return (
    isOwn &&
    [...words.keys()].every((name) => names.includes(name)) &&
    probe.key.every((name) => words.has(name))
  );
}
