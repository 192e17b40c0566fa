import { chronicleOf, type Chronicle, type SessionLife } from '../../history/chronicle.ts';
import { headOf, readLines } from '../../history/history-file.ts';
import { damagedText, historyReport } from '../../history/history-report.ts';
import { HISTORY_COLUMNS } from '../../history/history-rows.ts';
import { isSledCalled } from '../../history/known-sleds.ts';
import { lifeLines } from '../../history/life-lines.ts';
import { HISTORY_VERSION } from '../../history/line-text.ts';
import { SUMMARY_COLUMNS, summaryRows } from '../../history/summary-rows.ts';
import { ASCII, UNICODE } from '../../history/timeline.ts';
import { coverageLines } from '../../drawing/summary.ts';
import { FleetError } from '../../model/error.ts';
import { globMatcher } from '../../model/glob.ts';
import { readTime } from '../../model/time-words.ts';
import { zonePattern } from '../../model/zone-name.ts';
import { exitCodeOfReport } from '../exit-code.ts';
import { inventoryIfThere, openHistory, type HistoryOptions } from './open-history.ts';
import type { FactFilterOptions } from '../options/fact-filter-options.ts';
import type { FactFilter } from '../place/fact-filter.ts';
import { printable } from '../../model/printable.ts';
import { checkColumns, printReport, type OutputOptions } from '../options/output-options.ts';
import { sayLines } from '../options/say-lines.ts';
import type { Surroundings } from '../surroundings.ts';

export type HistoryCommandOptions = HistoryOptions &
  FactFilterOptions &
  OutputOptions & { readonly since: string; readonly summary?: boolean; readonly ascii?: boolean };

/** Prints the lives of what was named, and gives the exit status. */
export async function showHistory(
  subject: string | null,
  options: HistoryCommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  const isSummary = options.summary === true;
  checkColumns(isSummary ? SUMMARY_COLUMNS : HISTORY_COLUMNS, options);
  const now = surroundings.now().getTime();
  const since = timeOf('--since', options.since, now);
  const { path } = await openHistory(options, await inventoryIfThere(options, surroundings), surroundings);
  const filter = await openFactFilter(options, surroundings);
  const chronicle = await readChronicle(path, since);
  const sessions = sessionsOfFilter(filter, sessionsNamed(subject, chronicle));
  // Of what a filter leaves, only where that was.
  const called =
    filter !== null ? new Set<string>() : subject === null ? null : sledsNamed(subject, chronicle.life);
  const about = { name: subject ?? 'all', filter: filter?.text ?? null, called };
  const whole = historyReport(sessions, chronicle, about, since);
  if (isSummary) {
    const rows = summaryRows({ ...chronicle, sessions }, { since, now });
    const named = new Set(whole.outcomes.map(({ sled }) => sled.id));
    const shown = rows.filter(({ sled }) => sled === null || named.has(String(sled)));
    const report = { ...whole, columns: SUMMARY_COLUMNS, rows: shown, rowsBeforeFilter: shown.length };
    await printReport(report, options, surroundings);
    return exitCodeOfReport(report);
  }
  const report = whole;
  if (options.output !== 'table' || options.columns !== undefined) {
    await printReport(report, options, surroundings);
    return exitCodeOfReport(report);
  }
  const { out, err } = surroundings.terminal;
  const width = out.width();
  const palette = options.ascii === true || !seesUnicode(surroundings) ? ASCII : UNICODE;
  const view = {
    since,
    now,
    width: width === null ? null : Math.min(width, 120),
    palette,
    onlyTelling: subject === null && filter === null,
  };
  sayLines(out, lifeLines(sessions, chronicle, view), '    ');
  const of = filter === null ? '' : `; ${printable(filter.text)}`;
  if (options.quiet !== true) err.write(`${report.selection}${of}\n`);
  sayLines(err, coverageLines(report));
  return exitCodeOfReport(report);
}

