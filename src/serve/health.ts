import { foldFailures } from '../drawing/failure-fold.ts';
import { foldSleds } from '../model/sled-fold.ts';
import { isFresh, type Watched } from '../watch/watched.ts';
import type { Now } from '../watch/event.ts';
import { outcomesNow } from '../watch/outcomes.ts';

/** Whether anything at all is heard of the sleds, as a sentence for whoever looks after this server. */
export function healthOf(watched: Watched, now: Now): { readonly isHearing: boolean; readonly text: string } {
  const sleds = [...watched.sleds.values()];
  const live = sleds.filter(({ state }) => state === 'live');
  const heard = new Set(
    [...watched.sessions.values()].filter((session) => isFresh(session, now.ms)).map(({ sled }) => sled.id),
  );
  // A sled without an upstairs says nothing, and is heard.
  const isHeard = live.some(({ sled, processes }) => heard.has(sled.id) || processes?.size === 0);
  const share = `${live.length} of ${sleds.length} sleds are watched`;
  if (isHeard) return { isHearing: true, text: `ok: ${share}` };
  if (live.length > 0) return { isHearing: false, text: `${share}, and no upstairs on them reports` };
  const failures = outcomesNow(watched, now).filter((outcome) => outcome.status === 'failed');
  const why = foldFailures(failures).map(
    ({ outcomes, reason }) => `${foldSleds(outcomes.map(({ sled }) => sled))}: ${reason}`,
  );
  return { isHearing: false, text: [`${share}; nothing is heard`, ...why].join('\n') };
}
