import { styleText } from 'node:util';
import { drawDistributions, hasDistributions } from '../distribution-views/distributions.ts';
import { foldedTexts, type SledText } from '../drawing/folded-text.ts';
import type { RenderContext } from '../drawing/render-context.ts';
import { degradedHint, foldHealthy } from '../drawing/healthy-fold.ts';
import { stepLines } from '../drawing/step-table.ts';
import { summaryLines } from '../drawing/summary.ts';
import { tableLines, type Format } from '../drawing/table-layout.ts';
import { wrapped } from '../drawing/wrap.ts';
import type { Column } from '../model/column.ts';
import { answerOf, type FleetReport, type SledOutcome } from '../model/report.ts';
import { olderNote } from '../model/row-note.ts';
import type { Content, Shown } from './output.ts';

/** Every kind of content as people read it; none is refused. */
export const FOR_PEOPLE: Readonly<Record<Content, Shown<Iterable<string>>>> = {
  distributions: {
    shown: 'pictures and percentiles, or a heatmap',
    *part(report, context) {
      if (!hasDistributions(report)) return;
      yield* drawDistributions(report, context);
      yield '\n';
    },
  },
  rows: {
    shown: 'a table, every column',
    part: (report, context) => rowsPart(report, context, () => true),
  },
  printed: {
    shown: 'as it was printed, identical outputs once',
    part: (report, { fold = true, color }) =>
      foldedTexts(report.outcomes.flatMap(printedText), { fold, color }),
  },
  steps: {
    shown: "a line a step, with what is one sled's alone, equal answers once",
    part: (report, context) =>
      context.columns === null
        ? stepLines(report, context, painter(context), true)
        : tablePart(report, context, () => true),
  },
  texts: {
    shown: 'as they were printed, identical ones once',
    part: (report, { color }) => foldedTexts(report.outcomes.flatMap(ownText), { fold: true, color }),
  },
};

/** The rows as one table; by cause, a table under the heading of each. */
export function* rowsPart(
  report: FleetReport,
  context: RenderContext,
  isShown: (column: Column) => boolean,
): Iterable<string> {
  const { byCause } = report;
  if (byCause === undefined) return yield* tablePart(report, context, isShown);
  const paint = painter(context);
  for (const { heading, rows } of byCause.groups) {
    for (const line of wrapped(heading, context.width, '  ')) yield `${paint(line, ['bold'])}\n`;
    yield* tablePart({ ...report, rows }, context, isShown);
    if (rows.length === 0) yield '\n';
  }
  for (const text of byCause.lines) for (const line of wrapped(text, context.width, '  ')) yield `${line}\n`;
}

/**
 * Rows under headings, in the columns that were asked for or are shown; what of them did not fit is said below. Where a
 * terminal has not enough lines, those that are well are a count.
 */
export function* tablePart(
  report: FleetReport,
  context: RenderContext,
  isShown: (column: Column) => boolean,
): Iterable<string> {
  if (report.rows.length === 0) return;
  const columns = columnsOf(report, context, isShown);
  const { rows, folded } = foldHealthy(report, context);
  const { width, headers } = context;
  const { table, hidden } = tableLines(columns, rows, {
    width,
    headers,
    paint: painter(context),
    fullFormat: '-o wide',
    named: context.columns !== null,
    ...(context.unicode === false ? { cutMark: '~' } : {}),
  });
  // Headings over nothing say nothing.
  const lines = rows.length === 0 ? [] : [...table, ...hidden];
  for (const line of [...lines, ...folded.flatMap((text) => wrapped(text, width, '  '))]) yield `${line}\n`;
  yield '\n';
}

/** Those that were asked for, else those that are shown; notes only where there are any. */
export function columnsOf(
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

/** Those that matter most, as a terminal of ordinary width has them; of steps all. */
export function narrowColumnsOf(report: FleetReport, context: RenderContext): readonly Column[] {
  const isStep = report.shape === 'steps';
  return columnsOf(
    report,
    context,
    ({ name, narrow }) => isStep || context.narrow?.includes(name) === true || narrow === true,
  );
}

/** What the report as a whole says beside its rows: a verdict, and what sick downstairs share. */
export function answerLines({ verdicts, byCause }: FleetReport): readonly string[] {
  return [
    ...(verdicts === undefined ? [] : [verdicts.headline]),
    ...(byCause?.groups ?? []).map(({ heading }) => heading),
    ...(byCause?.lines ?? []),
  ];
}

/** What it comes to, of a command that judges. */
export function* headlinePart({ verdicts }: FleetReport, { width }: RenderContext): Iterable<string> {
  if (verdicts === undefined) return;
  for (const line of wrapped(verdicts.headline, width, '  ')) yield `${line}\n`;
  yield '\n';
}

/** How many sleds answered, on a terminal how to see what is wrong alone, and which sleds did not answer in full. */
export function* summaryPart(report: FleetReport, context: RenderContext): Iterable<string> {
  const paint = painter(context);
  const [first = '', ...lacking] = summaryLines(report);
  const hint = degradedHint(report, context);
  for (const text of [first, ...(hint === null ? [] : [hint])]) {
    for (const line of wrapped(text, context.width, '  ')) yield `${line}\n`;
  }
  for (const text of lacking) {
    for (const line of wrapped(text, context.width, '  ')) yield `${paint(line, ['red'])}\n`;
  }
}

/** Writes in the formats of a text, where there is color. */
export function painter({ color }: RenderContext) {
  return (text: string, formats: readonly Format[]) =>
    color ? styleText([...formats], text, { validateStream: false }) : text;
}

/** What a user's own script printed that is of no known kind. */
function ownText(outcome: SledOutcome): readonly SledText[] {
  const answer = answerOf(outcome);
  if (answer === null || answer.text === '') return [];
  return [{ sled: outcome.sled, stdout: answer.text, stderr: '', remark: ageRemark(outcome) }];
}

/** What a command of `exec` printed, and how it ended where that was not well. */
function printedText(outcome: SledOutcome): readonly SledText[] {
  return (answerOf(outcome)?.rows ?? []).map(({ status, signal, stdout, stderr }) => ({
    sled: outcome.sled,
    stdout: String(stdout),
    stderr: String(stderr),
    remark:
      status === 0
        ? ageRemark(outcome)
        : `status ${String(status)}${typeof signal === 'string' ? ` (SIG${signal})` : ''}`,
  }));
}

function ageRemark(outcome: SledOutcome): string | null {
  const earlier = outcome.status === 'failed' ? outcome.earlier : undefined;
  return earlier === undefined ? null : olderNote(earlier.ageMs);
}
