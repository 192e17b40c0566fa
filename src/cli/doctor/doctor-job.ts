import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFacts } from '../../doctor/sled-facts.ts';
import { withoutComments } from '../../fleet/octal-words.ts';
import { FleetError } from '../../model/error.ts';
import type { Job } from '../../model/job.ts';

/** Compiling a D program and listing processes may take some seconds each on a loaded sled. */
export const DOCTOR_TIMEOUT_MS = 30_000;
export const DOCTOR_OUTPUT_BYTES = 64 * 1024;

/** Asks a sled what it has of what we need there; its rows are `Fact`s. Nothing is uploaded. */
export async function doctorJob(scriptsFolder: string): Promise<Job> {
  const script = await readFile(join(scriptsFolder, 'doctor.sh'), 'utf8');
  return {
    what: 'doctor.sh',
    bundle: null,
    payload: { script: withoutComments(script), isCounted: true, lock: null },
    mayRepeat: true,
    read: ({ stdout, stderr, exitStatus }) => {
      const rows = readFacts(stdout);
      if (rows.length > 0) return { status: 'answer', rows, issues: [] };
      const message = `what it printed does not answer our questions (status ${exitStatus})`;
      return {
        status: 'failure',
        error: new FleetError('exit_status', message, { partial: { stdout, stderr } }),
      };
    },
  };
}