/** A time that an option or argument gives. Throws `usage`. */
export function timeOf(option: string, text: string, now: number): number {
  const read = readTime(text, now);
  if ('ms' in read) return read.ms;
  throw new FleetError('usage', `${option}: ${read.problem}`);
}

/** Reads a history. Rejects with `state` where there is none that this program reads. */
export async function readChronicle(path: string, since: number): Promise<Chronicle> {
  await requireHistory(path);
  return await chronicleOf(readLines(path), since);
}

export async function requireHistory(path: string): Promise<void> {
  let head: Awaited<ReturnType<typeof headOf>>;
  try {
    head = await headOf(path);
  } catch (cause) {
    throw new FleetError('state', `the history ${path} cannot be read`, { cause });
  }
  switch (head?.is) {
    case 'ours':
      return;
    case undefined:
      throw new FleetError(
        'state',
        `there is no history yet at ${path}; check and ds-state --keep write it; or name another file with --history`,
      );
    case 'newer':
      throw new FleetError(
        'state',
        `the history ${path} is of version ${head.version}, and this cruc-fleet reads up to ${HISTORY_VERSION}; use the one that wrote it`,
      );
    case 'foreign':
      throw new FleetError(
        'state',
        `${path} is not a history of cruc-fleet; name another file with --history`,
      );
  }
}

/** The sessions that somebody means by a sled, a zone, or the beginning of an id. Throws `usage` where there are none. */
function sessionsNamed(
  subject: string | null,
  { sessions, life, damaged }: Chronicle,
): readonly SessionLife[] {
  if (subject === null) return sessions;
  const term = subject.toLowerCase();
  const sleds = sledsNamed(subject, life);
  const matchesZone = globMatcher(zonePattern(subject));
  const named = sessions.filter(
    ({ who }) =>
      sleds.has(who.sled) ||
      matchesZone(who.zone) ||
      (term.length >= 4 &&
        [who.upstairsId, who.sessionId].some((id) => id?.toLowerCase().startsWith(term) === true)),
  );
  if (named.length > 0 || sleds.size > 0) return named;
  if (damaged > 0) {
    throw new FleetError(
      'state',
      `nothing is called '${subject}' in what can be read of the history, and ${damagedText(damaged)}: it may have been there`,
    );
  }
  throw new FleetError(
    'usage',
    `nothing in the history is called '${subject}' in that time; give a sled (3/14), a zone, or the beginning of an upstairs or session id (4 characters or more), or go back further with --since`,
  );
}

/** Loaded only where a disk or an instance is named. */
async function openFactFilter(
  options: FactFilterOptions,
  surroundings: Surroundings,
): Promise<FactFilter | null> {
  if (options.disk === undefined && options.instance === undefined) return null;
  const [{ createFactBase }, { factFilter }, { openFacts }] = await Promise.all([
    import('../../facts/fact-base.ts'),
    import('../place/fact-filter.ts'),
    import('../place/open-facts.ts'),
  ]);
  return factFilter(createFactBase(await openFacts(surroundings)), options);
}

/** Throws `usage` where none is left. */
function sessionsOfFilter(
  filter: FactFilter | null,
  sessions: readonly SessionLife[],
): readonly SessionLife[] {
  if (filter === null) return sessions;
  const left = sessions.filter(({ who }) => who.upstairsId !== null && filter.keeps(who.upstairsId));
  if (left.length > 0) return left;
  throw new FleetError(
    'usage',
    `nothing in the history of that time is of ${printable(filter.text)}; go back further with --since`,
  );
}

function sledsNamed(text: string, { sleds }: Chronicle['life']): ReadonlySet<string> {
  return new Set([...sleds].filter(([id, name]) => isSledCalled(text, id, name)).map(([id]) => id));
}

/** Whether the terminal's locale has characters beyond ASCII. */
function seesUnicode({ env }: Surroundings): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((each) => (each ?? '') !== '');
  return /utf-?8/i.test(locale ?? '');
}
