import { padded } from '../drawing/display-width.ts';
import { ageText, againText } from '../drawing/moment.ts';
import { HEALTHS } from '../model/health.ts';
import { stateCode } from '../model/state-codes.ts';
import { shortestZone, shortZone } from '../model/zone-name.ts';
import { placeOf } from './apply.ts';
import { detailLines } from './detail.ts';
import type { Places } from './session-place.ts';
import type { Now } from './event.ts';
import { cut, framed, headOf, keyLines, logLines } from './frame.ts';
import { isStale, listOf, type Listed } from './list.ts';
import { PICTURE_WIDTH, rackPicture, racksOf } from './rack-picture.ts';
import { repairLines } from './repair-line.ts';
import { KEYS, type ScreenSize, type ScreenState } from './screen-state.ts';
import { statesText, type Watched, type WatchedSession } from './watched.ts';

/** Lines of the log that are always there, and at most. */
const LEAST_LOG = 3;
/** From this width on ids and zones are in full words. */
const WIDE = 120;

/** The whole screen: as many lines as it has, none wider than it. */
export function viewLines(
  watched: Watched,
  screen: ScreenState,
  now: Now,
  size: ScreenSize,
  title: string,
  places: Places = null,
): readonly string[] {
  const list = listOf(watched, screen, now.ms);
  const chosen = Math.min(screen.chosen, Math.max(0, list.length - 1));
  const head = headLines(watched, now, title);
  const foot = footLine(screen, list.length);
  const room = size.height - head.length - 1;
  const body = screen.showsHelp
    ? keyLines(KEYS)
    : bodyLines(watched, screen, now, size, { list, chosen, room, places });
  return framed(head, body, foot, size);
}

function headLines(watched: Watched, now: Now, title: string): readonly string[] {
  return headOf(watched, now, title, countsText(watched, now.ms));
}

/** Counts of what is fresh, by health; what is stale and unknown apart. */
export function countsText(watched: Watched, nowMs: number): string {
  const sessions = [...watched.sessions.values()];
  const fresh = sessions.filter((session) => !isStale(session, nowMs));
  const counts = HEALTHS.map(
    (health) => [health, fresh.filter((session) => session.health === health).length] as const,
  );
  const unknown = fresh.filter(({ health }) => health === null).length;
  const stale = sessions.length - fresh.length;
  return [
    ...counts.filter(([, count]) => count > 0).map(([health, count]) => `${count} ${health}`),
    ...(unknown === 0 ? [] : [`${unknown} not known`]),
    ...(stale === 0 ? [] : [`${stale} stale`]),
    ...(sessions.length === 0 ? ['no upstairs was seen'] : []),
  ].join(', ');
}

function footLine({ isTyping, filter, sort, showsAll, isPaused }: ScreenState, listed: number): string {
  if (isTyping) return `filter: ${filter}_`;
  const parts = [
    ...(isPaused ? ['PAUSED (p goes on)'] : []),
    ...(filter === '' ? [] : [`filter ${filter}`]),
    `${listed} listed (${showsAll ? 'all' : 'what needs attention'}, ${sort})`,
    '? help  q end',
  ];
  return parts.join('  ');
}

interface Body {
  readonly list: readonly Listed[];
  readonly chosen: number;
  readonly room: number;
  readonly places: Places;
}

function bodyLines(
  watched: Watched,
  screen: ScreenState,
  now: Now,
  size: ScreenSize,
  { list, chosen, room, places }: Body,
): readonly string[] {
  const item = list[chosen];
  if (screen.isOpen && item !== undefined) return detailLines(item, now, size, places);
  const [rack] = screen.showsRack ? racksOf(watched, now.ms) : [];
  const picture = rack === undefined ? [] : rackPicture(watched, rack, now.ms);
  const racks = new Set([...watched.sleds.values()].map(({ sled }) => sled.rack)).size;
  const left =
    rack === undefined ? [] : [`rack ${rack}${racks > 1 ? ` (worst of ${racks})` : ''}`, ...picture];
  const leftWidth = left.length === 0 ? 0 : PICTURE_WIDTH + 1;
  const isBeside = leftWidth > 0 && size.width - leftWidth >= 50 && left.length <= room - LEAST_LOG;
  const listWidth = isBeside ? size.width - leftWidth : size.width;
  const most = isBeside ? left.length : Math.max(1, Math.min(room - LEAST_LOG - 1, Math.floor(room * 0.7)));
  const right = listLines(list, chosen, now, { ...size, width: listWidth }, most);
  const upper = isBeside ? left.map((line, n) => `${padded(line, leftWidth)}${right[n] ?? ''}`) : right;
  return [...upper, ...logLines(watched, room - upper.length - 1)];
}

