import { markup, type Markup } from '../html/markup.ts';
import { pageTable, type PageColumn, type PageRow } from '../html/page-table.ts';
import { shortZone } from '../model/zone-name.ts';
import { placeOf } from '../watch/apply.ts';
import type { Now } from '../watch/event.ts';
import { isStale } from '../watch/list.ts';
import { repairLines } from '../watch/repair-line.ts';
import type { WatchedSession } from '../watch/watched.ts';
import { sessionPath, sessionToken, sledPath } from './links.ts';
import { placeCells, sickOf } from '../watch/session-place.ts';
import { copiesMarkup } from './place-part.ts';
import type { Scene } from './scene.ts';
import { changedMarkup, healthMark, statesMarkup } from './session-parts.ts';

const COLUMNS: readonly PageColumn[] = [
  { heading: 'HEALTH', kind: 'word' },
  { heading: 'DOWNSTAIRS 0, 1, 2', kind: 'word' },
  { heading: 'REPAIRS', kind: 'text' },
  { heading: 'CHANGED', kind: 'text' },
  { heading: 'UPSTAIRS', kind: 'id' },
];

/** Sessions as they are now, each with a link to its page. */
export function sessionsTable(
  caption: string,
  sessions: readonly WatchedSession[],
  scene: Pick<Scene, 'now' | 'places'>,
): Markup {
  return pageTable({
    caption,
    nameHeading: 'SLED, ZONE, PID',
    columns: scene.places === null ? COLUMNS : [...COLUMNS, ...PLACE_COLUMNS],
    rows: sessions.map((session) => {
      const row = rowOf(session, scene.now);
      return scene.places === null ? row : { ...row, cells: [...row.cells, ...placesOf(session, scene)] };
    }),
  });
}

/** Where kept facts are: what the sick copies are on, and whose disk it is. */
const PLACE_COLUMNS: readonly PageColumn[] = [
  { heading: 'SICK COPIES', kind: 'text' },
  { heading: 'DISK, INSTANCE', kind: 'text' },
];

function placesOf(session: WatchedSession, scene: Pick<Scene, 'places'>): readonly [Markup, Markup] {
  const cells = placeCells(session, scene.places);
  const sick = sickOf(session);
  if (cells === null) return [markup`${sick.length === 0 ? '-' : 'not known'}`, markup`not known`];
  const names = [cells['disk'], cells['instance']].map((name) => String(name ?? '?'));
  return [sick.length === 0 ? markup`-` : copiesMarkup(cells, sick), markup`${names.join(', ')}`];
}

function rowOf(session: WatchedSession, now: Now): PageRow {
  const { sled, zone, pid, upstairsId } = session;
  const isOld = isStale(session, now.ms);
  // What moves does so now, or not at all.
  const repairs = isOld ? [] : repairLines(session).map((line) => markup`${line}<br>`);
  return {
    id: `s-${sessionToken(session)}`,
    name: markup`<a href="${sledPath(sled)}"><b>${placeOf(sled)}</b></a> <a href="${sessionPath(session)}">${shortZone(zone)}</a> PID ${pid ?? '?'}`,
    cells: [
      healthMark(session, now),
      statesMarkup(session, isOld),
      markup`${repairs}`,
      changedMarkup(session, now),
      upstairsId ?? '-',
    ],
  };
}
