import { formatDuration } from '../model/duration.ts';
import { describeError } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import { coverageOf, type FailedOutcome, type FleetReport, type SledOutcome } from '../model/report.ts';
import { cubbyOrName } from '../model/sled.ts';
import { foldSleds } from '../model/sled-fold.ts';

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
  if (coverage.withIssues > 0) parts[0] += ` (${coverage.withIssues} in part: data incomplete)`;
  if (report.interrupted) parts.unshift('interrupted, incomplete');
  // Only where health is judged is a row an upstairs.
  if (report.healthCounts !== null) parts.push(upstairsPart(report));
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
  const silent = report.healthCounts?.['no_report'] ?? 0;
  const upstairs = report.rowsBeforeFilter - silent;
  const counts = Object.entries(report.healthCounts ?? {}).map(([health, count]) => `${count} ${health}`);
  const text = `${upstairs} upstairs`;
  return counts.length === 0 ? text : `${text}: ${counts.join(', ')}`;
}

/**
 * A line for each sled that failed, or answered in part; none when every sled answered in full. Sleds that failed
 * for the same reason, but for their address, share a line, so that a rack without its gateway is one line.
 */
export function coverageLines(report: FleetReport): readonly string[] {
  const failures = new Map<string, FailedOutcome[]>();
  for (const outcome of report.outcomes) {
    if (outcome.status !== 'failed') continue;
    const reason = reasonWithoutAddress(outcome);
    failures.set(reason, [...(failures.get(reason) ?? []), outcome]);
  }
  const failed = [...failures].map(([reason, outcomes]) => {
    const [only, ...others] = outcomes;
    if (only === undefined || others.length > 0) {
      return `no answer from ${foldSleds(outcomes.map((outcome) => outcome.sled))} (${outcomes.length} sleds): ${reason}`;
    }
    return `no answer from ${sledText(only)}: ${failureText(only)}`;
  });
  const inPart = report.outcomes.flatMap((outcome) =>
    outcome.status === 'answered'
      ? outcome.issues.map((issue) => `answer in part from ${sledText(outcome)}: ${printable(issue.message)}`)
      : [],
  );
  return [...failed, ...inPart];
}

/** As `coverageLines`, at most so many of answers in part; every sled that did not answer is still named. */
export function coverageLinesUpTo(report: FleetReport, limit: number): readonly string[] {
  const lines = (status: SledOutcome['status']) =>
    coverageLines({ ...report, outcomes: report.outcomes.filter((outcome) => outcome.status === status) });
  const inPart = lines('answered');
  const more = inPart.length - limit;
  return [
    ...lines('failed'),
    ...inPart.slice(0, limit),
    ...(more > 0 ? [`and ${more} more answers in part`] : []),
  ];
}

/** `connect, refused: nothing listens at …`: the stage, the code for programs, and why. */
function failureText(outcome: FailedOutcome): string {
  return printable(`${outcome.stage}, ${outcome.error.code}: ${describeError(outcome.error)}`);
}

function reasonWithoutAddress(outcome: FailedOutcome): string {
  const { address } = outcome;
  return address === undefined
    ? failureText(outcome)
    : failureText(outcome).replaceAll(address, 'its address');
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
