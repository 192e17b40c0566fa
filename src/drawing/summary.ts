import { formatDuration } from '../model/duration.ts';
import { groupBy } from '../model/group-by.ts';
import { printable } from '../model/printable.ts';
import { coverageOf, type FleetReport, type SledOutcome } from '../model/report.ts';
import { cubbyOrName } from '../model/sled.ts';
import { foldSleds } from '../model/sled-fold.ts';
import { foldFailures } from './failure-fold.ts';

/**
 * What every reader must know beside the rows: how many of the selected sleds answered, how many upstairs there
 * are and how they do; then a line for each sled that did not answer, and for each whose answer is not whole.
 */
export function summaryLines(report: FleetReport): readonly string[] {
  return [summaryLine(report), ...coverageLines(report)];
}

function summaryLine(report: FleetReport): string {
  const coverage = coverageOf(report);
  const parts = [
    `${coverage.answered} of ${coverage.selected} ${plural('sled', coverage.selected)} answered`,
  ];
  if (coverage.withIssues > 0) parts[0] += ` (${coverage.withIssues} partial: data incomplete)`;
  if (report.interrupted) parts.unshift('interrupted, incomplete');
  // Only where health is judged is a row an upstairs.
  if (report.healthCounts !== null) parts.push(upstairsPart(report));
  const idle = idlePart(report);
  if (idle !== null) parts.push(idle);
  if (report.filter !== null) parts.push(`${shownCount(report)} shown (${report.filter})`);
  parts.push(formatDuration(report.finishedAt.getTime() - report.startedAt.getTime()));
  return `${report.selection}: ${parts.join('; ')}`;
}

function shownCount(report: FleetReport): string {
  return report.shape === 'distributions'
    ? `${report.distributions.length} ${plural('distribution', report.distributions.length)}`
    : String(report.rows.length);
}

function upstairsPart(report: FleetReport): string {
  return upstairsCounts(report.healthCounts ?? {}, report.rowsBeforeFilter);
}

/**
 * `19 upstairs: 1 repairing, 18 ok; 2 processes without a report`: the parts add up to their total. Of `rows` those
 * that have no health are counted as such.
 */
export function upstairsCounts(counts: Readonly<Record<string, number>>, rows: number): string {
  const { no_report: unheard = 0, no_probes: unseen = 0, ...judged } = counts;
  const silent = unheard + unseen;
  const parts = Object.entries(judged);
  const unjudged = rows - silent - parts.reduce((sum, [, count]) => sum + count, 0);
  if (unjudged > 0) parts.push(['not judged', unjudged]);
  const words = parts.map(([health, count]) => `${count} ${health}`).join(', ');
  const text = `${rows - silent} upstairs${words === '' ? '' : `: ${words}`}`;
  return silent === 0
    ? text
    : `${text}; ${silent} ${silent === 1 ? 'process' : 'processes'} without a report`;
}

/** That nothing runs that the probe could have seen, which is not the same as nothing that was seen. */
function idlePart(report: FleetReport): string | null {
  const answered = report.outcomes.filter((outcome) => outcome.status === 'answered');
  const of = answered[0]?.running?.of;
  if (of === undefined || answered.some(({ running }) => running?.count !== 0)) return null;
  if (answered.some(({ rows, distributions }) => rows.length + distributions.length > 0)) return null;
  const where = answered.length === report.outcomes.length ? 'the selected sleds' : 'the sleds that answered';
  return `no Crucible ${of} process runs on ${where}`;
}

/**
 * A line for each sled that failed or gave a partial answer; none when every sled answered in full. Sleds that failed
 * for the same reason, but for their address, share a line, so that a rack without its gateway is one line; so do those
 * whose answers lack the same.
 */
export function coverageLines(report: FleetReport): readonly string[] {
  const failures = report.outcomes.filter((outcome) => outcome.status === 'failed');
  const failed = foldFailures(failures).map(
    ({ outcomes, reason }) => `no answer from ${sledsText(outcomes)}: ${reason}`,
  );
  const inPart = partialAnswers(report.outcomes).map(
    ([message, outcomes]) => `partial answer from ${sledsText(outcomes)}: ${message}`,
  );
  const ofNoSled = (report.issues ?? []).map((issue) => `incomplete: ${printable(issue.message)}`);
  const old = failures.filter(({ earlier }) => earlier !== undefined);
  const shown =
    old.length === 0
      ? []
      : [`an older answer is shown, with its age, of ${foldSleds(old.map(({ sled }) => sled))}`];
  return [...failed, ...shown, ...inPart, ...ofNoSled];
}

/** As `coverageLines`, at most so many of partial answers; every sled that did not answer is still named. */
export function coverageLinesUpTo(report: FleetReport, limit: number): readonly string[] {
  const lines = (status: SledOutcome['status']) =>
    coverageLines({ ...report, outcomes: report.outcomes.filter((outcome) => outcome.status === status) });
  const inPart = lines('answered');
  const more = inPart.length - limit;
  return [
    ...lines('failed'),
    ...inPart.slice(0, limit),
    ...(more > 0 ? [`and ${more} more partial answers`] : []),
  ];
}

/** What answers lack, and the sleds that lack it, in the order of the first of each. */
function partialAnswers(
  outcomes: readonly SledOutcome[],
): readonly (readonly [string, readonly SledOutcome[]])[] {
  const all = outcomes.flatMap((outcome) =>
    outcome.status === 'answered'
      ? outcome.issues.map(({ message }) => ({ outcome, message: printable(message) }))
      : [],
  );
  return [...groupBy(all, ({ message }) => message)].map(([message, of]) => [
    message,
    [...new Set(of.map(({ outcome }) => outcome))],
  ]);
}

function sledsText(outcomes: readonly SledOutcome[]): string {
  const [only, ...others] = outcomes;
  return only !== undefined && others.length === 0
    ? sledText(only)
    : `${foldSleds(outcomes.map(({ sled }) => sled))} (${outcomes.length} sleds)`;
}

function sledText(outcome: SledOutcome): string {
  const { sled } = outcome;
  return sled.cubby === null || cubbyOrName(sled) === sled.name
    ? sled.id
    : `${sled.id} (cubby ${sled.cubby})`;
}

function plural(noun: string, count: number): string {
  return count === 1 ? noun : `${noun}s`;
}
