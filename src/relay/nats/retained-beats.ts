import { jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { describeError } from '../../model/error.ts';
import { readBeat, type Beat } from '../beat.ts';
import { BEATS } from '../subjects.ts';
import type { Hub } from './connect.ts';

const DAY_NS = 24 * 3600 * 1_000_000_000;
/** A runner that was not heard of for so long is one that was. */
const KEPT_DAYS = 30;
const MOST_BYTES = 256 * 1024 * 1024;
const TIMEOUT_MS = 3000;
/** Asked for at the same time. */
const AT_ONCE = 64;

/** The last heartbeat of each runner, or why the hub keeps none. */
export type Retained =
  | { readonly beats: readonly Beat[]; readonly wrong: readonly string[]; readonly isNew: boolean }
  | { readonly why: string };

/** Reads the heartbeats that the hub keeps; has it keep them from now on where it did not. Never rejects. */
export async function retainedBeats({ connection, hasStreams }: Hub): Promise<Retained> {
  if (!hasStreams) return { why: 'the hub keeps no heartbeats, since it runs without JetStream' };
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: TIMEOUT_MS });
    const info = await manager.streams.info(BEATS.stream, { subjects_filter: '>' }).catch(() => null);
    if (info === null) {
      await manager.streams.add({
        name: BEATS.stream,
        subjects: [BEATS.subjects],
        max_msgs_per_subject: 1,
        max_age: KEPT_DAYS * DAY_NS,
        max_bytes: MOST_BYTES,
        storage: StorageType.File,
        retention: RetentionPolicy.Limits,
        allow_direct: true,
      });
      return { beats: [], wrong: [], isNew: true };
    }
    const subjects = Object.keys(info.state.subjects ?? {}).sort();
    const beats: Beat[] = [];
    const wrong: string[] = [];
    for (let n = 0; n < subjects.length; n += AT_ONCE) {
      const some = subjects.slice(n, n + AT_ONCE);
      const messages = await Promise.all(
        some.map((subject) => manager.streams.getMessage(BEATS.stream, { last_by_subj: subject })),
      );
      for (const [at, message] of messages.entries()) {
        if (message === null) continue;
        const read = readBeat(message.data);
        // Its subject, which the hub checked, says who it is: what it says of itself is not proof.
        const [, site, runner] = /^cruc\.v1\.beat\.([^.]+)\.([^.]+)$/.exec(some[at] ?? '') ?? [];
        if (read.ok && read.value.site === site && read.value.runner === runner) beats.push(read.value);
        else wrong.push(`${some[at]}: ${read.ok ? 'it names another site' : read.wrong}`);
      }
    }
    return { beats, wrong, isNew: false };
  } catch (error) {
    return { why: `the heartbeats that the hub keeps could not be read: ${describeError(error)}` };
  }
}
