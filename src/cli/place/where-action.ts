import { isPlaced, PLACE_COLUMNS, placeRows } from '../../facts/place-rows.ts';
import { SLED_COLUMNS } from '../../fleet/merge.ts';
import { EXIT, exitCodeOfReport } from '../exit-code.ts';
import { placesNamed, type PlaceOptions } from './named-places.ts';
import { placeReport } from './place-report.ts';
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
  const report = placeReport(run, asked === null ? [] : [asked.run], {
    name: 'where',
    columns: PLACE_COLUMNS,
    rows,
    sortBy: options.sortBy ?? [],
  });
  if (rows.length === 0) sayNothingFound(word, report, nameless, options, surroundings);
  await printReport(report, options, surroundings);
  const status = exitCodeOfReport(report);
  const chosen = placed.flatMap(({ place }) =>
    place.downstairs.filter(({ index }) => options.ds === undefined || index === options.ds),
  );
  return status === EXIT.ok && !(chosen.length > 0 && chosen.every(isPlaced)) ? EXIT.incomplete : status;
}
