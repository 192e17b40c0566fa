import { cellText } from '../drawing/cell-text.ts';
import type { RenderContext } from '../drawing/render-context.ts';
import { summaryLines } from '../drawing/summary.ts';
import type { FleetReport } from '../model/report.ts';
import { answerLines, FOR_PEOPLE, narrowColumnsOf } from './for-people.ts';
import { markdownFence, markdownTable, markdownText } from './markdown-text.ts';
import { makeOutput, type Content, type Shown } from './output.ts';

/** For a ticket or a chat: how many sleds answered and which did not, then what the others said. */
export const markdown = makeOutput<Iterable<string>>({
  name: 'markdown',
  summary: 'tables for a ticket or a chat, below how many sleds answered',
  readers: 'tickets and chat',
  failedSleds: 'above the tables',
  saysCoverage: true,
  always: { width: null, height: null, color: false },
  contents: {
    distributions: fenced('distributions', 'pictures and percentiles, or a heatmap, in a fence'),
    rows: { shown: 'a table, the columns that matter most, ids in full', part: rowsPart },
    printed: fenced('printed', 'as it was printed, identical outputs once, in a fence'),
    steps: { shown: 'a table', part: rowsPart },
    texts: fenced('texts', 'as they were printed, identical ones once, in a fence'),
  },
  *whole(parts, report) {
    const [first = '', ...lacking] = summaryLines(report);
    for (const line of answerLines(report)) yield `**${markdownText(line)}**\n\n`;
    yield `**${markdownText(first)}**\n\n`;
    for (const line of lacking) yield `- ${markdownText(line.trim())}\n`;
    if (lacking.length > 0) yield '\n';
    for (const part of parts) yield* part;
  },
  arriving: 'at the end',
  check: 'report',
});

function fenced(content: Content, shown: string): Shown<Iterable<string>> {
  const way = FOR_PEOPLE[content];
  return { shown, part: (report, context) => markdownFence(way.part(report, context)) };
}

function* rowsPart(report: FleetReport, context: RenderContext): Iterable<string> {
  if (report.rows.length === 0) return;
  const columns = narrowColumnsOf(report, context);
  yield* markdownTable(
    columns.map(({ heading, kind }) => ({ text: heading, isRight: kind === 'count' })),
    report.rows.map((row) => columns.map(({ name }) => cellText(row[name]))),
  );
  yield '\n';
}
