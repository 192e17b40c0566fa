import type { Row } from '../model/column.ts';
import { asHealth, needsAttention, type Health } from '../model/health.ts';
import type { FleetReport } from '../model/report.ts';
import type { RenderContext } from './render-context.ts';
import { summaryLines } from './summary.ts';

/** Lines of a table that are not rows: headings, hidden columns, an empty line, the line of the fold, the prompt. */
const OTHER_LINES = 6;

/** What may be a count where the screen is full, in this order: nobody has to look at it. */
const FOLDED_FIRST: readonly Health[] = ['ok', 'inactive'];

/**
 * The rows that a terminal shows, and a line that counts those that it does not: `497 ok: --all shows them`. Only rows
 * that are known to be well, and have nothing more to say, are ever left out, and only where not all rows
 * fit and the reader did not choose them by a filter.
 */
export function foldHealthy(
  report: FleetReport,
  { height = null }: RenderContext,
): { readonly rows: readonly Row[]; readonly folded: readonly string[] } {
  let { rows } = report;
  if (height === null || report.filter !== null) return { rows, folded: [] };
  const room = Math.max(1, height - OTHER_LINES - summaryLines(report).length);
  const counts: string[] = [];
  for (const health of FOLDED_FIRST) {
    if (rows.length <= room) break;
    const kept = rows.filter((row) => !isWellAsSeen(row, health));
    if (kept.length < rows.length) counts.push(`${rows.length - kept.length} ${health}`);
    rows = kept;
  }
  return { rows, folded: counts.length === 0 ? [] : [`${counts.join(', ')}: --all shows them`] };
}

/** Whether a row has this health and nothing more to say: a note may be a warning. */
export function isWellAsSeen({ health, note = null }: Row, meant: Health = 'ok'): boolean {
  return health === meant && note === null;
}

/** On a terminal, how to see only what is wrong; null where nothing is, or where rows were chosen already. */
export function degradedHint(
  { rows, filter }: FleetReport,
  { height, offersDegraded }: RenderContext,
): string | null {
  if (height === undefined || filter !== null || offersDegraded !== true) return null;
  const wrong = rows.filter(({ health }) => {
    const known = asHealth(health);
    return known === null || needsAttention(known);
  }).length;
  if (wrong === 0 || wrong === rows.length) return null;
  return `--degraded shows only the ${wrong} that ${wrong === 1 ? 'needs' : 'need'} attention`;
}
