import { z } from 'zod';
import { readDocument, type Read } from './documents.ts';

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

const WHO = { runner: z.string(), version: z.string(), now: z.iso.datetime() };

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
  }),
  z.object({
    type: z.literal('ready'),
    ...WHO,
    parts: z.int().positive().max(100_000),
    bytes: z.int().positive(),
    /** SHA-256 over all parts in their order, in hexadecimal digits. */
    digest: z.string(),
    notes: z.array(z.string()),
  }),
]);

/** What a runner sends but the parts of its report, which are bytes with their number in the header. */
export type Reply = z.infer<typeof reply>;

export function readReply(data: Uint8Array): Read<Reply> {
  return readDocument(data, reply, { name: 'cruc-fleet/reply', version: 1, what: 'reply' });
}

const tell = z.discriminatedUnion('type', [
  /** Parts `from` up to and without `to`, counted from 0. */
  z.object({ type: z.literal('send'), run: z.string(), from: z.int().min(0), to: z.int().positive() }),
  z.object({ type: z.literal('stop'), run: z.string() }),
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
