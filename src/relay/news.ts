import { z } from 'zod';
import { ERROR_CODES } from '../model/error.ts';
import { STAGES } from '../model/stage.ts';

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const whole = z.string().regex(/^-?\d{1,20}$/);

const item = z.discriminatedUnion('kind', [
  /** A row of the probe, or a report of a watch. */
  z.object({
    kind: z.literal('row'),
    sled: z.string(),
    program: z.int().positive(),
    row: z.record(z.string(), cell),
  }),
  /** The distributions of an interval that has ended. */
  z.object({
    kind: z.literal('interval'),
    sled: z.string(),
    time: z.string(),
    distributions: z.array(
      z.object({
        keys: z.record(z.string(), cell),
        shape: z.string(),
        /** Each as its bounds, null where it is unbounded, and its count. */
        buckets: z.array(z.tuple([whole.nullable(), whole.nullable(), whole])),
      }),
    ),
  }),
  /** A program began to watch the sled; null where its processes could not be listed. */
  z.object({
    kind: z.literal('begun'),
    sled: z.string(),
    program: z.int().positive(),
    running: z.array(z.object({ zone: z.string(), pid: z.int(), command: z.string() })).nullable(),
  }),
  /** Nothing is heard of the sled; it is tried again after so long, or not again. */
  z.object({
    kind: z.literal('lost'),
    sled: z.string(),
    why: z.string(),
    again_ms: z.number().nullable(),
    stage: z.enum(STAGES),
    code: z.enum(ERROR_CODES),
  }),
  /** Something that makes what was seen less than whole. */
  z.object({ kind: z.literal('doubt'), sled: z.string(), what: z.string() }),
]);

/** One thing that a site tells while it is followed; the sled is named as the site names it. */
export type NewsItem = z.infer<typeof item>;

/** What a batch of news holds beside who sends it. */
export const NEWS = {
  type: z.literal('news'),
  /** Counted from 1 on in each run, without a gap: one that did not come is asked for again. */
  seq: z.int().positive(),
  /** So many items were left out before these, since newer ones followed or there were too many. */
  skipped: z.int().min(0),
  items: z.array(
    z.object({
      /** How old it was when it was sent, by the clock of the runner. */
      age_ms: z.number().min(0),
      item,
    }),
  ),
};
