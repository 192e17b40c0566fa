import { statusOf, type Notice } from '../alert/incident.ts';
import { foldBySubject } from '../alert/incident-fold.ts';
import { upstairsCounts } from '../drawing/summary.ts';
import { dayText, isClockSet } from '../model/clock-set.ts';
import { isWithoutProbes } from '../model/no-probes.ts';
import { coverageOf, type FleetReport } from '../model/report.ts';
import { sledsWord } from './mail-subject.ts';

/** What was seen and what was not, in a sentence; `report` is that of the group's racks. */
export function situationOf(notice: Notice, report: FleetReport, now: number): string {
  const answers = [
    answeredText(notice, report),
    ...quietText(notice),
    ...troublesText(notice),
    ...clockText(now),
  ].join('; ');
  const isAllWell = notice.kind === 'all_well' && notice.level === 'ok' && isWhole(notice, report);
  return isAllWell ? `${answers}; ${upstairsText(report)}.` : `${answers}.`;
}

function answeredText({ coverage }: Notice, report: FleetReport): string {
  const { answered, selected } = coverage;
  const { withIssues } = coverageOf(report);
  const inPart = withIssues === 0 ? '' : ` (${withIssues} partial)`;
  const silent = selected - answered;
  const rest =
    silent <= 0 ? '' : `; ${silent} did not, so nothing is known about ${silent === 1 ? 'it' : 'them'}`;
  return `${answered} of ${selected} ${sledsWord(selected)} answered${inPart}${rest}`;
}

function clockText(now: number): readonly string[] {
  if (isClockSet(now)) return [];
  return [
    `the clock of the machine that runs cruc-fleet is not set (it shows ${dayText(now)}), so no times or ages are known`,
  ];
}

/** They are told below, where the rest is folded. */
function troublesText({ troubles }: Notice): readonly string[] {
  if (troubles.length === 0) return [];
  return [
    troubles.length === 1
      ? 'the check itself has a problem'
      : `the check itself has ${troubles.length} problems`,
  ];
}

/** What is not open for sure and not well either. */
function quietText(notice: Notice): readonly string[] {
  const words = [
    ['unknown', 'open but not seen in this run'],
    ['clearing', 'clearing'],
    ['pending', 'pending'],
    ['silenced', 'silenced'],
  ] as const;
  return words.flatMap(([status, word]) => {
    const incidents = notice.incidents.filter((each) => statusOf(each) === status);
    const count = foldBySubject(incidents, (each) => each).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
}

function isWhole({ coverage }: Notice, report: FleetReport): boolean {
  const seen = coverageOf(report);
  return coverage.answered === coverage.selected && seen.failed === 0 && seen.withIssues === 0;
}

/** `123 upstairs: 120 ok, 3 inactive`; processes without a report apart. */
function upstairsText(report: FleetReport): string {
  const counts = new Map<string, number>();
  let rows = 0;
  for (const outcome of report.outcomes) {
    if (outcome.status === 'failed') continue;
    for (const row of outcome.rows) {
      rows++;
      const { health } = row;
      const word = isWithoutProbes(row) ? 'no_probes' : health;
      if (typeof word === 'string') counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  if (rows === 0) return 'no upstairs';
  return upstairsCounts(Object.fromEntries([...counts].sort((a, b) => b[1] - a[1])), rows);
}
