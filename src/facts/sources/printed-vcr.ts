import type { Fact, FactOf } from '../fact.ts';
import { countIn, endpointIn, endpointText, uuidIn } from '../values.ts';
import { diskWritten, ofDisk, type VolumeUpstairs } from './volume-upstairs.ts';

/** What omdb prints of a volume construction request, which is without its key. */
export interface PrintedVcr {
  readonly upstairs: readonly FactOf<'upstairs'>[];
  /** The upstairs that reads and writes the disk, which has the disk's id; null where there is none. */
  readonly disk: string | null;
  readonly hasParent: boolean | null;
  readonly issues: readonly string[];
}

const VOLUME = /^ID +BS +SUB_VOLUMES +READ_ONLY_PARENT$/;
const REGION = /^ID +BS +BPE +EC +GEN(?:ERATION)? +READ_ONLY$/;

/**
 * Reads the print of a request: nesting is by indentation, and a region's targets stand below it in index order. What
 * has no extents is a stand-in of a replacement, and left out.
 */
export function readPrintedVcr(lines: readonly string[]): PrintedVcr {
  const issues: string[] = [];
  const found: VolumeUpstairs[] = [];
  let hasParent: boolean | null = null;
  /** The indentation of `READ ONLY PARENT:`, below which everything is of the parent. */
  let parentAt: number | null = null;
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').trimEnd();
    const text = line.trim();
    if (text === '') continue;
    const indent = line.length - line.trimStart().length;
    if (parentAt !== null && indent <= parentAt) parentAt = null;
    if (text.startsWith('READ ONLY PARENT:')) parentAt ??= indent;
    if (/invalid VCR/.test(text)) issues.push('omdb could not read the volume construction request');
    const next = (lines[at + 1] ?? '').trim().split(/ +/);
    if (VOLUME.test(text) && hasParent === null) hasParent = next[3] === 'true';
    if (!REGION.test(text)) continue;
    const targets: string[] = [];
    for (let row = at + 2; row < lines.length; row++) {
      const endpoint = endpointIn(lines[row] ?? '');
      if (endpoint === null) break;
      targets.push(endpointText(endpoint));
    }
    const id = uuidIn(next[0]);
    const extents = countIn(next[3]);
    const [a, b, c, more] = targets;
    if (id === null || extents === null) {
      issues.push('a region of its request was cut');
    } else if (extents === 0) continue;
    else if (a === undefined || b === undefined || c === undefined || more !== undefined) {
      issues.push(`upstairs ${id} has ${targets.length} targets and not three: it was cut`);
    } else {
      found.push({
        fact: {
          kind: 'upstairs',
          id,
          disk: null,
          isParent: parentAt !== null,
          extents,
          generation: countIn(next[4]),
          targets: [a, b, c],
          session: null,
          regions: [null, null, null],
          states: [null, null, null],
          replaced: null,
        },
        isReadOnly: next[5] !== 'false',
      });
    }
  }
  const disk = diskWritten(found);
  return { upstairs: ofDisk(found, disk), disk, hasParent, issues };
}

/** A disk that is known only by its id so far. */
export function emptyDisk(id: string): Extract<Fact, { kind: 'disk' }> {
  return {
    kind: 'disk',
    id,
    name: null,
    size: null,
    instance: null,
    instanceName: null,
    project: null,
    state: null,
    hasParent: null,
    volume: null,
  };
}
