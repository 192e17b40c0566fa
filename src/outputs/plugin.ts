import type { Column, Row } from '../model/column.ts';
import { beganAt, statusOf, type CheckResult, type Incident, type MailsWaiting } from '../alert/incident.ts';
import { isClockSet } from '../model/clock-set.ts';
import { printable } from '../model/printable.ts';
import { coverageOf, type FleetReport } from '../model/report.ts';
import { RULE_NAMES } from '../alert/rules/index.ts';
import type { Level } from '../model/level.ts';
import { inBlocks, withPlace } from '../alert/placed-incidents.ts';
import { cut, foldBySubject } from '../alert/incident-fold.ts';
import { ageText, momentText } from '../drawing/moment.ts';
import { coverageLinesUpTo } from '../drawing/summary.ts';
import { tableLines } from '../drawing/table-layout.ts';
import type { RenderContext } from '../drawing/render-context.ts';
import { wrapped } from '../drawing/wrap.ts';
import { makeOutput, type Refused } from './output.ts';

const NO_VERDICT: Refused = {
  refused: 'it is the verdict of check, which this command does not have; use -o table or json',
};

/** For monitoring systems: the verdict of `check`, and nothing of other reports. */
export const plugin = makeOutput<never>({
  name: 'plugin',
  summary: 'a verdict on one line, for Nagios and Icinga, then what it is about',
  readers: 'Nagios, Icinga',
  failedSleds: 'below the verdict',
  saysCoverage: true,
  contents: {
    rows: NO_VERDICT,
    printed: NO_VERDICT,
    steps: NO_VERDICT,
    distributions: NO_VERDICT,
    texts: NO_VERDICT,
  },
  whole: () => [],
  arriving: 'at the end',
  check: (result, report, context) => [pluginText(result, report, context)],
});

const MAX_ROWS = 100;
/** A monitoring system shows the first line in a list. */
const MAX_HEADLINE = 200;

/**
 * What a monitoring system reads: the verdict on one line with its performance data, then the incidents that are not
 * over, the sleds that did not answer, and what is wrong with the check itself. The form is that of
 * https://www.monitoring-plugins.org/doc/guidelines.html: one `|` before the data, and none after them.
 */
export function pluginText(
  result: CheckResult,
  report: FleetReport,
  { width, unicode = true }: Pick<RenderContext, 'width' | 'unicode'>,
): string {
  const { answered, selected } = coverageOf(report);
  const sleds = selected === 1 ? 'sled' : 'sleds';
  const parts = [
    oneLine(result.headline, MAX_HEADLINE),
    ...(result.mailsWaiting === undefined ? [] : [waitingText(result.mailsWaiting)]),
    `${answered} of ${selected} ${sleds} answered`,
  ];
  const headline = parts.join('; ');
  const first = `${pluginVerdict(result.level, headline)} | ${performanceData(result, report)}`;
  const more = [
    ...rowsOf(result, width, unicode),
    ...wrappedLines(
      result.notes.map((note) => `note: ${note}`),
      width,
    ),
    ...wrappedLines(coverageLinesUpTo(report, MAX_ROWS), width),
    ...wrappedLines(
      result.troubles.map((trouble) => `problem: ${trouble}`),
      width,
    ),
  ];
  return [first, ...more.map((line) => oneLine(line))].map((line) => `${line}\n`).join('');
}

/** On the first line: who reads it hears of a mail that does not come, and since when. */
function waitingText({ count, since }: MailsWaiting): string {
  return `${count} ${count === 1 ? 'mail waits' : 'mails wait'} since ${momentText(since)}`;
}

/** `CRUC_FLEET UNKNOWN - why`: the first line of a check, without performance data. */
export function pluginVerdict(level: Level, text: string): string {
  return `CRUC_FLEET ${level.toUpperCase()} - ${oneLine(text)}`;
}

/** Without what drives a terminal, and without what begins performance data. */
function oneLine(text: string, length = Number.POSITIVE_INFINITY): string {
  const line = printable(text).replaceAll('|', '?');
  return line.length <= length ? line : `${line.slice(0, length - 3).replace(/\p{Cs}$/u, '')}...`;
}

/** `'label'=value[UOM];warn;crit;min;max`: always the same labels, so that each is one graph. */
function performanceData({ counts }: CheckResult, report: FleetReport): string {
  const { answered, selected, withIssues } = coverageOf(report);
  const { no_report: unheard = 0, no_probes: unseen = 0 }: Partial<Record<string, number>> =
    report.healthCounts ?? {};
  const silent = unheard + unseen;
  const open = RULE_NAMES.map((rule) => [rule, counts.open[rule] ?? 0] as const);
  const total = open.reduce((sum, [, count]) => sum + count, 0);
  const seconds = (report.finishedAt.getTime() - report.startedAt.getTime()) / 1000;
  const count = (label: string, value: number) => `'${label}'=${value}`;
  return [
    `${count('sleds', answered)};;;0;${selected}`,
    count('sleds_in_part', withIssues),
    `${count('upstairs', report.rowsBeforeFilter - silent)};;;0`,
    ...open.map(([rule, value]) => count(rule, value)),
    count('open', total),
    count('pending', counts.pending),
    count('silenced', counts.silenced),
    count('unknown', counts.unknown),
    count('clearing', counts.clearing),
    count('listed', counts.listed),
    `'duration'=${Number(Math.max(0, seconds).toFixed(3))}s`,
  ].join(' ');
}