/** The lines of the list around the one that is chosen, with what is above and below told. */
function listLines(
  list: readonly Listed[],
  chosen: number,
  now: Now,
  size: ScreenSize,
  most: number,
): readonly string[] {
  if (list.length === 0) return ['nothing needs attention'];
  // Behind a site the place of a sled is longer.
  const places = list.map((item) => placeOf(item.is === 'sled' ? item.sled.sled : item.session.sled));
  const placeWidth = Math.max(6, ...places.map((place) => place.length + 1));
  const blocks = list.map((item, n) => blockOf(item, n === chosen, now, size, placeWidth));
  let from = 0;
  const height = (to: number) => blocks.slice(from, to + 1).flat().length;
  while (height(chosen) > most - 1 && from < chosen) from += 1;
  const lines = blocks.slice(from).flat();
  if (lines.length <= most) return lines;
  let shown = 0;
  const kept: string[] = [];
  for (const block of blocks.slice(from)) {
    if (kept.length + block.length > most - 1) break;
    kept.push(...block);
    shown += 1;
  }
  return [...kept, `  and ${list.length - from - shown} more below`];
}

function blockOf(
  item: Listed,
  isChosen: boolean,
  now: Now,
  size: ScreenSize,
  placeWidth: number,
): readonly string[] {
  const mark = isChosen ? '>' : ' ';
  if (item.is === 'sled') {
    const { sled, why, sinceMs, againAtMs } = item.sled;
    const again = againAtMs === null ? '' : `, ${againText(againAtMs - now.ms)}`;
    return [
      cut(
        `${mark}${placeOf(sled)} LOST for ${ageText(now.ms - sinceMs)}${again}: ${why ?? 'not known'}`,
        size,
      ),
    ];
  }
  const { session, isStale: stale } = item;
  const lines = [
    `${mark}${padded(placeOf(session.sled), placeWidth)}${sessionLine(session, stale, now, size)}`,
  ];
  // What moves does so now, or not at all.
  if (!stale) lines.push(...repairLines(session).map((line) => `     ${line}`));
  return lines.map((line) => cut(line, size));
}

function sessionLine(session: WatchedSession, stale: boolean, now: Now, { width }: ScreenSize): string {
  const { zone, pid, upstairsId, states, health, changedWall, was, heardMs, unreadable } = session;
  const isWide = width >= WIDE;
  const name = isWide
    ? `${padded(shortZone(zone), 18)} ${padded(String(pid ?? '?'), 6)}`
    : shortestZone(zone);
  const known = statesText(states);
  const words = known === null ? '?/?/?' : isWide ? known : stateCode(known);
  const age = stale ? `STALE ${ageText(now.ms - heardMs)}` : (health ?? 'not known');
  const since = changedWall === null ? '' : ` ${ageText(now.wall - changedWall)}`;
  const from = was === null || changedWall === null ? '' : ` was ${isWide ? was : stateCode(was)}`;
  const more = isWide ? deltaText(session) : '';
  const why = unreadable === null ? '' : ` ${unreadable}`;
  return `${name} ${padded((upstairsId ?? '-').slice(0, 8), 9)}${padded(words, isWide ? 36 : 12)}${age}${since}${from}${more}${why}`;
}

/** What counters grew by since the watch began. */
function deltaText({ row, first }: WatchedSession): string {
  const grown = (name: string) => {
    const [now, before] = [row[name], first[name]];
    return typeof now === 'number' && typeof before === 'number' && now >= before ? now - before : null;
  };
  const jobs = grown('next_job_id');
  const connected = [0, 1, 2].map((ds) => grown(`connected_${ds}`));
  const parts = [
    ...(jobs === null ? [] : [`+${jobs} jobs`]),
    ...(connected.some((count) => count !== null && count > 0)
      ? [`+${connected.map((count) => count ?? '?').join('/')} connections`]
      : []),
  ];
  return parts.length === 0 ? '' : `  ${parts.join(', ')}`;
}
