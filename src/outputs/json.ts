import type { Output } from './output.ts';
import { reportJson } from './report-json.ts';

/** The contract for programs. */
export const json: Output = {
  name: 'json',
  summary: 'the whole report as one JSON object (docs/report.schema.json)',
  saysCoverage: true,
  *render(report, context) {
    yield `${JSON.stringify(reportJson(report, context), null, 2)}\n`;
  },
};
