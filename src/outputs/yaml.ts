import { stringify } from 'yaml';
import type { Output } from './output.ts';
import { reportJson } from './report-json.ts';

export const yaml: Output = {
  name: 'yaml',
  summary: 'the JSON report as YAML',
  saysCoverage: true,
  *render(report, context) {
    yield stringify(reportJson(report, context), { lineWidth: 0, aliasDuplicateObjects: false });
  },
};
