import { crc32 } from 'node:zlib';
import type { Line } from './line.ts';

/** What a history says that it is, and the version that this program writes and the newest that it reads. */
export const HISTORY_FORMAT = 'cruc-fleet/history';
export const HISTORY_VERSION = 1;

export const HEADER = `${JSON.stringify({ format: HISTORY_FORMAT, version: HISTORY_VERSION })}\n`;

/** What a line that says all begins with. */
export const LIFE_BEGINS = '{"kind":"life","at":';

const CRC_LENGTH = ',"crc":"00000000"}'.length;

/** A line as the file has it: one JSON object with the checksum of all before it, and its end. */
export function lineText(line: Line): string {
  const body = JSON.stringify(line).slice(0, -1);
  return `${body}${sealOf(body)}\n`;
}

/** A line without its end, read; null where it is not just what was written. */
export function readLine(text: string): Line | null {
  const body = text.slice(0, -CRC_LENGTH);
  if (body === '' || text.slice(-CRC_LENGTH) !== sealOf(body)) return null;
  const json: unknown = JSON.parse(text);
  return isLine(json) ? json : null;
}

function sealOf(body: string): string {
  return `,"crc":"${crc32(body).toString(16).padStart(8, '0')}"}`;
}

/** The checksum says that we wrote it: which of our lines it is remains to be seen. */
function isLine(json: unknown): json is Line {
  return (
    typeof json === 'object' &&
    json !== null &&
    'kind' in json &&
    (json.kind === 'run' || json.kind === 'life')
  );
}

/** What the first line of a file says that it is. */
export type Head =
  | { readonly is: 'ours' }
  | { readonly is: 'newer'; readonly version: number }
  | { readonly is: 'foreign' };

export function readHead(text: string): Head {
  const json = parse(text);
  if (typeof json !== 'object' || json === null || !('format' in json) || !('version' in json))
    return { is: 'foreign' };
  const { format, version } = json;
  if (format !== HISTORY_FORMAT || typeof version !== 'number') return { is: 'foreign' };
  return version > HISTORY_VERSION ? { is: 'newer', version } : { is: 'ours' };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
