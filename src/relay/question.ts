import { z } from 'zod';
import type { ProbeSettings } from '../model/probe.ts';
import { readDocument, type Read } from './documents.ts';

const QUESTION = 'cruc-fleet/question';
const VERSION = 2;

const texts = z.array(z.string().max(4096)).max(4096);

const KEYS = {
  /** Of the asker's program. */
  version: z.string().max(64),
  /** One run asks every site. */
  run: z.string().regex(/^[0-9a-f]{12}$/),
  asked_at: z.iso.datetime(),
  /** A runner that hears of it later does not begin. */
  start_by: z.iso.datetime(),
  deadline: z.iso.datetime(),
  probe: z.string().regex(/^[a-z0-9_-]{1,64}$/),
  settings: z.strictObject({
    seconds: z.int().min(1).max(3600),
    interval: z.int().min(0).max(3600),
    pid: z.int().positive().nullable(),
    volume: z.uuid().nullable(),
    totals: z.boolean(),
    rates: z.boolean(),
  }),
  selection: z.strictObject({
    racks: texts,
    sleds: texts,
    exclude: texts,
    labels: texts,
    shard: z.strictObject({ index: z.int().positive(), count: z.int().positive() }).nullable(),
  }),
  /** Of the selected sleds these only, by the ids that the site gives them. */
  only: texts.nullable(),
};

/**
 * Strict: what this version does not know would be another question. A newer asker sends a new key, and a newer version,
 * only where it is used.
 */
const schema = z.discriminatedUnion('schema', [
  z.strictObject({ schema: z.literal(`${QUESTION}/v1`), ...KEYS }),
  z.strictObject({
    schema: z.literal(`${QUESTION}/v2`),
    ...KEYS,
    /** What the sleds say is told as it comes, as long as the asker says that it is there. */
    follow: z.literal(true),
  }),
]);

/** What a site is asked: a probe by its name and its settings, of selected sleds. Never a command line. */
export type Question = z.infer<typeof schema>;

export type QuestionSelection = Question['selection'];

/** The same for every site. */
export interface Asked {
  readonly probe: string;
  readonly settings: ProbeSettings;
}

/** The word that stands for a probe in a question to watch sleds: it has no end and no report. */
export const WATCH = 'watch';

/** The same for what `sleds` asks. */
export const SLEDS = 'sleds';

/** The head of a question that is followed, or of one that is answered at its end alone. */
export function questionHead(follows: boolean) {
  return follows
    ? ({ schema: `${QUESTION}/v2`, follow: true } as const)
    : ({ schema: `${QUESTION}/v1` } as const);
}

export function isFollowed(question: Question): boolean {
  return 'follow' in question;
}

/** Reads one, or says what is wrong with it: a newer schema is named as such. */
export function readQuestion(data: Uint8Array): Read<Question> {
  return readDocument(data, schema, { name: QUESTION, version: VERSION, what: 'question' });
}
