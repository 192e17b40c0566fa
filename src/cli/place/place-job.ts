import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Three } from '../../facts/fact.ts';
import { withoutComments } from '../../fleet/octal-words.ts';
import { FleetError } from '../../model/error.ts';
import type { Job } from '../../model/job.ts';
import { shellWord } from '../../model/shell-word.ts';

/** Lists of a sled with a hundred regions take a second or two; each of 16 disks may take three. */
export const PLACE_TIMEOUT_MS = 90_000;
export const PLACE_OUTPUT_BYTES = 4 * 1024 * 1024;

/** A disk that the VM in a zone is asked about. */
export interface StatusRequest {
  readonly zone: string;
  readonly disk: string;
  /** How often its downstairs were replaced in this session, as its report said just before. */
  readonly before?: { readonly session: string; readonly replaced: Three<number> };
}

/** What sleds are asked besides their regions. */
export interface PlaceQuestion {
  readonly requests: readonly StatusRequest[];
  /** How many connections each downstairs has, which takes a process in each zone of Crucible. */
  readonly connections: boolean;
}

/** Asks a sled for its regions, and its VMs for their disks; its text is what `scripts/place.sh` printed. Nothing is uploaded. */
export async function placeJob(
  scriptsFolder: string,
  { requests, connections }: PlaceQuestion,
): Promise<Job> {
  const script = withoutComments(await readFile(join(scriptsFolder, 'place.sh'), 'utf8'));
  const asked = requests
    .filter(({ zone, disk }) => /^[\w.-]+$/.test(zone) && /^[0-9a-f-]{36}$/.test(disk))
    .map(({ zone, disk }) => shellWord(`${zone}/${disk}`));
  const words = [...(connections ? ['connections'] : []), ...asked];
  return {
    what: ['place.sh', ...words].join(' '),
    bundle: null,
    payload: { script: `set -- ${words.join(' ')}\n${script}`, isCounted: true, lock: null },
    mayRepeat: true,
    read: ({ stdout, stderr, exitStatus }) => {
      if (stdout.startsWith('host ')) return { status: 'answer', rows: [], issues: [], text: stdout };
      const message = `what it printed is not of place.sh (status ${exitStatus})`;
      return {
        status: 'failure',
        error: new FleetError('exit_status', message, { partial: { stdout, stderr } }),
      };
    },
  };
}
