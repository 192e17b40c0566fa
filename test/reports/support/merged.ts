import { mergedReport } from '../../../src/cli/reports/merge-action.ts';
import { mergeableOf } from '../../../src/cli/reports/mergeable.ts';
import type { FleetReport } from '../../../src/model/report.ts';
import { json } from '../../../src/outputs/json.ts';
import { readReport } from '../../../src/reports/read-report.ts';
import { openUnion, type United } from '../../../src/reports/union.ts';

/** What `-o json` prints of a report. */
export function jsonText(report: FleetReport, by: readonly string[] = []): string {
  const distributions = {
    by,
    view: 'pictures',
    percentile: 'range',
    compare: true,
    unicode: true,
  } as const;
  return [
    ...json.render(report, { width: null, color: false, headers: true, columns: null, distributions }),
  ].join('');
}

/** The union of some such texts, in their order. */
export function unite(texts: readonly string[]): United {
  const union = openUnion();
  for (const [n, text] of texts.entries()) union.add(readReport(text, `${n}.json`));
  return union.result();
}

/** What `merge -o json` prints of them. */
export function mergedText(texts: readonly string[], by: readonly string[] = []): string {
  const united = unite(texts);
  return jsonText(mergedReport(united, mergeableOf(united.probe, united.groups?.unit === null), {}), by);
}

/** A report without what says of which run it and its sleds are. */
export function withoutRuns(text: string): unknown {
  const { run: _, ...report } = JSON.parse(text);
  return {
    ...report,
    sleds: report.sleds.map(({ run: __, ...sled }: Record<string, unknown>) => sled),
  };
}
