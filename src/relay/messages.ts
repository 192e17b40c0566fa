import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { readDocument, type Read } from './documents.ts';
import { NEWS } from './news.ts';

/** A sled as a site names it, without the way to it. */
export const siteSled = z.object({
  id: z.string(),
  rack: z.string(),
  name: z.string(),
  serial: z.string().nullable(),
  cubby: z.number().nullable(),
  labels: z.record(z.string(), z.string()).optional(),
});

export type SiteSled = z.infer<typeof siteSled>;

/** Why a runner does not answer a question. */
export const REFUSALS = ['refused', 'busy', 'expired', 'failed', 'nothing_selected'] as const;

export type Refusal = (typeof REFUSALS)[number];

/** Unpacked, a batch of news beyond this is not one of ours. */
const MOST_NEWS_BYTES = 16 * 1024 * 1024;
/** What gzip begins with, and no JSON does. */
const GZIP = 0x1f;

const WHO = {
  runner: z.string(),
  version: z.string(),
  now: z.iso.datetime(),
  /** When it was sent, on a clock of the runner that nobody sets. */
  sent_ms: z.number().optional(),
};

/** Of a question that is followed: the number of the last batch of news that was sent. */
const LAST_NEWS = { news: z.int().min(0).optional() };

const reply = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('accepted'),
    ...WHO,
    selection: z.string(),
    sleds: z.array(siteSled),
  }),
  z.object({ type: z.literal('refused'), ...WHO, why: z.enum(REFUSALS), reason: z.string() }),
  z.object({
    type: z.literal('progress'),
    ...WHO,
    selected: z.int(),
    answered: z.int(),
    failed: z.int(),
    ...LAST_NEWS,
  }),
  z.object({ ...WHO, ...NEWS }),
  /** It is not followed any more, and no report comes. */
  z.object({ type: z.literal('over'), ...WHO, reason: z.string(), ...LAST_NEWS }),
  z.object({
    type: z.literal('ready'),
    ...WHO,
    parts: z.int().positive().max(100_000),
    bytes: z.int().positive(),
    /** SHA-256 over all parts in their order, in hexadecimal digits. */
    digest: z.string(),
    notes: z.array(z.string()),
    ...LAST_NEWS,
  }),
]);

/** What a runner sends but the parts of its report, which are bytes with their number in the header. */
export type Reply = z.infer<typeof reply>;

/** Batches of news hold much that is alike; all other replies go as they are. */
export function packNews(json: string): Uint8Array {
  return gzipSync(json);
}

export function readReply(data: Uint8Array): Read<Reply> {
  let json = data;
  try {
    if (data[0] === GZIP) json = gunzipSync(data, { maxOutputLength: MOST_NEWS_BYTES });
  } catch {
    return { ok: false, wrong: 'the reply cannot be unpacked' };
  }
  return readDocument(json, reply, { name: 'cruc-fleet/reply', version: 1, what: 'reply' });
}

const tell = z.discriminatedUnion('type', [
  /** Parts `from` up to and without `to`, counted from 0. */
  z.object({ type: z.literal('send'), run: z.string(), from: z.int().min(0), to: z.int().positive() }),
  z.object({ type: z.literal('stop'), run: z.string() }),
  /** The asker is still there, and has all news up to `heard`; `again`: those behind it are to be sent again. */
  z.object({ type: z.literal('follow'), run: z.string(), heard: z.int().min(0), again: z.boolean() }),
]);

/** What an asker tells a runner about a run under way. */
export type Tell = z.infer<typeof tell>;

export function readTell(data: Uint8Array): Read<Tell> {
  return readDocument(data, tell, { name: 'cruc-fleet/tell', version: 1, what: 'message' });
}

const claim = z.discriminatedUnion('type', [
  /** How long it is since the runner `by` took the question. */
  z.object({ type: z.literal('claim'), run: z.string(), by: z.string(), for_ms: z.int().min(0) }),
  z.object({ type: z.literal('again'), run: z.string() }),
]);

/** What runners of one site tell each other about a run: whose it is, or that somebody asked for it again. */
export type Claim = z.infer<typeof claim>;

export function readClaim(data: Uint8Array): Read<Claim> {
  return readDocument(data, claim, { name: 'cruc-fleet/claim', version: 1, what: 'claim' });
}
