import type { Row } from '../model/column.ts';
import type { Issue } from '../model/issue.ts';
import { NO_PROBES, PRIVILEGES } from '../model/no-probes.ts';
import type { ProbeSettings, RowFinding, RunningCount } from '../model/probe.ts';
import type { Report } from '../parse/reports.ts';
import type { Running, RunningProcess } from '../parse/running.ts';
import { noReportFinding } from './upstairs-state.ts';

/** Which processes have whose probes. */
const COMMANDS = {
  upstairs: ['propolis-server', 'crucible-pantry'],
  downstairs: ['crucible-downstairs'],
} as const;

/** The note of a row that stands for a process that sent no report. */
export const NO_REPORT = 'no_report';

/** An upstairs reports each second: in so many of them one of several would have. */
const SURE_SECONDS = 3;
const SEVERAL = 2;

type Watched = keyof typeof COMMANDS;

/** How many processes of a kind ran, before or after; null where either list is lacking. */
export function countRunning(running: Running | null, of: Watched): RunningCount | null {
  if (running === null || running.before === null || running.after === null) return null;
  const pids = [...running.before, ...running.after].filter(isOf(of)).map(({ pid }) => pid);
  return { of, count: new Set(pids).size };
}

/** What a reader should know where nothing of a kind fired in a run that was limited to nothing. */
export function silenceNotes(
  running: Running | null,
  of: Watched,
  { pid, volume }: Pick<ProbeSettings, 'pid' | 'volume'>,
): readonly string[] {
  if (running === null) return [];
  if (running.whyNot !== null) {
    return [
      `nothing fired, and the processes could not be listed to say whether any runs: ${running.whyNot}`,
    ];
  }
  const count = countRunning(running, of)?.count ?? 0;
  // What is known of that is an issue, and no guess.
  if (running.seesProbes !== null) return [];
  if (count === 0 || pid !== null || volume !== null || !isOrdinary(running)) return [];
  return [
    `${of} processes run and nothing of theirs fired: they were idle, or this login may not see their probes ` +
      `(dtrace needs ${PRIVILEGES} for that, and reports no error without them)`,
  ];
}

/** That probes of so many processes could not be seen, as one issue of their sled. */
export function noProbesIssues(processes: number): readonly Issue[] {
  if (processes === 0) return [];
  const them = processes === 1 ? 'a process that runs' : `${processes} processes that run`;
  return [{ code: 'no_probes', message: `${NO_PROBES}; nothing is known of ${them}` }];
}

/** The same of a run in which nothing of a kind fired. */
export function hiddenIssues(running: Running | null, of: Watched): readonly Issue[] {
  if (running?.seesProbes !== false) return [];
  return noProbesIssues(countRunning(running, of)?.count ?? 0);
}

/** Processes with an upstairs that ran all the time and sent no report, as rows, and why that may be. */
export function unreported(
  running: Running | null,
  reports: readonly Pick<Report, 'pid'>[],
  { pid, seconds }: Pick<ProbeSettings, 'pid' | 'seconds'>,
): { readonly rows: readonly Row[]; readonly issues: readonly Issue[] } {
  if (running === null) return { rows: [], issues: [] };
  const stayed = stayedThroughout(running).filter((each) => pid === null || each.pid === pid);
  const reported = new Set(reports.map((report) => report.pid));
  const isBlind = running.seesProbes === false && reports.length === 0;
  const rows = stayed
    .filter((each) => !reported.has(each.pid))
    .map((each): Row => ({ zone: each.zone, pid: each.pid, note: isBlind ? NO_PROBES : NO_REPORT }));
  if (running.whyNot !== null) {
    const message = `the processes could not be listed: one that does not report may be missing: ${running.whyNot}`;
    return { rows, issues: [{ code: 'warning', message }] };
  }
  if (isBlind) return { rows, issues: noProbesIssues(rows.length) };
  // A pantry has an upstairs only while it works on a volume.
  const guests = stayed.filter(({ command }) => command === 'propolis-server').length;
  const isSure = pid === null && seconds >= SURE_SECONDS && guests >= SEVERAL && reports.length === 0;
  if (!isSure || !isOrdinary(running) || running.seesProbes !== null) return { rows, issues: [] };
  const message =
    `${guests} propolis processes run and none reported in ${seconds} s: unless all of them hang, this login sees ` +
    `no probe of theirs: ${PRIVILEGES} are needed`;
  return { rows, issues: [{ code: 'no_probes', message }] };
}

/** That a process did not report, of a row that says so in its note. */
export function unreportedFindings(row: Row): readonly RowFinding[] {
  return row['note'] === NO_REPORT ? [noReportFinding(row)] : [];
}

function stayedThroughout({ before, after }: Running): readonly RunningProcess[] {
  const still = new Set((after ?? []).filter(isOf('upstairs')).map(({ pid }) => pid));
  return (before ?? []).filter(isOf('upstairs')).filter(({ pid }) => still.has(pid));
}

function isOf(of: Watched): (process: RunningProcess) => boolean {
  const commands: readonly string[] = COMMANDS[of];
  return ({ command }) => commands.includes(command);
}

/** Root lacks no privilege. */
function isOrdinary({ login }: Running): boolean {
  return login !== null && login !== 0;
}
