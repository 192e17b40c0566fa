import { momentText } from '../../drawing/moment.ts';
import { escapedJson, printable } from '../../model/printable.ts';
import { isRoutine, type Note } from '../../watch/event.ts';

/** What a watch tells off a terminal: text for people, or records. */
export const WATCH_FORMATS = ['lines', 'ndjson'] as const;

export type WatchFormat = (typeof WATCH_FORMATS)[number];

/** A note as a line; null where people need not hear of it: that something is well when it is first seen. */
export function noteLine(note: Note, format: WatchFormat): string | null {
  const { wall, what, text, ...rest } = note;
  if (format === 'lines') {
    return isRoutine(note) ? null : `${momentText(wall)} ${printable(text)}\n`;
  }
  const { upstairsId, sessionId, ...others } = rest;
  const record = {
    type: 'event',
    time: new Date(wall).toISOString(),
    event: what,
    ...others,
    upstairs_id: upstairsId,
    session_id: sessionId,
    text,
  };
  return `${escapedJson(JSON.stringify(record))}\n`;
}
