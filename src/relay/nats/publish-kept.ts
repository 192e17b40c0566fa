import { headers, NoRespondersError, RequestError } from '@nats-io/transport-node';
import { describeError } from '../../model/error.ts';
import type { Hub } from './connect.ts';

const TIMEOUT_MS = 5000;

/** Where the hub keeps a message; or why it does not, as the end of a sentence. */
export type Kept = { readonly sequence: number } | { readonly why: string };

/** Publishes a message and waits until the hub has kept it in a stream. Never rejects. */
export async function publishKept(
  { connection }: Hub,
  subject: string,
  data: Uint8Array | string,
  /** The hub keeps one of several with the same id. */
  id?: string,
): Promise<Kept> {
  const head = headers();
  if (id !== undefined) head.set('Nats-Msg-Id', id);
  try {
    const reply = await connection.request(subject, data, { timeout: TIMEOUT_MS, headers: head });
    return keptIn(JSON.parse(reply.string()));
  } catch (error) {
    return {
      why: isUnheard(error) ? nobodyKeeps(connection.info?.jetstream === true) : describeError(error),
    };
  }
}

function isUnheard(error: unknown): boolean {
  return error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());
}

function nobodyKeeps(hasStreams: boolean): string {
  return hasStreams
    ? 'it has no stream for that yet: cruc-fleet sites, run once by who may ask everything, makes it'
    : 'it runs without JetStream';
}

function keptIn(reply: unknown): Kept {
  const field = (of: unknown, name: string): unknown =>
    typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
  const sequence = field(reply, 'seq');
  if (typeof sequence === 'number' && sequence > 0) return { sequence };
  const why = field(field(reply, 'error'), 'description');
  return { why: typeof why === 'string' ? why : 'its answer was not understood' };
}
