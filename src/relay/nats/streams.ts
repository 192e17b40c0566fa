import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
import { describeError, FleetError } from '../../model/error.ts';
import { BEATS, REPORTS } from '../subjects.ts';

const HOUR_NS = 3600 * 1_000_000_000;
const MIB = 1024 * 1024;
/** Asked for at the same time. */
const AT_ONCE = 64;

interface StreamPlan {
  readonly name: string;
  readonly subjects: string[];
  readonly max_age: number;
  readonly max_bytes: number;
  readonly max_msgs_per_subject?: number;
}

/** The last heartbeat of each runner; one that was not heard of for so long is one that was. */
export const BEATS_PLAN: StreamPlan = {
  name: BEATS.stream,
  subjects: [BEATS.subjects],
  max_msgs_per_subject: 1,
  max_age: 30 * 24 * HOUR_NS,
  max_bytes: 256 * MIB,
};

/** The reports of a day, as far as they have room: the oldest go first. */
export const REPORTS_PLAN: StreamPlan = {
  name: REPORTS.stream,
  subjects: [REPORTS.subjects],
  max_age: 24 * HOUR_NS,
  max_bytes: 1024 * MIB,
};

/** What a stream holds under a filter, by subject; makes the stream where it is missing. Rejects with why it cannot. */
export async function openStream(
  manager: JetStreamManager,
  plan: StreamPlan,
  filter: string,
): Promise<{ readonly subjects: readonly string[]; readonly isNew: boolean }> {
  const info = await infoOf(manager, plan.name, filter);
  if (info !== null) return { subjects: Object.keys(info.state.subjects ?? {}).sort(), isNew: false };
  try {
    await manager.streams.add({
      ...plan,
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      allow_direct: true,
    });
  } catch (cause) {
    if (/permissions violation/i.test(describeError(cause))) {
      throw new FleetError(
        'unreachable',
        `the hub has no stream ${plan.name} yet: cruc-fleet sites, run once by who may ask everything, makes it`,
      );
    }
    throw new FleetError('unreachable', `the hub has no stream ${plan.name}, and could not make it`, {
      cause,
    });
  }
  return { subjects: [], isNew: true };
}

async function infoOf(manager: JetStreamManager, stream: string, filter: string): Promise<StreamInfo | null> {
  try {
    return await manager.streams.info(stream, { subjects_filter: filter });
  } catch (error) {
    if (/stream not found/i.test(describeError(error))) return null;
    throw error;
  }
}

export interface KeptMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** When the hub had it, by its clock. */
  readonly at: Date;
}

/** The last message of each subject. */
export async function lastMessages(
  manager: JetStreamManager,
  stream: string,
  subjects: readonly string[],
): Promise<readonly KeptMessage[]> {
  return await inGroups(subjects, async (subject) => {
    const message = await manager.streams.getMessage(stream, { last_by_subj: subject });
    return message === null ? [] : [{ subject, data: message.data, at: message.time }];
  });
}

/** Messages by their numbers; those that are no longer kept are left out. */
export async function messagesAt(
  manager: JetStreamManager,
  stream: string,
  sequences: readonly number[],
): Promise<readonly KeptMessage[]> {
  return await inGroups(sequences, async (seq) => {
    const message = await manager.streams.getMessage(stream, { seq });
    return message === null ? [] : [{ subject: message.subject, data: message.data, at: message.time }];
  });
}

async function inGroups<T>(
  items: readonly T[],
  get: (item: T) => Promise<readonly KeptMessage[]>,
): Promise<readonly KeptMessage[]> {
  const messages: KeptMessage[] = [];
  for (let n = 0; n < items.length; n += AT_ONCE) {
    const some = await Promise.all(items.slice(n, n + AT_ONCE).map(get));
    messages.push(...some.flat());
  }
  return messages;
}
