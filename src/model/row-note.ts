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
