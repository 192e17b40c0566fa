import { checkJson } from './check-json.ts';
import { jsonPieces } from './json-pieces.ts';
import { makeOutput } from './output.ts';
import { AS_JSON, wholeJson, type Fields } from './report-json.ts';

/** The contract for programs. */
export const json = makeOutput<Fields>({
  name: 'json',
  summary: 'the whole report as one JSON object (docs/report.schema.json)',
  readers: 'programs; the contract',
  failedSleds: 'in `sleds`',
  saysCoverage: true,
  contents: AS_JSON,
  whole: (parts, report) => jsonPieces(wholeJson(parts, report)),
  arriving: 'at the end',
  check: (result, report, context) => jsonPieces(checkJson(result, report, context)),
});
