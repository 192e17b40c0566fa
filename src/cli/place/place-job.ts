import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Three } from '../../facts/fact.ts';
import { withoutComments } from '../../fleet/octal-words.ts';
import { FleetError } from '../../model/error.ts';
import type { Job } from '../../model/job.ts';
import { shellWord } from '../../model/shell-word.ts';

/** Lists of a sled with a hundred regions take a second or two; of its disks four may take three each. */
export const PLACE_TIMEOUT_MS = 90_000;
export const PLACE_OUTPUT_BYTES = 4 * 1024 * 1024;

/** A disk that the VM in a zone is asked about. */
export interface StatusRequest {
  readonly zone: string;
  readonly disk: string;
  /** How often its downstairs were replaced in this session, as its report said just before. */
  readonly before?: { readonly session: string; readonly replaced: Three<number> };
  /** The sled that has the zone, by its id; absent: every sled is asked whether it has. */
  readonly sled?: string;
}

/** A zone whose connections to downstairs are asked for. */
export type PeersRequest = Required<Pick<StatusRequest, 'zone' | 'sled'>>;

/** What sleds are asked besides their regions. */
export interface PlaceQuestion {
  readonly requests: readonly StatusRequest[];
  /** How many connections each downstairs has, which takes a process in each zone of Crucible. */
  readonly connections: boolean;
  /** Zones whose connections are asked for, and so are those of the disks that do not answer; absent: none. */
  readonly peers?: readonly PeersRequest[];
}

/** Asks a sled for its regions, and its VMs for their disks; its text is what `scripts/place.sh` printed. Nothing is uploaded. */
export async function placeJob(scriptsFolder: string, question: PlaceQuestion): Promise<Job> {
  const script = withoutComments(await readFile(join(scriptsFolder, 'place.sh'), 'utf8'));
  const sent = (words: readonly string[]): Pick<Job, 'what' | 'payload'> => ({
    what: ['place.sh', ...words].join(' '),
    payload: { script: `set -- ${words.join(' ')}\n${script}`, isCounted: true, lock: null },
  });
  return {
    ...sent([]),
    bundle: null,
    onSled: ({ id }) => sent(wordsFor(id, question)),
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

function wordsFor(sled: string, { requests, connections, peers }: PlaceQuestion): readonly string[] {
  const isZone = ({ zone }: StatusRequest | PeersRequest): boolean => /^[\w.-]+$/.test(zone);
  return [
    ...(connections ? ['connections'] : []),
    ...(peers === undefined ? [] : ['peers']),
    ...requests
      .filter((request) => request.sled === undefined || request.sled === sled)
      .filter((request) => isZone(request) && /^[0-9a-f-]{36}$/.test(request.disk))
      .map(({ zone, disk }) => shellWord(`${zone}/${disk}`)),
    ...(peers ?? [])
      .filter((request) => request.sled === sled && isZone(request))
      .map(({ zone }) => shellWord(zone)),
  ];
}
