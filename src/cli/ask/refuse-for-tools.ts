import { access, constants } from 'node:fs/promises';
import { FleetError } from '../../model/error.ts';
import type { Job } from '../../model/job.ts';
import { foldSleds } from '../../model/sled-fold.ts';
import type { Target } from '../../model/target.ts';
import type { ConnectionOptions } from '../options/connection-options.ts';

/** Refuses, before any sled is asked, what a tool cannot do or must not. Rejects with a FleetError `usage`. */
export async function refuseForTools(
  targets: readonly Target[],
  job: Pick<Job, 'asText' | 'notByTool'>,
  { sushJob }: Pick<ConnectionOptions, 'sushJob'>,
): Promise<void> {
  const byTool = targets.filter(({ tool }) => tool !== undefined);
  const bySush = byTool.flatMap(({ tool }) => (tool?.name === 'sush' ? tool : []));
  if (sushJob !== undefined && bySush.length === 0) {
    throw new FleetError('usage', '--sush-job: no selected sled is asked via: sush');
  }
  const [first] = byTool;
  if (first?.tool === undefined) return;
  if (job.asText === undefined && job.notByTool !== undefined) return;
  if (job.asText === undefined) {
    const sleds = foldSleds(byTool.map(({ sled }) => sled));
    const message = `${sleds}: asked through ${first.tool.name}, which is for read-only probes only; leave them out with --exclude`;
    throw new FleetError('usage', message);
  }
  for (const file of new Set(bySush.map(({ jobFile }) => jobFile))) await refuseWithoutJob(file);
}

async function refuseWithoutJob(file: string | null): Promise<void> {
  if (file === null) {
    const remedy =
      'sign the text that cruc-fleet script prints, with the same options, and name the file with --sush-job or sush_job';
    throw new FleetError('usage', `via: sush needs a signed job: ${remedy}`);
  }
  try {
    await access(file, constants.R_OK);
  } catch (cause) {
    throw new FleetError('usage', `the signed job ${file} cannot be read`, { cause });
  }
}
