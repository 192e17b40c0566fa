import type { ToolAnswer } from '../fleet/by-tool.ts';
import { FleetError } from '../model/error.ts';
import type { Issue } from '../model/issue.ts';
import { linesOf } from '../parse/lines.ts';
import { isSerial } from '../parse/pilot-heading.ts';
import { quoteLine } from '../parse/quote-line.ts';
import type { SushState, SushStream } from '../parse/sush-states.ts';
import { splitMarked } from '../parse/text-marks.ts';
import { blake3 } from './blake3.ts';

/** A stream of a job, and why it may not be what the sled wrote; null where length and hash agree. */
export interface SushBytes {
  readonly bytes: Uint8Array;
  readonly doubt: string | null;
}

/** Reads what `sush -j job stdout -b` printed, a list of byte values, and compares it. Null where it is none. */
export function readBytes(
  text: string,
  stream: SushStream | null,
  name: 'stdout' | 'stderr',
): SushBytes | null {
  const bytes = bytesIn(text);
  return bytes === null ? null : { bytes, doubt: doubtOf(bytes, stream, name) };
}

function bytesIn(text: string): Uint8Array | null {
  const line = linesOf(text).lines.find((each) => each.trimStart().startsWith('['));
  if (line === undefined || !/^\s*\[[\d,\s]*\]\s*$/.test(line)) return null;
  const values = line.match(/\d+/g) ?? [];
  return Uint8Array.from(values, Number);
}

function doubtOf(bytes: Uint8Array, stream: SushStream | null, name: string): string | null {
  if (stream === null) return `sush does not say how long its ${name} is`;
  if (bytes.length !== stream.length) {
    return `cut: ${bytes.length} of ${stream.length} bytes of its ${name} arrived`;
  }
  if (stream.hash === null) return `sush does not say the hash of its ${name}`;
  return blake3(bytes) === stream.hash.toLowerCase()
    ? null
    : `its ${name} does not have the hash that sush gives: it is not what the sled wrote`;
}

/** The answer in what a sled wrote. */
export function answerOfStreams(
  serial: string,
  state: SushState,
  stdout: SushBytes,
  stderr: SushBytes | FleetError,
): ToolAnswer | FleetError {
  const lines = linesOf(Buffer.from(stdout.bytes).toString('utf8')).lines;
  const parts = splitMarked(lines);
  const found = parts.find((part) => part.kind === 'answer');
  if (found === undefined) {
    const said = quoteLine(lines.join('; ')) || textOf(stderr) || 'nothing';
    const how = state.why === null ? `status ${state.status ?? 'unknown'}` : state.why;
    return new FleetError('not_begun', `the output of the sled does not hold an answer (${how}): ${said}`);
  }
  const { answer } = found;
  const doubts = [stdout.doubt, stderr instanceof FleetError ? stderr.message : stderr.doubt];
  const issues: Issue[] = doubts.flatMap((doubt) =>
    doubt === null ? [] : { code: doubt.startsWith('cut') ? 'cut' : 'warning', message: doubt },
  );
  if (isSerial(answer.host) && answer.host !== serial) {
    const message = `sush names ${serial}, and the sled calls itself ${answer.host}`;
    issues.push({ code: 'contradiction', message });
  }
  if (state.why !== null) issues.push({ code: 'warning', message: `sush says how it ended: ${state.why}` });
  return { answer, issues };
}

function textOf(stream: SushBytes | FleetError): string {
  return stream instanceof FleetError ? '' : quoteLine(Buffer.from(stream.bytes).toString('utf8'));
}
