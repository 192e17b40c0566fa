import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { factOf, readFacts } from '../../doctor/sled-facts.ts';
import { withoutComments } from '../../fleet/octal-words.ts';
import { scriptText } from '../../fleet/one-text.ts';
import { FleetError } from '../../model/error.ts';
import type { Job } from '../../model/job.ts';

const SCRIPT = 'sleds.sh';

/** What such a job is run with. */
export const SLEDS_LIMITS = { runTimeoutMs: 20_000, maxOutputBytes: 64 * 1024 } as const;

/** Asks a sled what whoever is on call asks first; its rows are `Fact`s. Nothing is uploaded. */
export async function sledsJob(scriptsFolder: string): Promise<Job> {
  const script = await readFile(join(scriptsFolder, SCRIPT), 'utf8');
  return {
    what: SCRIPT,
    bundle: null,
    payload: { script: withoutComments(script), isCounted: true, lock: null },
    mayRepeat: true,
    asText: scriptText(scriptsFolder, SCRIPT),
    read: readSleds,
  };
}

/** What the end of such a job says. An answer that lacks its end has the issue of that already. */
export const readSleds: Job['read'] = ({ stdout, stderr, exitStatus }) => {
  const rows = readFacts(stdout);
  const hostName = factOf(rows, 'identity')?.('host') ?? null;
  if (rows.length > 0)
    return { status: 'answer', rows, issues: [], ...(hostName === null ? {} : { hostName }) };
  const message = `what it printed does not answer our questions (status ${exitStatus})`;
  return {
    status: 'failure',
    error: new FleetError('exit_status', message, { partial: { stdout, stderr } }),
  };
};
