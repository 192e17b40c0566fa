import { ageText, againText } from '../drawing/moment.ts';
import { tableLines } from '../drawing/table-layout.ts';
import type { Cell, Column, Row } from '../model/column.ts';
import { healthRank, sessionHealth } from '../model/health.ts';
import { naturally } from '../model/sled-order.ts';
import { placeOf } from './apply.ts';
import type { Now } from './event.ts';
import { framed, headOf, keyLines, logLines } from './frame.ts';
import type { ScreenSize, ScreenState } from './screen-state.ts';
import type { Watched } from './watched.ts';
import type { Sled } from '../model/sled.ts';

/** The newest row of a key, and when it came (monotonic milliseconds). */
export interface LiveRow {
  readonly sled: Sled;
  /** With the cells of its sled. */
  readonly row: Row;
  readonly heardMs: number;
}

/** What a run of a probe shows instead of the list of a watch. */
export interface LiveTable {
  readonly columns: readonly Column[];
  readonly rows: readonly LiveRow[];
  /** Without a new one for so long a row is stale. */
  readonly staleMs: number;
  /** What is counted in the head; null: the rows. */
  readonly counts: string | null;
}

/** What keys do there, for people. */
export const TABLE_KEYS: readonly (readonly [key: string, what: string])[] = [
  ['up, down', 'move through the rows'],
  ['/', 'only rows with this text; Enter ends, Esc clears'],
  ['s', 'sort: worst first, by sled, by when they came'],
  ['p', 'pause the picture; the run goes on'],
  ['?', 'this help'],
  ['q, Ctrl-C', 'end, and print the answer'],
];

const AGE: Column = {
  name: 'age',
  heading: 'AGE',
  kind: 'text',
  role: 'identity',
  help: 'time since the row came',
  narrow: true,
};
/** Lines of the log that are always there. */
const LEAST_LOG = 3;

/** The screen of a run: the newest row of each key with its age, sleds that are lost, and the log. */
export function tableViewLines(
  watched: Watched,
  { columns, rows, staleMs, counts }: LiveTable,
  screen: ScreenState,
  now: Now,
  size: ScreenSize,
  title: string,
): readonly string[] {
  const isStale = ({ heardMs }: LiveRow) => now.ms - heardMs > staleMs;
  const wanted = screen.filter.trim().toLowerCase();
  const listed = rows
    .filter(
      ({ sled, row }) =>
        wanted === '' ||
        [placeOf(sled), ...Object.values(row)].some((cell) =>
          String(cell ?? '')
            .toLowerCase()
            .includes(wanted),
        ),
    )
    .toSorted(
      (a, b) =>
        orderOf(screen, (row) => (isStale(row) ? -1 : healthOf(row.row)), a, b) ||
        naturally(placeOf(a.sled), placeOf(b.sled)) ||
        naturally(keyOf(a.row), keyOf(b.row)),
    );
  const stale = rows.filter(isStale).length;
  const count = `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`;
  const head = headOf(watched, now, title, counts ?? (stale === 0 ? count : `${count}, ${stale} stale`));
  const lost = [...watched.sleds.values()].filter(({ state }) => state === 'lost');
  const lostLines = lost.map(({ sled, why, sinceMs, againAtMs }) => {
    const again = againAtMs === null ? '' : `, ${againText(againAtMs - now.ms)}`;
    return `${placeOf(sled)} LOST for ${ageText(now.ms - sinceMs)}${again}: ${why ?? 'not known'}`;
  });
  const room = size.height - head.length - 1;
  const chosen = Math.min(screen.chosen, Math.max(0, listed.length - 1));
  const shown = listed.slice(chosen).map((each) => {
    const age = ageText(now.ms - each.heardMs);
    return { ...each.row, age: isStale(each) ? `STALE ${age}` : age };
  });
  const most = Math.max(1, room - LEAST_LOG - Math.min(lostLines.length, LEAST_LOG));
  // What does not fit is not laid out either: a rack has hundreds of rows.
  const laid = shown.slice(0, most);
  const { table } =
    laid.length === 0
      ? { table: [rows.length === 0 ? 'no row has come yet' : `no row of ${rows.length} has this text`] }
      : tableLines([AGE, ...columns], laid, {
          width: size.width,
          ...(size.unicode ? {} : { cutMark: '~' }),
        });
  const below = shown.length - Math.max(0, Math.min(laid.length, most - 2));
  const cutTable =
    table.length > most || shown.length > laid.length
      ? [...table.slice(0, most - 1), `  and ${below} more below`]
      : table;
  const upper = [...cutTable, ...lostLines];
  const body = screen.showsHelp
    ? keyLines(TABLE_KEYS)
    : [...upper, ...logLines(watched, room - upper.length - 1)];
  return framed(head, body, footOf(screen, listed.length), size);
}

function orderOf({ sort }: ScreenState, rank: (row: LiveRow) => number, a: LiveRow, b: LiveRow): number {
  switch (sort) {
    case 'worst':
      return rank(a) - rank(b);
    case 'sled':
      return 0;
    case 'changed':
      return b.heardMs - a.heardMs;
  }
}

/** Of rows that say states; others are all alike. */
function healthOf({ ds0, ds1, ds2 }: Row): number {
  return typeof ds0 === 'string' && typeof ds1 === 'string' && typeof ds2 === 'string'
    ? healthRank(sessionHealth([ds0, ds1, ds2]))
    : 0;
}

function keyOf(row: Row): string {
  const text = (cell: Cell | undefined) => String(cell ?? '');
  return ['zone', 'pid', 'session_id', 'volume', 'client', 'type'].map((name) => text(row[name])).join(' ');
}

function footOf({ isTyping, filter, sort, isPaused }: ScreenState, listed: number): string {
  if (isTyping) return `filter: ${filter}_`;
  return [
    ...(isPaused ? ['PAUSED (p goes on)'] : []),
    ...(filter === '' ? [] : [`filter ${filter}`]),
    `${listed} listed (${sort === 'changed' ? 'newest' : sort})`,
    '? help  q end',
  ].join('  ');
}
