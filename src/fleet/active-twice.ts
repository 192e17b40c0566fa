import { placesCount, placesText, severalPlaces } from '../model/active-places.ts';
import type { Row } from '../model/column.ts';
import { answerOf, type Finding, type SledOutcome } from '../model/report.ts';
import type { RunFacts } from '../model/run-facts.ts';
import { placeOf } from './finding-place.ts';
import { byPlace } from './sort-rows.ts';

/** When each sled was watched, as far as its run says; null where one run asked all of them. */
export type Windows = ReadonlyMap<string, { readonly from: number; readonly to: number }> | null;

export function windowsOf(outcomes: readonly SledOutcome[], run: RunFacts | undefined): Windows {
  if (run?.merged === undefined) return null;
  const runs = new Map(
    run.merged.map(({ id, startedAt, finishedAt }) => [
      id,
      { from: startedAt.getTime(), to: finishedAt.getTime() },
    ]),
  );
  return new Map(
    outcomes.flatMap((outcome) => {
      const window = runs.get(answerOf(outcome)?.runId ?? '');
      return window === undefined ? [] : [[outcome.sled.id, window] as const];
    }),
  );
}

/**
 * An upstairs that two processes serve at once: two writers of one disk, or a live migration in the middle. What was seen
 * at another time than all the others proves nothing: it may have moved in between.
 */
export function activeTwice(rows: readonly Row[], windows: Windows): readonly Finding[] {
  const seen = [...severalPlaces(rows)].map(([id, all]) => {
    const known = all.filter((place) =>
      all.some((other) => other !== place && overlap(windows, place, other)),
    );
    return { id, places: known.sort(byPlace) };
  });
  // In an order that is not that of the rows, which a report that is read back has in another one.
  seen.sort((a, b) => byPlace(a.places[0] ?? {}, b.places[0] ?? {}) || (a.id < b.id ? -1 : 1));
  return seen.flatMap(({ id, places }) => {
    const [first] = places;
    if (first === undefined) return [];
    const message = `upstairs ${id} is active ${placesCount(places)}: ${placesText(places)}; look again: it may be migrating`;
    return [{ rule: 'active_twice', severity: 'critical' as const, message, ...placeOf(first) }];
  });
}

/** How many upstairs were active in several places, and never in two of them at one time: they may have moved. */
export function seenApart(
  rows: readonly Row[],
  outcomes: readonly SledOutcome[],
  run: RunFacts | undefined,
): number {
  const windows = windowsOf(outcomes, run);
  if (windows === null) return 0;
  const several = [...severalPlaces(rows).values()];
  return several.filter(
    (places) => !places.some((a) => places.some((b) => a !== b && overlap(windows, a, b))),
  ).length;
}

function overlap(windows: Windows, a: Row, b: Row): boolean {
  if (windows === null) return true;
  const [one, two] = [windows.get(String(a['sled'])), windows.get(String(b['sled']))];
  return one !== undefined && two !== undefined && one.from <= two.to && two.from <= one.to;
}
