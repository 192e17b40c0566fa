import { stringify } from 'yaml';
import { makeOutput } from './output.ts';
import { AS_JSON, wholeJson, type Fields } from './report-json.ts';

export const yaml = makeOutput<Fields>({
  name: 'yaml',
  summary: 'the JSON report as YAML',
  saysCoverage: true,
  contents: AS_JSON,
  whole: (parts, report) => [
    stringify(wholeJson(parts, report), { lineWidth: 0, aliasDuplicateObjects: false }),
  ],
  arriving: 'at the end',
  check: 'report',
});
