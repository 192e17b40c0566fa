import { ageText, againText } from '../../drawing/moment.ts';
import { markup, NOTHING, type Markup } from '../../html/markup.ts';
import { racksSection } from '../../html/racks-section.ts';
import { reportSummary, reportTitle } from '../../html/report-summary.ts';
import { stateMark } from '../../html/sign.ts';
import { placeOf } from '../../watch/apply.ts';
import { listOf, type Listed } from '../../watch/list.ts';
import { FIRST_SCREEN } from '../../watch/screen-state.ts';
import { sledPath } from '../links.ts';
import { logPart } from '../log-part.ts';
import type { Page } from '../page.ts';
import type { PageRoute } from '../route.ts';
import type { Scene } from '../scene.ts';
import { sessionsTable } from '../sessions-table.ts';

/** More rows than this are counted: a filter finds them. */
const MOST_ROWS = 200;

/** The racks as they are: who answers, what needs attention, the drawing, what happened. */
export function rackPage(
  { filter, showsAll }: Extract<PageRoute, { readonly page: 'rack' }>,
  scene: Scene,
): Page {
  const report = scene.report();
  return {
    status: 200,
    title: reportTitle(report),
    regions: [
      { id: 'summary', content: reportSummary(report) },
      { id: 'chosen', content: choice(filter, showsAll), isFixed: true },
      { id: 'list', content: listPart(filter, showsAll, scene) },
      { id: 'racks', content: markup`${racksSection(report, ({ sled }) => sledPath(sled))}` },
      { id: 'log', content: logPart(scene.watched.notes) },
    ],
  };
}

/** A form that works without a script. */
function choice(filter: string, showsAll: boolean): Markup {
  const checked = showsAll ? markup` checked` : NOTHING;
  return markup`<form class="chosen" method="get" action="/" role="search">
<label>Filter <input type="search" name="q" value="${filter}" maxlength="200" placeholder="sled, zone, id, health or state"></label>
<label><input type="checkbox" name="all" value="1"${checked}> healthy ones too</label>
<button>Show</button>${filter === '' && !showsAll ? NOTHING : markup` <a href="/">Show what needs attention</a>`}
</form>`;
}

function listPart(filter: string, showsAll: boolean, scene: Scene): Markup {
  const { watched, now } = scene;
  const listed = listOf(watched, { ...FIRST_SCREEN, filter, showsAll }, now.ms);
  const lost = listed.flatMap((each) => (each.is === 'sled' ? [each] : []));
  const sessions = listed.flatMap((each) => (each.is === 'session' ? [each.session] : []));
  const shown = sessions.slice(0, MOST_ROWS);
  const what = showsAll ? 'Upstairs' : 'Needs attention';
  const title = `${what}${filter === '' ? '' : `, with “${filter}”`}: ${lost.length + sessions.length}`;
  const more = sessions.length - shown.length;
  return markup`<section><h2>${title}</h2>
${lost.length === 0 ? NOTHING : markup`<ul class="lacking">${lost.map((each) => lostItem(each, scene))}</ul>`}
${shown.length === 0 ? emptyText(scene, listed.length, filter) : sessionsTable(title, shown, scene)}
${more === 0 ? NOTHING : markup`<p>${more} more are not shown: filter them.</p>`}</section>`;
}

function lostItem({ sled: own }: Extract<Listed, { readonly is: 'sled' }>, { now }: Scene): Markup {
  const again = own.againAtMs === null ? '' : `, ${againText(own.againAtMs - now.ms)}`;
  return markup`<li>${stateMark('no_answer', 'LOST')} <a href="${sledPath(own.sled)}">${placeOf(own.sled)}</a> for ${ageText(now.ms - own.sinceMs)}${again}: ${own.why ?? 'not known'}</li>`;
}

/** That nothing is listed means that all is well only where all was seen. */
function emptyText({ watched }: Scene, listed: number, filter: string): Markup {
  if (filter !== '') return markup`<p>No upstairs that is listed has this text.</p>`;
  const unseen = [...watched.sleds.values()].filter(({ state }) => state !== 'live').length;
  if (unseen > 0) {
    return markup`<p>Nothing is known of the upstairs on ${unseen} of ${watched.sleds.size} sleds.${listed === 0 ? markup` Nothing else needs attention.` : NOTHING}</p>`;
  }
  return watched.sessions.size === 0
    ? markup`<p>No upstairs was seen.</p>`
    : markup`<p>Every upstairs that reports is well.</p>`;
}
