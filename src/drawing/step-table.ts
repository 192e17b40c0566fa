import type { Row } from '../model/column.ts';
import { groupBy } from '../model/group-by.ts';
import { printable } from '../model/printable.ts';
import type { FleetReport } from '../model/report.ts';
import type { Sled } from '../model/sled.ts';
import { foldSleds } from '../model/sled-fold.ts';
import { displayWidth } from './display-width.ts';
import type { RenderContext } from './render-context.ts';
import type { Format } from './table-layout.ts';
import { wrapped } from './wrap.ts';

/** Sleds where a step came out the same, or steps that were not tried for one reason. */
interface Fold {
  readonly first: Row;
  readonly last: Row;
  readonly rows: readonly Row[];
}

const RESULTS: Readonly<Record<string, { readonly word: string; readonly formats: readonly Format[] }>> = {
  ok: { word: 'ok', formats: ['green'] },
  notice: { word: 'notice', formats: ['yellow'] },
  failed: { word: 'FAILED', formats: ['red'] },
  not_tried: { word: '-', formats: ['gray'] },
  none: { word: '-', formats: ['gray'] },
};

const HEADINGS = ['STEP', 'RESULT', 'TIME', 'SLEDS', 'ANSWER'];
const GAP = '  ';
/** An answer has at least so many columns, also where the sleds take the line. */
const LEAST_ANSWER = 30;
const WIDEST_SLEDS = 24;

/**
 * Steps of sleds as people read them: a line a step, and as many more as it came out differently; then what to do, where
 * it is not well. `wide`: what is one sled's alone too.
 */
export function* stepLines(
  { outcomes, rows }: Pick<FleetReport, 'outcomes' | 'rows'>,
  { width, headers }: Pick<RenderContext, 'width' | 'headers'>,
  paint: (text: string, formats: readonly Format[]) => string,
  wide: boolean,
): Iterable<string> {
  const sleds = new Map(outcomes.map(({ sled }) => [sled.id, sled]));
  const lines = foldsOf(rows, wide).map((fold) => ({ fold, cells: cellsOf(fold, sleds) }));
  const widths = HEADINGS.slice(0, -1).map((heading, i) =>
    lines.reduce((most, { cells }) => Math.max(most, displayWidth(cells[i] ?? '')), heading.length),
  );
  const sledsWidth = width === null ? widths[3] : Math.min(widths[3] ?? 0, WIDEST_SLEDS);
  widths[3] = sledsWidth ?? 0;
  const indent = widths.reduce((sum, each) => sum + each + GAP.length, 0);
  const room = width === null ? null : Math.max(LEAST_ANSWER, width - indent);
  if (headers) yield `${paint(padded(HEADINGS, widths), ['bold'])}\n`;
  for (const { fold, cells } of lines) {
    const { word, formats } = RESULTS[String(fold.first['result'])] ?? { word: '?', formats: [] };
    const texts = [...wrapped(textOf(fold.first, wide), room), ...remedyLines(fold.first, room)];
    const [step = '', , time = '', whose = ''] = cells;
    const whoseLines = wrapped(whose, width === null ? null : WIDEST_SLEDS);
    for (let i = 0; i < Math.max(texts.length, whoseLines.length); i++) {
      const row = i === 0 ? [step, word, time] : ['', '', ''];
      const line = padded([...row, whoseLines[i] ?? '', texts[i] ?? ''], widths);
      yield `${formats.length === 0 || i > 0 ? line : painted(line, word, widths, formats, paint)}\n`;
    }
  }
  yield '\n';
}

/** The second column alone. */
function painted(
  line: string,
  word: string,
  [first = 0]: readonly number[],
  formats: readonly Format[],
  paint: (text: string, formats: readonly Format[]) => string,
): string {
  const at = first + GAP.length;
  return line.slice(0, at) + paint(word, formats) + line.slice(at + word.length);
}

function padded(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, i) => cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - displayWidth(cell))))
    .join(GAP)
    .trimEnd();
}

/** In the order of the steps. Steps that follow each other and were not tried for one reason are one. */
function foldsOf(rows: readonly Row[], wide: boolean): readonly Fold[] {
  const folds: Fold[] = [];
  let stepBefore: string | null = null;
  for (const [step, ofStep] of groupBy(rows, (row) => String(row['step']))) {
    const same = groupBy(ofStep, (row) => JSON.stringify([row['result'], textOf(row, wide), row['remedy']]));
    for (const group of same.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const before = folds.findIndex((fold) => fold.last['step'] === stepBefore && continues(fold, group));
      const earlier = folds[before];
      if (earlier === undefined) folds.push({ first, last: first, rows: group });
      else folds[before] = { ...earlier, last: first };
    }
    stepBefore = step;
  }
  return folds;
}

/** Whether these sleds are held up at that fold, for the reason that it says. */
function continues(fold: Fold, rows: readonly Row[]): boolean {
  const isSame = (row: Row, other: Row | undefined): boolean =>
    row['sled'] === other?.['sled'] && row['answer'] === other?.['answer'];
  return (
    fold.first['result'] === 'not_tried' &&
    rows[0]?.['result'] === 'not_tried' &&
    rows.length === fold.rows.length &&
    rows.every((row, i) => isSame(row, fold.rows[i]))
  );
}

function cellsOf({ first, last, rows }: Fold, sleds: ReadonlyMap<string, Sled>): readonly string[] {
  const step = first === last ? stepTitle(first) : `${stepTitle(first)} to ${stepTitle(last)}`;
  const whose = [...new Set(rows.map((row) => String(row['sled'])))];
  const isAll = whose.length === sleds.size && sleds.size > 1;
  const folded = foldSleds(whose.flatMap((id) => sleds.get(id) ?? []));
  const { word } = RESULTS[String(first['result'])] ?? { word: '?' };
  return [step, word, timeText(rows), printable(isAll ? `all ${sleds.size}` : folded)];
}

function stepTitle(row: Row): string {
  return String(row['step']).replaceAll('_', ' ');
}

/** `3 ms`, or from the fastest to the slowest. */
function timeText(rows: readonly Row[]): string {
  const times = rows.flatMap(({ ms }) => (typeof ms === 'number' ? [ms] : []));
  if (times.length === 0) return '';
  const [least, most] = [Math.min(...times), Math.max(...times)].map(millisecondsText);
  return least === most ? (least ?? '') : `${least?.replace(/ .*$/, '')}-${most}`;
}

function millisecondsText(ms: number): string {
  return `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
}

function textOf(row: Row, wide: boolean): string {
  const details = wide && typeof row['details'] === 'string' ? ` (${row['details']})` : '';
  return printable(`${String(row['answer'])}${details}`);
}

function remedyLines({ remedy }: Row, room: number | null): readonly string[] {
  return typeof remedy === 'string' ? wrapped(printable(`-> ${remedy}`), room, '   ') : [];
}
