import { dirname } from 'node:path';
import { replaceFile } from '../files/replace-file.ts';
import { describeError } from '../model/error.ts';
import type { CheckResult } from '../alert/incident.ts';
import type { FleetReport } from '../model/report.ts';
import { checkMetrics } from '../prometheus/check-metrics.ts';
import { prometheusText } from '../outputs/prometheus.ts';

/**
 * Writes the file that node_exporter's textfile collector reads: beside it and renamed, so that it is never half a
 * file. Gives what went wrong, or null. A folder that is not there is not made: nobody would read it.
 */
export async function writeTextfile(
  textfile: { readonly path: string; readonly labels: readonly string[] },
  report: FleetReport,
  result: CheckResult,
  lastWholeAt: number | null,
): Promise<string | null> {
  const extra = checkMetrics(result, report, lastWholeAt);
  try {
    await replaceFile(textfile.path, prometheusText(report, textfile.labels, extra), 0o644);
    return null;
  } catch (error) {
    return `the metrics could not be written to ${textfile.path}; check that ${dirname(textfile.path)} is there and may be written: ${describeError(error)}`;
  }
}
