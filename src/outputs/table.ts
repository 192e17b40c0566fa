import type { RenderContext } from '../drawing/render-context.ts';
import { stepLines } from '../drawing/step-table.ts';
import type { FleetReport } from '../model/report.ts';
import { FOR_PEOPLE, headlinePart, painter, rowsPart, summaryPart, tablePart } from './for-people.ts';
import { makeOutput } from './output.ts';

/** For people: as wide as the terminal, the columns that matter most. */
export const table = makeOutput<Iterable<string>>({
  name: 'table',
  summary: 'a table that fits the terminal, and a summary',
  readers: 'people; fits the terminal',
  failedSleds: 'below the table',
  saysCoverage: true,
  contents: {
    ...FOR_PEOPLE,
    rows: {
      shown: 'a table, the columns that matter most',
      part: (report, context) =>
        rowsPart(report, context, ({ name, narrow }) => context.narrow?.includes(name) ?? narrow === true),
    },
    steps: {
      shown: 'a line a step, equal answers once',
      part: (report, context) =>
        context.columns === null
          ? stepLines(report, context, painter(context), false)
          : tablePart(report, context, () => true),
    },
  },
  whole: afterOneAnother,
  arriving: 'redrawn',
  check: 'report',
});

/** Every column in full, whatever the terminal's width. */
export const wide = makeOutput<Iterable<string>>({
  name: 'wide',
  summary: 'a table with every column in full, and a summary',
  readers: 'people; every column in full',
  failedSleds: 'below the table',
  saysCoverage: true,
  always: { width: null, height: null },
  contents: FOR_PEOPLE,
  whole: afterOneAnother,
  arriving: 'redrawn',
  check: 'report',
});

function* afterOneAnother(
  parts: readonly Iterable<string>[],
  report: FleetReport,
  context: RenderContext,
): Iterable<string> {
  yield* headlinePart(report, context);
  for (const part of parts) yield* part;
  yield* summaryPart(report, context);
}
