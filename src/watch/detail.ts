import { ageText, momentText } from '../drawing/moment.ts';
import { wrapped } from '../drawing/wrap.ts';
import type { Row } from '../model/column.ts';
import type { Now } from './event.ts';
import type { Listed } from './list.ts';
import { repairLines } from './repair-line.ts';
import type { ScreenSize } from './screen-state.ts';
import { placeCells, type Places } from './session-place.ts';
import { sparkline } from './sparkline.ts';
import { statesText } from './watched.ts';

/** All that is known of the line that was opened. */
export function detailLines(
  item: Listed,
  now: Now,
  { width, unicode }: Pick<ScreenSize, 'width' | 'unicode'>,
  places: Places = null,
): readonly string[] {
  if (item.is === 'sled') {
    const { sled, why, sinceMs } = item.sled;
    return [
      `sled ${sled.id}, cubby ${sled.cubby ?? 'not known'}, ${sled.host}`,
      `lost for ${ageText(now.ms - sinceMs)}:`,
      ...wrapped(why ?? 'not known', width - 2, '').map((line) => `  ${line}`),
    ];
  }
  const { session, isStale } = item;
  const { sled, zone, pid, upstairsId, sessionId, states, health, was, changedWall, heardMs, row } = session;
  const { jobs, bytes, delays } = session.trail;
  const line = (values: readonly number[]) => sparkline(values.slice(-Math.max(10, width - 40)), unicode);
  return [
    `upstairs ${upstairsId ?? 'without an id'}`,
    `session  ${sessionId ?? 'without an id'}`,
    `sled     ${sled.id}, cubby ${sled.cubby ?? 'not known'}`,
    `zone     ${zone}, PID ${pid ?? 'not known'}`,
    `states   ${statesText(states) ?? 'not known'}: ${health ?? 'not known'}`,
    `changed  ${changedWall === null ? 'not since the watch began' : `${momentText(changedWall)}, was ${was ?? 'not known'}`}`,
    `report   ${isStale ? 'STALE: ' : ''}the last one is ${ageText(now.ms - heardMs)} old`,
    ...(isStale ? [] : repairLines(session).map((text) => `repair   ${text}`)),
    ...placeLines(placeCells(session, places)),
    '',
    `jobs     ${line(jobs)} ${jobs.at(-1) ?? 0} a report`,
    `written  ${line(bytes)} ${String(row['write_bytes_out'] ?? 'not known')} bytes in flight`,
    `delay    ${line(delays)} ${delays.at(-1) ?? 0} us`,
  ];
}

/** Whose disk it is, and where its copies are, by kept facts as old as they are. */
function placeLines(cells: Row | null): readonly string[] {
  if (cells === null) return [];
  const of = (name: string) => String(cells[name] ?? '?');
  return [
    `disk     ${of('disk')}, instance ${of('instance')}`,
    ...[0, 1, 2].map((index) => `copy ${index}   on ${of(`ds${index}_sled`)}, disk ${of(`ds${index}_disk`)}`),
    `         by kept facts: ${of('facts_age')}`,
  ];
}
