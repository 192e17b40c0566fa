import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { readDocument, type Read } from './documents.ts';
import { siteSled } from './messages.ts';

const BEAT = 'cruc-fleet/beat';
const VERSION = 1;
const MOST_BYTES = 16 * 1024 * 1024;

const schema = z.object({
  schema: z.literal(`${BEAT}/v${VERSION}`),
  site: z.string(),
  runner: z.string(),
  version: z.string(),
  at: z.iso.datetime(),
  started_at: z.iso.datetime(),
  every_ms: z.int().positive(),
  /** Patterns of the probes that it answers. */
  allow: z.array(z.string()),
  at_once: z.int(),
  running: z.int(),
  racks: z.array(z.object({ id: z.string(), name: z.string().nullable() })),
  sleds: z.array(siteSled),
  /** Why it cannot name its sleds now; null where it can. */
  problem: z.string().nullable(),
});

/** What a runner says of itself now and then; the hub keeps the last one of each. */
export type Beat = z.infer<typeof schema>;

export const BEAT_SCHEMA = `${BEAT}/v${VERSION}` as const;

export function packBeat(beat: Beat): Uint8Array {
  return gzipSync(JSON.stringify(beat));
}

export function readBeat(data: Uint8Array): Read<Beat> {
  try {
    const json = gunzipSync(data, { maxOutputLength: MOST_BYTES });
    return readDocument(json, schema, { name: BEAT, version: VERSION, what: 'heartbeat' });
  } catch {
    return { ok: false, wrong: 'the heartbeat cannot be unpacked' };
  }
}
