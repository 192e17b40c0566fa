import { ageText, againText } from '../../drawing/moment.ts';
import { markup, type Markup } from '../../html/markup.ts';
import { stateMark } from '../../html/sign.ts';
import { placeOf } from '../../watch/apply.ts';
import { listOf } from '../../watch/list.ts';
import { FIRST_SCREEN } from '../../watch/screen-state.ts';
import type { WatchedSled } from '../../watch/watched.ts';
import { historyPath } from '../links.ts';
import { logPart } from '../log-part.ts';
import type { Page } from '../page.ts';
import type { Scene } from '../scene.ts';
import { sessionsTable } from '../sessions-table.ts';
import { missingPage } from './missing-page.ts';

/** One sled: how it is watched, and every upstairs on it. */
export function sledPage(id: string, scene: Scene): Page {
  const { watched, now } = scene;
  const own = watched.sleds.get(id);
  if (own === undefined)
    return missingPage(`No sled ${id} is watched here`, 'It may have left the inventory.');
  const sessions = listOf(watched, { ...FIRST_SCREEN, showsAll: true }, now.ms).flatMap((each) =>
    each.is === 'session' && each.session.sled.id === id ? [each.session] : [],
  );
  const title = `Upstairs on this sled: ${sessions.length}`;
  const table =
    sessions.length === 0
      ? markup`<p>${own.state === 'live' ? 'It is watched, and no upstairs was seen on it.' : 'Nothing is known of the upstairs on it.'}</p>`
      : sessionsTable(title, sessions, scene);
  return {
    status: 200,
    title: `${placeOf(own.sled)}: ${own.state}, ${sessions.length} upstairs`,
    regions: [
      {
        id: 'sled',
        content: markup`<header><p class="kind">sled</p><h1>${id}</h1></header>${factsPart(own, scene)}`,
      },
      { id: 'list', content: markup`<section><h2>${title}</h2>${table}</section>` },
      { id: 'log', content: logPart(watched.notes.filter(({ sled }) => sled === id)) },
    ],
  };
}

function factsPart({ sled, state, sinceMs, why, againAtMs, processes }: WatchedSled, { now }: Scene): Markup {
  const age = ageText(now.ms - sinceMs);
  const labels = Object.entries(sled.labels).map(([name, value]) => `${name}=${value}`);
  const again = againAtMs === null ? '' : `, ${againText(againAtMs - now.ms)}`;
  const seen = {
    live: markup`${stateMark('answered', 'live')} for ${age}`,
    waiting: markup`${stateMark('no_answer', 'not heard yet')} for ${age}`,
    lost: markup`${stateMark('no_answer', 'LOST')} for ${age}${again}: ${why ?? 'not known'}`,
  }[state];
  return markup`<dl class="facts">
<dt>watched</dt><dd>${seen}</dd>
<dt>rack, cubby</dt><dd>${sled.rack}, ${sled.cubby ?? 'not known'}</dd>
<dt>serial</dt><dd>${sled.serial ?? 'not known'}</dd>
<dt>address</dt><dd>${sled.host}</dd>
<dt>labels</dt><dd>${labels.length === 0 ? '-' : labels.join(', ')}</dd>
<dt>propolis processes</dt><dd>${state === 'live' && processes !== null ? processes.size : 'not known'}</dd>
<dt>history</dt><dd><a href="${historyPath({ q: sled.id })}">of the upstairs on it</a></dd>
</dl>`;
}
