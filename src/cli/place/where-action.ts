import { isPlaced, PLACE_COLUMNS, placeRows } from '../../facts/place-rows.ts';
import { mergeReport, SLED_COLUMNS } from '../../fleet/merge.ts';
import { sortRows } from '../../fleet/sort-rows.ts';
import type { Row } from '../../model/column.ts';
import type { FleetReport, SledOutcome } from '../../model/report.ts';
import { bothAnswers, type PlacesAsked } from './ask-places.ts';
import { EXIT, exitCodeOfReport } from '../exit-code.ts';
import type { FleetRun } from '../ask/fleet-run.ts';
import { placesNamed, type PlaceOptions } from './named-places.ts';
import { sayNothingFound } from './nothing-found.ts';
import { checkColumns, printReport, type OutputOptions } from '../options/output-options.ts';
import type { Surroundings } from '../surroundings.ts';

export type WhereOptions = PlaceOptions & OutputOptions & { readonly ds?: number };

/** Says where each downstairs is of what a word names; gives the exit status. */
export async function where(
  word: string,
  options: WhereOptions,
  surroundings: Surroundings,
): Promise<number> {
  checkColumns([...SLED_COLUMNS, ...PLACE_COLUMNS], options);
  const { run, asked, placed, nameless, nameOf, now } = await placesNamed(
    { word, filter: null },
    options,
    surroundings,
  );
  const rows = placed.flatMap(({ cells, place, own }) =>
    placeRows(place, own, nameOf, now)
      .filter(({ index }) => options.ds === undefined || index === options.ds)
      .map((row) => ({ ...cells, ...row })),
  );
  const report = whereReport(run, asked, rows, options.sortBy ?? []);
  if (rows.length === 0) sayNothingFound(word, report, nameless, options, surroundings);
  await printReport(report, options, surroundings);
  const status = exitCodeOfReport(report);
  const chosen = placed.flatMap(({ place }) =>
    place.downstairs.filter(({ index }) => options.ds === undefined || index === options.ds),
  );
  return status === EXIT.ok && !(chosen.length > 0 && chosen.every(isPlaced)) ? EXIT.incomplete : status;
}

/** Every sled once, with what was wrong with either of its two answers. */
function whereReport(
  run: FleetRun,
  asked: PlacesAsked | null,
  rows: readonly Row[],
  sortBy: readonly string[],
): FleetReport {
  const outcomes = bothAnswers(run.outcomes, asked).map((outcome): SledOutcome =>
    outcome.status === 'failed' ? outcome : { ...outcome, rows: [] },
  );
  const report = mergeReport(outcomes, {
    ...run,
    finishedAt: asked?.run.finishedAt ?? run.finishedAt,
    interrupted: run.interrupted || asked?.run.interrupted === true,
    probe: { name: 'where', shape: 'rows', check: () => [] },
    probeColumns: PLACE_COLUMNS,
    filter: null,
    sortBy: [],
  });
  return {
    ...report,
    rows: sortBy.length === 0 ? rows : sortRows(rows, sortBy),
    rowsBeforeFilter: rows.length,
  };
}
