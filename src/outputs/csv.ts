import type { Row } from '../model/column.ts';
import { describeError } from '../model/error.ts';
import type { SledOutcome } from '../model/report.ts';
import { distributionCsv } from '../distribution-views/distribution-csv.ts';
import { groupingOf, unitOf } from '../distribution-views/distributions.ts';
import { csvRecord } from '../drawing/csv-record.ts';
import type { Output } from './output.ts';

/**
 * RFC 4180, one line a row. A sled of which no row is shown, because it failed, has no upstairs or all were
 * filtered out, has a line too, with `sled_status` and `sled_error`: a spreadsheet must not lose it.
 */
export const csv: Output = {
  name: 'csv',
  summary: 'comma-separated rows, with a line for each sled that has none',
  saysCoverage: false,
  *render(report, context) {
    if (report.shape === 'distributions') {
      const { headers } = context;
      yield* distributionCsv(groupingOf(report, context), report.outcomes, { headers, unit: unitOf(report) });
      return;
    }
    const names = context.columns ?? [
      ...report.columns.map((column) => column.name),
      'sled_status',
      'sled_error',
    ];
    if (context.headers) yield csvRecord(names);
    for (const row of report.rows) {
      yield csvRecord(names.map((name) => (name === 'sled_status' ? 'answered' : (row[name] ?? null))));
    }
    if (context.columns !== null) return;
    for (const outcome of report.outcomes) {
      if (report.rows.some((row) => row['sled'] === outcome.sled.id)) continue;
      const cells = sledCells(outcome);
      yield csvRecord(names.map((name) => cells[name] ?? null));
    }
  },
};

function sledCells({ sled, ...outcome }: SledOutcome): Row {
  return {
    rack: sled.rack,
    sled: sled.id,
    serial: sled.serial,
    cubby: sled.cubby,
    sled_status: outcome.status,
    sled_error: outcome.status === 'failed' ? `${outcome.error.code}: ${describeError(outcome.error)}` : null,
  };
}
