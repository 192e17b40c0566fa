import type { Row } from '../model/column.ts';
import { asHealth, healthRank } from '../model/health.ts';
import type { FleetReport } from '../model/report.ts';
import { shortZone } from '../model/zone-name.ts';
import { markup, NOTHING, type Markup } from './markup.ts';
import { timelineFigure, type TimelineLane, type TimelineSpan } from './timeline.ts';

/** More lanes than this are counted, the worst are drawn. */
const MOST_LANES = 60;

/**
 * The lives in a report whose rows are spans of states, side by side: from look to look as it was seen, not known between
 * two looks that saw it differently, and while its sled was not seen. Null for any other report.
 */
export function timelinePart(report: FleetReport): Markup | null {
  const names = new Set(report.columns.map(({ name }) => name));
  if (!['from', 'until', 'over_by', 'kind', 'health'].every((name) => names.has(name))) return null;
  const states = report.rows.filter((row) => row['kind'] === 'state');
  const to = report.finishedAt.getTime();
  const first = states.reduce((least, row) => Math.min(least, timeIn(row, 'from') ?? least), to);
  const from = Math.max(report.startedAt.getTime(), first);
  const gaps = report.rows.filter((row) => row['kind'] === 'not_seen');
  const lives = livesOf(states);
  const told = lives.filter((rows) => !isQuiet(rows)).toSorted((a, b) => worstOf(a) - worstOf(b));
  const drawn = told.slice(0, MOST_LANES).map((rows) => laneOf(rows, gaps, to));
  const remarks = [
    ...(told.length > drawn.length
      ? [`${told.length - drawn.length} more upstairs were not well; all are in the table.`]
      : []),
    ...(lives.length > told.length
      ? [
          `${lives.length - told.length} upstairs ${lives.length - told.length === 1 ? 'was' : 'were'} well in one place at each look.`,
        ]
      : []),
  ].map((text) => markup`<p>${text}</p>`);
  if (lives.length === 0) return null;
  const figure =
    drawn.length === 0
      ? NOTHING
      : timelineFigure({
          title:
            'Each upstairs over time, the worst first. Hatched: it was not seen, or it changed between two looks. Blank: it was not there.',
          from,
          to,
          lanes: drawn,
        });
  return markup`<section><h2>Timeline</h2>${figure}${remarks}</section>`;
}

/** The rows of each upstairs, wherever it ran; of a process without a report, its own. */
function livesOf(states: readonly Row[]): readonly (readonly Row[])[] {
  const lives = new Map<string, Row[]>();
  for (const row of states) {
    const id =
      row['upstairs_id'] ??
      row['session_id'] ??
      `${String(row['sled'])} ${String(row['zone'])} ${String(row['pid'])}`;
    const own = lives.get(String(id));
    if (own === undefined) lives.set(String(id), [row]);
    else own.push(row);
  }
  return [...lives.values()];
}

function isQuiet(rows: readonly Row[]): boolean {
  const [only, ...others] = rows;
  return (
    others.length === 0 && only?.['over_by'] === null && ['ok', 'inactive'].includes(String(only['health']))
  );
}

function worstOf(rows: readonly Row[]): number {
  return Math.min(...rows.map((row) => healthRank(row['health'])));
}

function laneOf(rows: readonly Row[], gaps: readonly Row[], end: number): TimelineLane {
  const places = new Set(
    rows.map(
      (row) => `${String(row['sled'])}, ${shortZone(String(row['zone']))}, PID ${String(row['pid'] ?? '?')}`,
    ),
  );
  const last = rows.at(-1);
  const id = last?.['upstairs_id'] ?? null;
  // What one look saw stays in sight beside what is not known around it.
  const spans = [
    ...rows.flatMap((row) => changeOf(row, end)),
    ...rows.flatMap((row) => seenSpan(row)),
    ...rows.flatMap((row) => gaps.flatMap((gap) => gapIn(gap, row, end))),
  ];
  return {
    name: id === null ? 'a process without a report' : String(id),
    details: [...places].join('; then '),
    spans,
  };
}

/** The part of a gap in which the sled of a row, while the upstairs ran there, was not seen. */
function gapIn(gap: Row, row: Row, end: number): readonly TimelineSpan[] {
  if (gap['sled'] !== row['sled']) return [];
  const from = Math.max(timeIn(gap, 'from') ?? 0, timeIn(row, 'from') ?? 0);
  const to = Math.min(timeIn(gap, 'over_by') ?? timeIn(gap, 'until') ?? end, timeIn(row, 'until') ?? end);
  return from < to ? [{ from, to, sign: 'unknown' }] : [];
}

/** From the first to the last look that saw it so. */
function seenSpan(row: Row): readonly TimelineSpan[] {
  const [from, until] = [timeIn(row, 'from'), timeIn(row, 'until')];
  return from === null || until === null
    ? []
    : [{ from, to: until, sign: asHealth(row['health']) ?? 'unknown' }];
}

/** The time in which it changed, or in which nobody has seen it since. */
function changeOf(row: Row, end: number): readonly TimelineSpan[] {
  const until = timeIn(row, 'until');
  const over = timeIn(row, 'over_by') ?? end;
  return until === null || over <= until ? [] : [{ from: until, to: over, sign: 'unknown' }];
}

function timeIn(row: Row, name: string): number | null {
  const ms = typeof row[name] === 'string' ? Date.parse(row[name]) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
