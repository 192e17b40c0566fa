import type { RenderContext } from '../drawing/render-context.ts';
import { markup, type Markup } from '../html/markup.ts';
import { pageFrame } from '../html/page-frame.ts';
import { racksSection } from '../html/racks-section.ts';
import { distributionsPart } from '../html/report-distributions.ts';
import { reportSummary, reportTitle } from '../html/report-summary.ts';
import { timelinePart } from '../html/report-timeline.ts';
import { rowsSections } from '../html/rows-sections.ts';
import { sledLinks } from '../html/sled-links.ts';
import type { FleetReport } from '../model/report.ts';
import { FOR_PEOPLE, narrowColumnsOf } from './for-people.ts';
import { makeOutput, type Shown } from './output.ts';

/** A page in one file: coverage, then what is not well, then the rest, folded. */
export const html = makeOutput<readonly Markup[]>({
  name: 'html',
  summary: 'a page in one file, without scripts',
  readers: 'a browser, a mail, a printer',
  failedSleds: 'above the tables',
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
    const racks = racksSection(report, sledLinks(report));
    // Where no health is judged, racks say who answered, and no more.
    const content = report.healthCounts === null ? [answer, ...racks] : [...racks, answer];
    const main = [
      reportSummary(report),
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

function rowsPart(report: FleetReport, context: RenderContext): readonly Markup[] {
  return rowsSections(report, narrowColumnsOf(report, context), context.columns !== null);
}
