import { styleText } from 'node:util';
import { hasDistributions, drawDistributions } from '../distribution-views/distributions.ts';
import { foldedTexts, type SledText } from '../drawing/folded-text.ts';
import type { RenderContext } from '../drawing/render-context.ts';
import { summaryLines } from '../drawing/summary.ts';
import { draw, fit, type Format } from '../drawing/table-layout.ts';
import { wrapped } from '../drawing/wrap.ts';
import type { Column } from '../model/column.ts';
import type { FleetReport, SledOutcome } from '../model/report.ts';
import type { Output } from './output.ts';

/** For people: as wide as the terminal, the columns that matter most. */
export const table: Output = {
  name: 'table',
  summary: 'a table that fits the terminal, and a summary',
  saysCoverage: true,
  render: (report, context) => render(report, context, (column) => column.narrow === true),
};

/** Every column in full, whatever the terminal's width. */
export const wide: Output = {
  name: 'wide',
  summary: 'a table with every column in full, and a summary',
  saysCoverage: true,
  render: (report, context) => render(report, { ...context, width: null }, () => true),
};

function* render(
  report: FleetReport,
  context: RenderContext,
  isShown: (column: Column) => boolean,
): Iterable<string> {
  const paint = (text: string, formats: readonly Format[]) =>
    context.color ? styleText([...formats], text, { validateStream: false }) : text;
  if (hasDistributions(report)) {
    yield* drawDistributions(report, context);
    yield '\n';
  }
  const columns = shownColumns(report, context, isShown);
  const layout = fit(columns, report.rows, context.width);
  if (report.rows.length > 0) {
    yield draw(layout, report.rows, context.headers, paint);
    if (layout.left.length > 0) {
      const names = layout.left.map((column) => column.name).join(', ');
      const note = `(not shown for want of width: ${names}; -o wide shows every column)`;
      for (const part of wrapped(note, context.width, '  ')) yield `${part}\n`;
    }
    yield '\n';
  }
  yield* foldedTexts(report.outcomes.flatMap(ownText), { fold: true, color: context.color });
  for (const [index, line] of summaryLines(report).entries()) {
    for (const part of wrapped(line, context.width, '  '))
      yield `${index === 0 ? part : paint(part, ['red'])}\n`;
  }
}

/** What a user's own script printed that is of no known kind. */
function ownText(outcome: SledOutcome): readonly SledText[] {
  if (outcome.status === 'failed' || outcome.text === '') return [];
  return [{ sled: outcome.sled, stdout: outcome.text, stderr: '', remark: null }];
}

function shownColumns(
  report: FleetReport,
  context: RenderContext,
  isShown: (column: Column) => boolean,
): readonly Column[] {
  if (context.columns !== null) {
    return context.columns.flatMap((name) => report.columns.filter((column) => column.name === name));
  }
  return report.columns.filter(
    (column) =>
      isShown(column) && (column.kind !== 'note' || report.rows.some((row) => row[column.name] !== null)),
  );
}
