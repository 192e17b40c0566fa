import { markup, NOTHING, type Markup } from '../../html/markup.ts';
import { pageTable, type PageRow } from '../../html/page-table.ts';
import { stateMark } from '../../html/sign.ts';
import { repairsUnderWay, type Repair } from '../../kinds/repairs-under-way.ts';
import { shortZone } from '../../model/zone-name.ts';
import { placeOf } from '../../watch/apply.ts';
import { isStale } from '../../watch/list.ts';
import { repairText } from '../../watch/repair-line.ts';
import type { WatchedSession } from '../../watch/watched.ts';
import { sessionPath, sledPath } from '../links.ts';
import type { Page } from '../page.ts';
import type { Scene } from '../scene.ts';

/** Every live repair and reconciliation that runs, or ran when its session was last heard. */
export function repairsPage({ watched, now }: Scene): Page {
  const found = [...watched.sessions.values()].flatMap((session) =>
    repairsUnderWay(session.repairRows).map((repair) => ({ session, repair })),
  );
  const isOld = (session: WatchedSession) =>
    isStale(session, now.ms) || watched.sleds.get(session.sled.id)?.state !== 'live';
  const title = `Repairs under way: ${found.filter(({ session }) => !isOld(session)).length}`;
  const unseen = [...watched.sleds.values()].filter(({ state }) => state !== 'live').length;
  const silent = [...watched.sessions.values()].filter(
    (session) => session.health === null || session.health === 'no_report' || isOld(session),
  ).length;
  const rows = found.map(({ session, repair }) => rowOf(session, repair, isOld(session)));
  return {
    status: 200,
    title,
    regions: [
      {
        id: 'head',
        content: markup`<header><h1>${title}</h1></header>${unknownPart(unseen, watched.sleds.size, silent)}`,
      },
      {
        id: 'list',
        content:
          rows.length === 0
            ? markup`<p>No repair is seen.</p>`
            : pageTable({
                caption: title,
                nameHeading: 'SLED, ZONE, PID',
                columns: [
                  { heading: 'REPAIR', kind: 'word' },
                  { heading: 'DONE', kind: 'word' },
                  { heading: 'HOW FAR', kind: 'text' },
                ],
                rows,
              }),
      },
    ],
  };
}

/** What is not seen may be under repair. */
function unknownPart(unseen: number, sleds: number, silent: number): Markup {
  if (unseen === 0 && silent === 0) return NOTHING;
  const parts = [
    ...(unseen === 0 ? [] : [`${unseen} of ${sleds} sleds are not watched`]),
    ...(silent === 0 ? [] : [`${silent} ${silent === 1 ? 'session does' : 'sessions do'} not report`]),
  ];
  return markup`<p class="trouble">${parts.join(', and ')}: there may be more repairs.</p>`;
}

function rowOf(session: WatchedSession, repair: Repair, isOld: boolean): PageRow {
  const { sled, zone, pid } = session;
  const { extentsDone, total, kind, downstairs, state } = repair;
  const share =
    total === null || extentsDone === null || total.extents === 0 ? null : extentsDone / total.extents;
  const what = kind === 'reconciliation' ? 'reconciliation' : `live repair of ${downstairs ?? '?'}`;
  const percent = share === null ? '?' : `${Math.floor(Math.min(1, share) * 100)} %`;
  const bar =
    share === null || isOld
      ? NOTHING
      : markup`<progress max="100" value="${Math.floor(Math.min(1, share) * 100)}" aria-label="${what}">${percent}</progress> `;
  return {
    name: markup`<a href="${sledPath(sled)}"><b>${placeOf(sled)}</b></a> <a href="${sessionPath(session)}">${shortZone(zone)}</a> PID ${pid ?? '?'}`,
    cells: [
      isOld ? stateMark('no_answer', `STALE: ${what}`) : stateMark('repairing', what),
      state === 'live_repair_ready' ? 'waits' : markup`${bar}${percent}`,
      isOld ? `was: ${repairText(repair)}` : repairText(repair),
    ],
  };
}
