import { blastRadius, type BlastRadius } from '../../facts/blast-radius.ts';
import { causeOf, causeText, radiusLines, reasonsOf } from '../../facts/blast-words.ts';
import { INDICES } from '../../facts/fact.ts';
import { downstairsKey, seenOfRow } from '../../facts/seen-downstairs.ts';
import type { CauseGroup } from '../../model/by-cause.ts';
import type { Column, Row } from '../../model/column.ts';
import { groupBy } from '../../model/group-by.ts';
import { answerOf, type FleetReport } from '../../model/report.ts';
import { fleetRow } from '../../fleet/merge.ts';
import type { JoinedFacts } from './joined-facts.ts';

/** What stands in a row beside its states, where rows are shown by cause. */
export const CAUSE_COLUMN: Column = {
  name: 'cause',
  heading: 'CAUSE',
  kind: 'text',
  help: 'what its sick downstairs share with others: a disk or a sled; null where that is not known, or nothing',
};

/**
 * The report with its degraded sessions by what their sick downstairs share, by all rows of all sleds. A session with
 * several causes stands under the likeliest. One that did not report stands under a heading of its own.
 */
export function groupedByCause(
  report: FleetReport,
  { placeOf, ...names }: Pick<JoinedFacts, 'placeOf' | 'nameOf' | 'shortNameOf'>,
): FleetReport {
  const all = report.outcomes.flatMap((outcome) =>
    (answerOf(outcome)?.rows ?? []).map((row) => fleetRow(outcome.sled, row)),
  );
  const radius = blastRadius(all.flatMap((row) => seenOfRow(row, placeOf(row))));
  const causes = radius.shared.map((shared) => causeOf(shared, names));
  const headings = groupHeadings(radius, causes.map(causeText));
  const rows = report.rows.map((row): { readonly group: number; readonly row: Row } => {
    const own = sharedBy(row, radius);
    const names = own.flatMap((at) => causes[at]?.name ?? []);
    return {
      group: own[0] ?? groupWithout(row, radius),
      row: { ...row, [CAUSE_COLUMN.name]: names.length === 0 ? null : names.join('; ') },
    };
  });
  const byGroup = groupBy(rows, ({ group }) => group);
  const groups = [...headings].flatMap(([group, heading]): readonly CauseGroup[] => {
    const its = (byGroup.get(group) ?? []).map(({ row }) => row);
    return its.length === 0 && group >= causes.length ? [] : [{ heading, rows: its }];
  });
  return {
    ...report,
    columns: [...report.columns, CAUSE_COLUMN],
    rows: groups.flatMap((group) => group.rows),
    byCause: {
      sick: radius.sick.length,
      causes,
      unknownPlaces: reasonsOf(radius.unknown),
      lines: radiusLines(radius),
      groups,
    },
  };
}

/** Behind the causes: places that nothing connects, places that are unknown, and sessions that did not report. */
const REST = ['apart', 'unplaced', 'silent'] as const;

function groupHeadings(radius: BlastRadius, causes: readonly string[]): ReadonlyMap<number, string> {
  const rest: Readonly<Record<(typeof REST)[number], string>> = {
    apart: causes.length === 0 ? 'sick downstairs without a common cause' : 'sick downstairs elsewhere',
    unplaced: 'sick downstairs of unknown place',
    silent: 'no report: the states of these downstairs are unknown',
  };
  return new Map([...causes, ...REST.map((each) => rest[each])].map((text, at) => [at, text]));
}

/** The causes that sick downstairs of a row share, the likeliest first. */
function sharedBy(row: Row, { shared }: BlastRadius): readonly number[] {
  const keys = INDICES.map((index) => downstairsKey(row, index));
  return [...shared.keys()].filter((at) => shared[at]?.sick.some((key) => keys.includes(key)) === true);
}

function groupWithout(row: Row, { shared, sick, unknown }: BlastRadius): number {
  const own = INDICES.map((index) => downstairsKey(row, index)).filter((key) => sick.includes(key));
  const isUnplaced = own.every((key) => unknown.some((each) => each.key === key));
  return shared.length + REST.indexOf(own.length === 0 ? 'silent' : isUnplaced ? 'unplaced' : 'apart');
}

/** What is shown by cause: degraded sessions, and those that did not report. */
export const BY_CAUSE = {
  text: 'by cause',
  keeps: ({ health }: Row): boolean => health === null || SHOWN.has(String(health)),
} as const;

const SHOWN: ReadonlySet<string> = new Set(['down', 'critical', 'degraded', 'no_report']);
