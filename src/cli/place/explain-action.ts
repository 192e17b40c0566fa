import { styleText } from 'node:util';
import type { Evidence } from '../../explain/evidence.ts';
import { explanationOf } from '../../explain/explain.ts';
import { EXPLAIN_COLUMNS, explainRows } from '../../explain/explain-rows.ts';
import type { Line } from '../../explain/line.ts';
import { pageLines } from '../../explain/page.ts';
import { toldCopies } from '../../explain/read-lines.ts';
import { coverageLines, summaryLines } from '../../drawing/summary.ts';
import { isPlaced } from '../../facts/place-rows.ts';
import { SLED_COLUMNS } from '../../fleet/merge.ts';
import { FleetError, describeError } from '../../model/error.ts';
import type { FleetReport } from '../../model/report.ts';
import { EXIT, exitCodeOfReport } from '../exit-code.ts';
import { openRounds, type Rounds } from '../ask/rounds.ts';
import { checkColumns, printReport } from '../options/output-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { askToExplain, slogFacts } from './explain-ask.ts';
import { evidenceOf } from './explain-evidence.ts';
import type { Past } from './explain-history.ts';
import { logQuestions, lostOf, traceQuestions, type Questions } from './explain-questions.ts';
import { NOTHING_TOLD, withMore, type Told } from './explain-told.ts';
import type { ExplainOptions } from './explain-options.ts';
import { drawInterim } from './explain-screen.ts';
import { placeReport } from './place-report.ts';
import { placesNamed, type NamedPlaces, type PlacedUpstairs } from './named-places.ts';
import { sayLines } from '../options/say-lines.ts';
import { sayNothingFound } from './nothing-found.ts';

/** One upstairs with its page. */
interface Explained {
  readonly upstairs: PlacedUpstairs;
  readonly evidence: Evidence;
  readonly lines: readonly Line[];
}

/** Puts together what is known of why an upstairs is as it is; gives the exit status. */
export async function explain(
  word: string | undefined,
  options: ExplainOptions,
  surroundings: Surroundings,
): Promise<number> {
  checkColumns([...SLED_COLUMNS, ...EXPLAIN_COLUMNS], options);
  const hasFilter = options.disk !== undefined || options.instance !== undefined;
  if (word === undefined && !hasFilter) {
    throw new FleetError('usage', 'name an upstairs, a zone or a disk, or give --disk or --instance');
  }
  const subject = { word: word ?? null, filter: hasFilter ? options : null };
  const rounds = openRounds(surroundings);
  let named: NamedPlaces;
  let told: Told;
  let past: Past;
  try {
    const first = await placesNamed(subject, options, surroundings, rounds);
    past = await readPast(options, surroundings);
    ({ named, told } = await askMore(first, past, options, surroundings, rounds));
  } finally {
    await rounds.close();
  }
  const explained = named.placed.map((upstairs): Explained => {
    const evidence = evidenceOf(upstairs, named, told, past, options);
    return { upstairs, evidence, lines: explanationOf(evidence) };
  });
  const report = reportOf(named, told, explained, options.sortBy ?? []);
  if (explained.length === 0)
    sayNothingFound(word ?? 'what you named', report, named.nameless, options, surroundings);
  await print(report, explained, options, surroundings);
  const status = exitCodeOfReport(report);
  return status === EXIT.ok &&
    (explained.length === 0 || !explained.every((each) => isExplained(each, options)))
    ? EXIT.incomplete
    : status;
}

/** Asks for the logs of what is lost, then for traces, and at last for the logs of what only a trace placed. */
async function askMore(
  first: NamedPlaces,
  past: Past,
  options: ExplainOptions,
  surroundings: Surroundings,
  rounds: Rounds,
): Promise<{ readonly named: NamedPlaces; readonly told: Told }> {
  if (first.run.interrupted || first.asked?.run.interrupted === true)
    return { named: first, told: NOTHING_TOLD };
  const ask = async (questions: Questions, isDrawn = false) =>
    await askToExplain(questions, options, surroundings, first, rounds, isDrawn);
  const logs = await ask(logQuestions(first, options, NOTHING_TOLD));
  const traces = traceQuestions(first, options);
  if (traces.size === 0 || isInterrupted(logs)) return { named: first, told: logs };
  const page = pageOf(first, { ...logs, isTracing: true }, past, options);
  const interim = drawInterim(page, options, surroundings);
  try {
    const told = withMore(logs, await ask(traces, interim !== null));
    if (isInterrupted(told)) return { named: first, told };
    const named = first.with(slogFacts(first, told));
    const more = await ask(logQuestions(named, options, told), interim !== null);
    return { named, told: withMore(told, more) };
  } finally {
    interim?.close();
  }
}

function isInterrupted({ runs }: Told): boolean {
  return runs.some(({ interrupted }) => interrupted);
}

/** What the history says, where there is one. */
async function readPast(options: ExplainOptions, surroundings: Surroundings): Promise<Past> {
  const { repairHistory } = await import('../run/repair-history.ts');
  try {
    const chronicle = await repairHistory(true, options, surroundings);
    return { chronicle, why: chronicle === null ? 'there is no history that can be read' : null };
  } catch (error) {
    if (options.history !== undefined || !(error instanceof FleetError)) throw error;
    return { chronicle: null, why: describeError(error) };
  }
}

function pageOf(named: NamedPlaces, told: Told, past: Past, options: ExplainOptions): readonly Line[] {
  return named.placed.flatMap((upstairs) => explanationOf(evidenceOf(upstairs, named, told, past, options)));
}

/** A row for each sentence. */
function reportOf(
  { run, asked }: NamedPlaces,
  told: Told,
  explained: readonly Explained[],
  sortBy: readonly string[],
): FleetReport {
  const rows = explained.flatMap(({ upstairs: { place, own, cells }, lines }) =>
    explainRows(lines, { upstairsId: place.upstairsId, ...own }).map((row) => ({ ...cells, ...row })),
  );
  const later = [...(asked === null ? [] : [asked.run]), ...told.runs];
  return placeReport(run, later, { name: 'explain', columns: EXPLAIN_COLUMNS, rows, sortBy });
}

/** As a page where nobody asked for columns, else as every report. */
async function print(
  report: FleetReport,
  explained: readonly Explained[],
  options: ExplainOptions,
  surroundings: Surroundings,
): Promise<void> {
  if (options.output !== 'table' || options.columns !== undefined || options.sortBy !== undefined)
    return await printReport(report, options, surroundings);
  const { out, err } = surroundings.terminal;
  const bold = (text: string): string =>
    out.color ? styleText('bold', text, { validateStream: false }) : text;
  for (const [at, { lines }] of explained.entries()) {
    if (at > 0) out.write('\n');
    for (const text of pageLines(lines, out.width(), bold)) out.write(`${text}\n`);
    await out.room();
  }
  sayLines(err, options.quiet === true ? coverageLines(report) : summaryLines(report));
}

/** Every copy that is not active was placed, and of every lost one all was read that was to be. */
function isExplained({ upstairs, evidence }: Explained, { trace }: ExplainOptions): boolean {
  const lost = new Set(lostOf(upstairs).map(({ index }) => index));
  return toldCopies(evidence).every(({ index, place, log, heard, state }) => {
    if (state === null || !isPlaced(place)) return false;
    if (!lost.has(index)) return true;
    return (!trace || heard.kind !== 'unread') && !('unread' in log);
  });
}
