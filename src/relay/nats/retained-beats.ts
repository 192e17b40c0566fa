import { jetstreamManager } from '@nats-io/jetstream';
import { describeError } from '../../model/error.ts';
import { readBeat, type Beat } from '../beat.ts';
import { BEATS } from '../subjects.ts';
import type { Hub } from './connect.ts';
import { BEATS_PLAN, lastMessages, openStream } from './streams.ts';

const TIMEOUT_MS = 3000;

/** The last heartbeat of each runner, or why the hub keeps none. */
export type Retained =
  | { readonly beats: readonly Beat[]; readonly wrong: readonly string[]; readonly isNew: boolean }
  | { readonly why: string };

/** Reads the heartbeats that the hub keeps; has it keep them from now on where it did not. Never rejects. */
export async function retainedBeats({ connection, hasStreams }: Hub): Promise<Retained> {
  if (!hasStreams) return { why: 'the hub keeps no heartbeats, since it runs without JetStream' };
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: TIMEOUT_MS });
    const { subjects, isNew } = await openStream(manager, BEATS_PLAN, BEATS.subjects);
    const beats: Beat[] = [];
    const wrong: string[] = [];
    for (const { subject, data } of await lastMessages(manager, BEATS.stream, subjects)) {
      const read = readBeat(data);
      // Its subject, which the hub checked, says who it is: what it says of itself is not proof.
      const [, site, runner] = /^cruc\.v1\.beat\.([^.]+)\.([^.]+)$/.exec(subject) ?? [];
      if (read.ok && read.value.site === site && read.value.runner === runner) beats.push(read.value);
      else wrong.push(`${subject}: ${read.ok ? 'it names another site' : read.wrong}`);
    }
    return { beats, wrong, isNew };
  } catch (error) {
    return { why: `the heartbeats that the hub keeps could not be read: ${describeError(error)}` };
  }
}
