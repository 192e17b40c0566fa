import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile } from '../files/replace-file.ts';
import { describeError } from '../model/error.ts';
import type { CheckResult } from '../alert/incident.ts';
import type { FleetReport } from '../model/report.ts';
import { checkMetrics } from '../prometheus/check-metrics.ts';
import { prometheusText } from '../outputs/prometheus.ts';

/**
 * Writes the file that node_exporter's textfile collector reads: beside it and renamed, so that it is never half a
 * file. It has the mode of the file that it replaces, and else everybody may read it, whatever the umask: node_exporter
 * runs as another user, and no secret is in it. Gives what went wrong, or null. A folder that is not there is not made:
 * nobody would read it.
 */
export async function writeTextfile(
  textfile: { readonly path: string; readonly labels: readonly string[] },
  report: FleetReport,
  result: CheckResult,
  lastWholeAt: number | null,
): Promise<string | null> {
  const extra = checkMetrics(result, report, lastWholeAt);
  try {
    const mode = await modeOf(textfile.path);
    await replaceFile(textfile.path, prometheusText(report, textfile.labels, extra), mode);
    return null;
  } catch (error) {
    return `the metrics could not be written to ${textfile.path}; check that ${dirname(textfile.path)} is there and may be written: ${describeError(error)}`;
  }
}

async function modeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch {
    return 0o644;
  }
}
