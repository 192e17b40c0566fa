import { z } from 'zod';
import { readDocument, type Read } from './documents.ts';

const REPORT = 'cruc-fleet/kept-report';
const VERSION = 1;

const schema = z.object({
  schema: z.literal(`${REPORT}/v${VERSION}`),
  site: z.string(),
  runner: z.string(),
  version: z.string(),
  run: z.string(),
  probe: z.string(),
  /** When the runner had it. */
  at: z.iso.datetime(),
  /** The next one comes after so long. */
  every_ms: z.int().positive(),
  /** Where its parts are in the stream, in their order. */
  parts: z.array(z.int().positive()).min(1).max(100_000),
  /** SHA-256 over all parts in their order, in hexadecimal digits. */
  digest: z.string(),
  notes: z.array(z.string()),
});

/** Says that a report of a scheduled check is kept whole. It comes last: a runner that died before has said nothing. */
export type KeptReport = z.infer<typeof schema>;

export const KEPT_REPORT_SCHEMA = `${REPORT}/v${VERSION}` as const;

export function readKeptReport(data: Uint8Array): Read<KeptReport> {
  return readDocument(data, schema, { name: REPORT, version: VERSION, what: 'note of a kept report' });
}
