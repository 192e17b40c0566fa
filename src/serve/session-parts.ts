import { ageText, momentText } from '../drawing/moment.ts';
import { downstairsMark } from '../html/downstairs-mark.ts';
import { markup, NOTHING, type Markup } from '../html/markup.ts';
import { stateMark } from '../html/sign.ts';
import type { Now } from '../watch/event.ts';
import { isStale } from '../watch/list.ts';
import type { WatchedSession } from '../watch/watched.ts';

/** The health of a session as it is now; of one that is silent, since when. */
export function healthMark(session: WatchedSession, now: Now): Markup {
  const { health, heardMs } = session;
  if (isStale(session, now.ms)) return stateMark('no_answer', `STALE ${ageText(now.ms - heardMs)}`);
  return health === null ? stateMark('in_part', 'not known') : stateMark(health);
}

/** The states of its downstairs; those of a silent one are said to be old. */
export function statesMarkup({ states, health, unreadable }: WatchedSession, isOld: boolean): Markup {
  if (states === null) return markup`not known${unreadable === null ? NOTHING : markup`: ${unreadable}`}`;
  if (isOld) return markup`<span class="soft">was ${states.join(' / ')}</span>`;
  return markup`${states.map((state) => downstairsMark(state, health))}`;
}

/** When its states changed, and what they were. */
export function changedMarkup({ changedWall, was }: WatchedSession, now: Now): Markup {
  if (changedWall === null) return markup`not since the watch began`;
  const when = momentText(changedWall);
  return markup`${ageText(now.wall - changedWall)} ago <small><time datetime="${when}">${when}</time>${was === null ? NOTHING : markup`, was ${was.replaceAll('/', ' / ')}`}</small>`;
}
