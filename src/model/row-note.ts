import { formatDuration } from './duration.ts';
import type { Row } from './column.ts';

/** In the note of a row: its process was gone when the window ended. */
export const PROCESS_EXITED = 'process exited';

/** What the note of a row begins with whose report could not be read. */
export const UNREADABLE = 'unreadable: ';

/** Whether the process of a row was gone when the window ended. */
export function hasExited({ note }: Row): boolean {
  return typeof note === 'string' && note.split('; ').includes(PROCESS_EXITED);
}

/** Why the report of a row could not be read; null where it could. */
export function unreadableIn({ note }: Row): string | null {
  return typeof note === 'string' && note.startsWith(UNREADABLE) ? note.slice(UNREADABLE.length) : null;
}

/** Of a row that an older run gave, since the newest one had no answer of its sled. */
export function olderNote(ageMs: number): string {
  return `${formatDuration(ageMs)} older than the failure of its sled`;
}

/** What a note says of a session that was silent at the end of a window: its row does not say how it is now. */
export const LAST_REPORT_OLD = 'its last report came ';

/** The same where the sled's clock was set within the window. */
export const CLOCK_WAS_SET = "the sled's clock was set meanwhile";

/** Whether a row's newest report was old at the end of its window. */
export function isOldIn({ note }: Row): boolean {
  if (typeof note !== 'string') return false;
  return note.split('; ').some((part) => part.startsWith(LAST_REPORT_OLD) || part.startsWith(CLOCK_WAS_SET));
}
