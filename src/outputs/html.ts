import { cellText } from '../drawing/cell-text.ts';
import type { RenderContext } from '../drawing/render-context.ts';
import { isWellAsSeen } from '../drawing/healthy-fold.ts';
import { summaryLines } from '../drawing/summary.ts';
import { markup, type Markup } from '../html/markup.ts';
import { pageFrame } from '../html/page-frame.ts';
import { pageTable } from '../html/page-table.ts';
import type { Row } from '../model/column.ts';
import type { FleetReport } from '../model/report.ts';
import { answerLines, FOR_PEOPLE, narrowColumnsOf } from './for-people.ts';
import { makeOutput, type Content, type Shown } from './output.ts';

/** A page in one file: coverage, then what is not well, then the rest, folded. */
export const html = makeOutput<readonly Markup[]>({
  name: 'html',
  summary: 'a page in one file, without scripts',
  saysCoverage: true,
  always: { width: null, height: null, color: false },
  contents: {
    distributions: asText('distributions', 'pictures and percentiles, or a heatmap, as text'),
    rows: { shown: 'a table, the columns that matter most, healthy rows folded', part: rowsPart },
    printed: asText('printed', 'as it was printed, identical outputs once'),
    steps: { shown: 'a table', part: rowsPart },
    texts: asText('texts', 'as they were printed, identical ones once'),
  },
  *whole(parts, report) {
    const [first = '', ...lacking] = summaryLines(report);
    const missing = lacking.map((line) => markup`<li class="lacking">${line.trim()}</li>`);
    const list = missing.length === 0 ? [] : [markup`<ul>${missing}</ul>`];
    const answer = answerLines(report).map((line) => markup`<p><strong>${line}</strong></p>`);
    const main = [...answer, markup`<p>${first}</p>`, ...list, ...parts.flat()];
    yield pageFrame(`cruc-fleet ${report.probe}`, main).html;
  },
  arriving: 'at the end',
  check: 'report',
});

function asText(content: Content, shown: string): Shown<readonly Markup[]> {
  const way = FOR_PEOPLE[content];
  return {
    shown,
    part: (report, context) => {
      const text = [...way.part(report, context)].join('').trimEnd();
      return text === '' ? [] : [markup`<pre tabindex="0">\n${text}</pre>`];
    },
  };
}

function rowsPart(report: FleetReport, context: RenderContext): readonly Markup[] {
  const columns = narrowColumnsOf(report, context);
  const heads = columns.map(({ heading, kind }) => ({ heading, isNumber: kind === 'count' }));
  const tableOf = (caption: string, rows: readonly Row[]) =>
    pageTable(
      caption,
      heads,
      rows.map((row) => columns.map(({ name }) => cellText(row[name]))),
    );
  const well = report.rows.filter((row) => isWellAsSeen(row));
  const others = report.rows.filter((row) => !isWellAsSeen(row));
  // Only where health is judged does anything need attention.
  const what = report.healthCounts === null ? report.probe : 'Not healthy, or with a note';
  const healthy = `Healthy: ${String(well.length)}`;
  return [
    ...(others.length === 0 ? [] : [tableOf(`${what}: ${String(others.length)}`, others)]),
    ...(well.length === 0
      ? []
      : [markup`<details><summary>${healthy}</summary>${tableOf(healthy, well)}</details>`]),
  ];
}
