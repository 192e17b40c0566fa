import { ageText, momentText } from '../../drawing/moment.ts';
import { markup, NOTHING, type Markup } from '../../html/markup.ts';
import { shortZone } from '../../model/zone-name.ts';
import { placeOf } from '../../watch/apply.ts';
import { isStale } from '../../watch/list.ts';
import { repairLines } from '../../watch/repair-line.ts';
import type { WatchedSession } from '../../watch/watched.ts';
import { historyPath, sessionToken, sledPath } from '../links.ts';
import { placeCells } from '../../watch/session-place.ts';
import { copiesMarkup } from '../place-part.ts';
import { logPart } from '../log-part.ts';
import type { Page } from '../page.ts';
import type { Scene } from '../scene.ts';
import { changedMarkup, healthMark, statesMarkup } from '../session-parts.ts';
import { trailDrawing } from '../trail.ts';
import { missingPage } from './missing-page.ts';

/** One session: all that is known of it now, and its last minute. */
export function sessionPage(token: string, scene: Scene): Page {
  const { watched, now } = scene;
  const session = [...watched.sessions.values()].find((each) => sessionToken(each) === token);
  if (session === undefined) {
    return missingPage(
      'This session is not seen',
      'It is gone, restarted, or on a sled that was never heard.',
    );
  }
  const { sled, zone, health } = session;
  const how = isStale(session, now.ms) ? 'STALE' : (health ?? 'not known');
  return {
    status: 200,
    title: `${how}: ${placeOf(sled)} ${shortZone(zone)}`,
    regions: [
      {
        id: 'session',
        content: markup`<header><p class="kind">session of an upstairs</p><h1>${shortZone(zone)}</h1></header>${factsPart(session, scene)}`,
      },
      { id: 'trails', content: trailsPart(session) },
      { id: 'log', content: logPart(watched.notes.filter((note) => isOf(session, note))) },
    ],
  };
}

function isOf(
  { sled, zone, pid }: WatchedSession,
  note: { readonly sled: string; readonly zone: string | null; readonly pid: number | null },
): boolean {
  return note.sled === sled.id && note.zone === zone && note.pid === pid;
}

function factsPart(session: WatchedSession, scene: Scene): Markup {
  const { now } = scene;
  const cells = placeCells(session, scene.places);
  const { sled, zone, pid, upstairsId, sessionId, heardMs, row } = session;
  const isOld = isStale(session, now.ms);
  const ago = now.ms - heardMs;
  const repairs = isOld ? [] : repairLines(session);
  const counter = (name: string) => [0, 1, 2].map((ds) => String(row[`${name}_${ds}`] ?? '?')).join(' / ');
  return markup`<dl class="facts">
<dt>health</dt><dd>${healthMark(session, now)}</dd>
<dt>downstairs 0, 1, 2</dt><dd>${statesMarkup(session, isOld)}</dd>
<dt>changed</dt><dd>${changedMarkup(session, now)}</dd>
<dt>last report</dt><dd>${isOld ? `STALE: ${ageText(ago)} ago` : `less than ${Math.floor(ago / 1000) + 1}s ago`} (${momentText(now.wall - ago)})</dd>
${repairs.length === 0 ? NOTHING : markup`<dt>repairs</dt><dd>${repairs.map((line) => markup`${line}<br>`)}</dd>`}
<dt>sled</dt><dd><a href="${sledPath(sled)}">${sled.id}</a>, cubby ${sled.cubby ?? 'not known'}</dd>
<dt>zone, PID</dt><dd>${zone}, ${pid ?? 'not known'}</dd>
<dt>upstairs</dt><dd>${upstairsId ?? 'without an id'}</dd>
<dt>session</dt><dd>${sessionId ?? 'without an id'}</dd>
${
  cells === null
    ? NOTHING
    : markup`<dt>disk, instance</dt><dd>${String(cells['disk'] ?? 'not known')}, ${String(cells['instance'] ?? 'not known')}</dd>
<dt>copies, by kept facts</dt><dd>${copiesMarkup(cells, [0, 1, 2])}</dd>`
}
<dt>live repairs completed</dt><dd>${counter('live_repair_completed')}</dd>
<dt>live repairs aborted</dt><dd>${counter('live_repair_aborted')}</dd>
<dt>connections</dt><dd>${counter('connected')}</dd>
<dt>history</dt><dd><a href="${historyPath({ q: upstairsId ?? zone })}">of this upstairs</a></dd>
</dl>`;
}

function trailsPart({ trail, row }: WatchedSession): Markup {
  const { jobs, bytes, delays } = trail;
  return markup`<section><h2>Its last reports</h2><dl class="facts">
<dt>jobs a report</dt><dd>${trailDrawing(jobs)} ${jobs.at(-1) ?? 0}</dd>
<dt>bytes in flight</dt><dd>${trailDrawing(bytes)} ${String(row['write_bytes_out'] ?? 'not known')}</dd>
<dt>write delay, us</dt><dd>${trailDrawing(delays)} ${delays.at(-1) ?? 0}</dd>
</dl></section>`;
}
