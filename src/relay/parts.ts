import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

/** Room for the subject and the headers of a message. */
const ENVELOPE_BYTES = 1024;
/** Smaller than a hub's usual limit, so that one site's report does not hold up another's. */
const MOST_PART_BYTES = 256 * 1024;
/** Unpacked, a report of a site beyond this is not one of ours. */
const MOST_REPORT_BYTES = 512 * 1024 * 1024;

/** A report on its way: compressed, in parts, with a digest over all of them. */
export interface Packed {
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
  readonly digest: string;
}

/** Compresses a report and cuts it into parts that a hub with this payload limit takes. */
export async function packReport(json: string, maxPayload: number): Promise<Packed> {
  const packed = await promisify(gzip)(json);
  const size = roomIn(maxPayload);
  const parts = Array.from({ length: Math.ceil(packed.length / size) }, (_, n) =>
    packed.subarray(n * size, (n + 1) * size),
  );
  return { parts, bytes: packed.length, digest: digestOf(parts) };
}

/** Bytes that we put into one message of a hub with this payload limit. */
export function roomIn(maxPayload: number): number {
  return Math.max(1024, Math.min(MOST_PART_BYTES, maxPayload - ENVELOPE_BYTES));
}

/** The report again; or what is wrong with it, as the end of a sentence. */
export async function unpackReport(
  parts: readonly Uint8Array[],
  digest: string,
): Promise<{ readonly json: string } | { readonly wrong: string }> {
  if (digestOf(parts) !== digest) return { wrong: 'its digest is not that of its parts' };
  try {
    const json = await promisify(gunzip)(Buffer.concat(parts), { maxOutputLength: MOST_REPORT_BYTES });
    return { json: json.toString('utf8') };
  } catch {
    return { wrong: 'it cannot be unpacked' };
  }
}

function digestOf(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