/** Where and what first; the sled and the states are one column each where the terminal is narrow. */
const COLUMNS: readonly Column[] = [
  { name: 'rule', heading: 'RULE', kind: 'text', role: 'identity', help: 'what is wrong' },
  {
    name: 'lasting',
    heading: 'FOR',
    kind: 'count',
    role: 'state',
    rank: -2,
    help: 'how long its present rule has held',
  },
  {
    name: 'incident',
    heading: 'STATUS',
    kind: 'text',
    role: 'state',
    // States without it would look as if they were seen now.
    rank: 1,
    help: 'open, unknown, clearing, pending or silenced',
  },
  {
    name: 'sled',
    heading: 'SLED',
    kind: 'text',
    role: 'identity',
    ofSled: true,
    help: 'where it was last seen',
  },
  {
    name: 'cubby',
    heading: 'CUBBY',
    kind: 'count',
    role: 'identity',
    ofSled: true,
    help: 'cubby of the sled',
  },
  { name: 'zone', heading: 'ZONE', kind: 'zone', help: 'zone of the process that has the upstairs' },
  {
    name: 'pid',
    heading: 'PID',
    kind: 'count',
    role: 'identity',
    help: 'process that has the upstairs',
  },
  {
    name: 'states',
    heading: 'DS0/DS1/DS2',
    kind: 'state',
    help: 'states of the three downstairs',
  },
  { name: 'disk', heading: 'DISK', kind: 'text', role: 'identity', help: 'name of the disk, by kept facts' },
  { name: 'instance', heading: 'INSTANCE', kind: 'text', help: 'name of the instance, by kept facts' },
  { name: 'message', heading: 'MESSAGE', kind: 'note', help: 'what was seen' },
];

/** Columns that are there once facts are kept. */
const FROM_FACTS: readonly string[] = ['disk', 'instance'];

/** What is not over, a line for each upstairs and rule. */
function rowsOf(result: CheckResult, width: number | null, unicode: boolean): readonly string[] {
  const { incidents, places = new Map() } = result;
  const upstairs = foldBySubject(
    incidents.filter((each) => !['over', 'listed'].includes(statusOf(each))),
    (each) => each,
    (each) => `${each.rule} ${statusOf(each)}`,
  );
  const standing = cut(upstairs, MAX_ROWS);
  if (standing.items.length === 0) return [];
  const isNamed = places.size > 0;
  const columns = COLUMNS.filter(({ name }) => isNamed || !FROM_FACTS.includes(name));
  const blocks = inBlocks(standing.items, (group) => group, places);
  const lines = blocks.flatMap(({ heading, items }) => {
    const rows = items.map((each) => rowOf(each, result));
    const { table, hidden } = tableLines(columns, rows, { width, ...(unicode ? {} : { cutMark: '~' }) });
    return [...(heading === null ? [] : wrappedLines([heading], width)), ...table, ...hidden];
  });
  return [...lines, ...(standing.more === 0 ? [] : [`and ${standing.more} more`])];
}

/** Of one upstairs what is wrong by one rule, be it of several downstairs. */
function rowOf(
  incidents: readonly [Incident, ...Incident[]],
  { at: now, places = new Map() }: CheckResult,
): Row {
  const [incident] = incidents;
  const { subject, sight } = incident;
  return {
    rule: incident.rule,
    lasting: isClockSet(now) ? ageText(now - Math.min(...incidents.map((each) => beganAt(each)))) : null,
    incident: statusOf(incident),
    rack: sight.sleds.length === 1 ? subject.rack : null,
    sled: sight.sleds.length === 0 ? `rack ${subject.rack}` : sight.sleds.join('+'),
    cubby: sight.cubby,
    zone: subject.zone,
    pid: sight.pid,
    states: sight.states?.join('/') ?? null,
    disk: places.get(incident.key)?.disk ?? null,
    instance: places.get(incident.key)?.instance ?? null,
    message: [...new Set(incidents.map((each) => messageOf(withPlace(each, places))))].join('; '),
  };
}

/** What was seen is never said as if it were seen now. */
function messageOf(incident: Incident): string {
  const { sight, unknown } = incident;
  switch (statusOf(incident)) {
    case 'unknown':
      return `not seen in this run (${unknown ?? ''}); before: ${sight.message}`;
    case 'clearing':
      return `no longer seen; before: ${sight.message}`;
    default:
      return sight.message;
  }
}

function wrappedLines(lines: readonly string[], width: number | null): readonly string[] {
  return lines.flatMap((line) => wrapped(line, width, '  '));
}
