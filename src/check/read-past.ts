import type { CheckConfig } from '../config/check-config.ts';
import { chronicleOf } from '../history/chronicle.ts';
import { headOf, readLines } from '../history/history-file.ts';
import { PAST_MS, pastText } from '../history/past.ts';
import { codeOf } from '../model/error.ts';
import type { Subject } from '../alert/subject.ts';
import { historyPlaceOf } from './history-place.ts';

/** What the history tells of an upstairs, for a mail; null where it tells nothing. */
export type Past = (subject: Subject) => string | null;

/** Reads it. A history that cannot be read tells nothing: no mail waits for it. */
export async function readPast(config: CheckConfig, now: number): Promise<Past> {
  const place = historyPlaceOf(config);
  try {
    if (place === null || (await headOf(place.path))?.is !== 'ours') return () => null;
    const chronicle = await chronicleOf(readLines(place.path), now - PAST_MS);
    return (subject) => pastText(chronicle, subject, now);
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return () => null;
  }
}
