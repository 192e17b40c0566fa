import { z } from 'zod';
import type { KeptFile } from './kept-file.ts';

/** Of each site the run whose report a check judged last: no report is judged twice. */
export type JudgedReports = Readonly<Record<string, string>>;

/** Beside the state file: `check.sites.json`. */
export function judgedReportsFile(stateFile: string): KeptFile<JudgedReports> {
  return {
    path: `${stateFile.replace(/\.json$/, '')}.sites.json`,
    noun: 'the file of judged reports',
    format: 'cruc-fleet/judged-reports',
    version: 1,
    schema: z.record(z.string(), z.string()).readonly(),
  };
}
