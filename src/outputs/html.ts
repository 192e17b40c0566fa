import type { RenderContext } from '../drawing/render-context.ts';
import { isWellAsSeen } from '../drawing/healthy-fold.ts';
import { markup, type Markup } from '../html/markup.ts';
import { pageFrame } from '../html/page-frame.ts';
import { signLegend } from '../html/legend.ts';
import { rackDrawings } from '../html/rack-drawing.ts';
import { reportRacks } from '../html/report-racks.ts';
import { distributionsPart } from '../html/report-distributions.ts';
import { rowsTable } from '../html/report-rows.ts';
import { LACKING_ID, reportSummary, reportTitle } from '../html/report-summary.ts';
import { timelinePart } from '../html/report-timeline.ts';
import type { Column, Row } from '../model/column.ts';
import type { FleetReport, SledOutcome } from '../model/report.ts';
import { answerLines, FOR_PEOPLE, narrowColumnsOf } from './for-people.ts';
import { makeOutput, type Shown } from './output.ts';

/** A page in one file: coverage, then what is not well, then the rest, folded. */
export const html = makeOutput<readonly Markup[]>({
  name: 'html',
  summary: 'a page in one file, without scripts',
  saysCoverage: true,
  always: { width: null, height: null, color: false },
  contents: {
    distributions: { shown: 'pictures, percentiles, and a heatmap by sled', part: distributionsPart },
    rows: { shown: 'a table, the columns that matter most, healthy rows folded', part: rowsPart },
    printed: asText('printed', 'as it was printed, identical outputs once'),
    steps: { shown: 'a table', part: rowsPart },
    texts: asText('texts', 'as they were printed, identical ones once'),
  },
  *whole(parts, report) {
    const timeline = timelinePart(report);
    const answer = markup`<div>${parts.flat()}</div>`;
    const racks = racksPart(report);
    // Where no health is judged, racks say who answered, and no more.
    const content = report.healthCounts === null ? [answer, ...racks] : [...racks, answer];
    const main = [
      reportSummary(report, answerLines(report)),
      ...(timeline === null ? [] : [timeline]),
      markup`<div class="situation">${content}</div>`,
    ];
    yield pageFrame(reportTitle(report), main).html;
  },
  arriving: 'at the end',
  check: 'report',
});

function asText(content: 'printed' | 'texts', shown: string): Shown<readonly Markup[]> {
  const way = FOR_PEOPLE[content];
  return {
    shown,
    part: (report, context) => {
      const text = [...way.part(report, context)].join('').trimEnd();
      return text === '' ? [] : [markup`<pre tabindex="0">\n${text}</pre>`];
    },
  };
}

/** The racks as they stand; nothing where no sled was asked. */
function racksPart(report: FleetReport): readonly Markup[] {
  if (report.outcomes.length === 0) return [];
  const racks = reportRacks(report, (outcome) => hrefOf(outcome, report));
  const signs = new Set(
    racks.flatMap(({ sleds }) =>
      sleds.flatMap(({ sign, lights }) => [sign, ...lights.map((each) => each.sign)]),
    ),
  );
  const kind = racks.length === 1 ? 'of-racks one' : 'of-racks';
  return [markup`<section class="${kind}">${rackDrawings(racks)}${signLegend(signs)}</section>`];
}

function hrefOf(outcome: SledOutcome, report: FleetReport): string | null {
  if (outcome.status === 'failed' || outcome.issues.length > 0) return `#${LACKING_ID}`;
  if (report.healthCounts === null) return null;
  const hasRow = report.rows.some((row) => row['sled'] === outcome.sled.id && !isWellAsSeen(row));
  return hasRow ? `#${anchorOf(outcome.sled.id, report)}` : null;
}

/** A name in the page that holds nothing from a sled. */
function anchorOf(sled: string, { outcomes }: FleetReport): string {
  return `sled-${String(outcomes.findIndex((outcome) => outcome.sled.id === sled))}`;
}

function rowsPart(report: FleetReport, context: RenderContext): readonly Markup[] {
  const isJudged = report.healthCounts !== null;
  const columns = pageColumns(report, context);
  const well = report.rows.filter((row) => isWellAsSeen(row));
  const others = report.rows.filter((row) => !isWellAsSeen(row));
  // Only where health is judged does anything need attention.
  const what = !isJudged ? report.probe : 'Not healthy, or with a note';
  const title = `${what}: ${String(others.length)}`;
  const healthy = `Healthy: ${String(well.length)}`;
  const told = context.columns === null ? columns.filter((column) => tellsOfWell(column, well)) : columns;
  const remark = told.length < columns.length ? ', each with three active downstairs' : '';
  const linked = new Set<string>();
  const idOf = (row: Row) => {
    const anchor = anchorOf(String(row['sled']), report);
    if (!isJudged || linked.has(anchor)) return undefined;
    linked.add(anchor);
    return anchor;
  };
  return [
    ...(others.length === 0
      ? []
      : [
          markup`<section><h2>${title}</h2>${rowsTable(others, { caption: title, columns, isJudged, withPlaces: context.columns === null, idOf })}</section>`,
        ]),
    ...(well.length === 0
      ? []
      : [
          markup`<details><summary>${healthy}${remark}</summary>${rowsTable(well, { caption: healthy, columns: told, isJudged, withPlaces: false })}</details>`,
        ]),
  ];
}

/** What is not the same of all that is well: their health, their states, and the age of places that are not shown. */
function tellsOfWell({ kind, name }: Column, well: readonly Row[]): boolean {
  if (kind === 'health' || name === 'facts_age') return false;
  return kind !== 'state' || well.some((row) => row[name] !== 'active');
}

/** Those of a narrow table, and which disk of which instance it is where kept facts tell that. */
function pageColumns(report: FleetReport, context: RenderContext): readonly Column[] {
  const columns = narrowColumnsOf(report, context);
  if (context.columns !== null) return columns;
  const known = report.columns.filter(
    ({ name }) =>
      ['disk', 'instance', 'facts_age'].includes(name) && report.rows.some((row) => row[name] !== null),
  );
  return [...columns, ...known.filter((column) => !columns.includes(column))];
}
