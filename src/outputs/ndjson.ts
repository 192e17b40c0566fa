import { distributionLines } from '../distribution-views/distribution-json.ts';
import { groupingOf, hasDistributions, unitOf } from '../distribution-views/distributions.ts';
import type { Output } from './output.ts';
import { findingJson, headJson, rowJson, sledJson } from './report-json.ts';

/** For line-by-line readers: each line says what it is in `type`; the last one is the report's head. */
export const ndjson: Output = {
  name: 'ndjson',
  summary: 'one JSON object a line: sleds, rows, findings, then the report',
  saysCoverage: true,
  *render(report, context) {
    const line = (type: string, value: Record<string, unknown>) => `${JSON.stringify({ type, ...value })}\n`;
    for (const outcome of report.outcomes) yield line('sled', sledJson(outcome));
    for (const row of report.rows) yield line('row', rowJson(row, context.columns, report.columns));
    if (hasDistributions(report)) {
      for (const each of distributionLines(groupingOf(report, context), unitOf(report)))
        yield `${JSON.stringify(each)}\n`;
    }
    for (const finding of report.findings) yield line('finding', findingJson(finding));
    yield line('report', headJson(report));
  },
};
