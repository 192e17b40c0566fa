import type { Cell, Row } from '../model/column.ts';
import { groupBy } from '../model/group-by.ts';
import type { PrintHabits } from './print-habits.ts';

/** Where something was printed: what tells it from another of equal keys. */
export interface PrintPlace {
  /** The last line of text before it, if any. */
  readonly title: string | null;
  /** The number of its record, of a script that is not quiet. */
  readonly record: number | null;
  /** `1 of 2` of what one printa shows under one line of keys. */
  readonly joint: string | null;
  /** Its keys may be fewer, so that it may be of another aggregation than its equals. */
  readonly isUnclear: boolean;
}

/** Something that was printed, once. */
interface Print {
  readonly keys: Row;
  readonly place: PrintPlace;
}

/** Prints that are of one aggregation and of equal keys, in the order of the text. */
export interface PrintSeries<P extends Print> {
  /** With what tells it from others of equal keys, where there are any: `place`, `title`, `aggregation`. */
  readonly keys: Row;
  readonly members: readonly P[];
  /** They may be of several aggregations all the same. */
  readonly isShared: boolean;
  /** What series of one aggregation have in common, as far as that is known. */
  readonly aggregation: string;
}

/** Parts prints by what they are of: keys, place under one line of keys, title, order. `falls`: counts get fewer. */
export function printSeries<P extends Print>(
  printed: readonly P[],
  habits: PrintHabits,
  falls: (members: readonly P[]) => boolean,
): readonly PrintSeries<P>[] {
  const jointOf = (print: P) => (habits.jointly === false ? null : print.place.joint);
  const byKeys = groupBy(printed, (print) => idOf(print.keys, jointOf(print)));
  return [...byKeys.values()].flatMap((members): readonly PrintSeries<P>[] => {
    const [first] = members;
    if (first === undefined) return [];
    const joint = jointOf(first);
    const keys = joint === null ? first.keys : withKey(first.keys, 'place', joint);
    const isUnclear = members.some(({ place }) => place.isUnclear);
    const isOne = habits.sharing === 1 || (joint !== null && habits.jointly === true);
    if (members.length > 1 && isUnclear) return [{ keys, members, isShared: true, aggregation: joint ?? '' }];
    if (members.length === 1 || isOne) return [{ keys, members, isShared: false, aggregation: joint ?? '' }];
    return habits.titled ? byTitle(keys, members) : [...byOrder(keys, members, habits, falls)];
  });
}

/** By the line of text before each. */
function byTitle<P extends Print>(keys: Row, members: readonly P[]): readonly PrintSeries<P>[] {
  const groups = groupBy(members, ({ place }) => (place.title === null ? null : timelessTitle(place.title)));
  return [...groups].map(([title, group]) => ({
    keys: groups.size === 1 ? keys : withKey(keys, 'title', group[0]?.place.title ?? null),
    members: group,
    isShared: title === null && group.length > 1,
    aggregation: JSON.stringify([group[0]?.place.joint ?? null, title]),
  }));
}

/** Dates, times of day and timestamps, which differ in each print. */
const TIMES =
  /\b\d{1,4}[-/]\d{1,2}[-/]\d{1,4}\b|\b\d{4} [A-Z][a-z]{2} +\d{1,2}\b|\b\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\b|\b\d{10,}\b/g;

/** A title without what differs in each print. */
export function timelessTitle(title: string): string {
  return title.trim().replaceAll(TIMES, '#');
}

/** Tells the aggregations of equal keys apart by their order, where it is known what a print shows. */
function byOrder<P extends Print>(
  keys: Row,
  members: readonly P[],
  habits: PrintHabits,
  falls: (members: readonly P[]) => boolean,
): readonly PrintSeries<P>[] {
  // Only where all that may have these keys are there, their order says which is which.
  if (habits.once && members.length === habits.sharing) return inPlaces(keys, [members]);
  const records = [...groupBy(members, ({ place }) => place.record).values()];
  const isRecorded = habits.inOneClause && members.every(({ place }) => place.record !== null);
  if (isRecorded && records.every(({ length }) => length === habits.sharing)) return inPlaces(keys, records);
  // Where nothing is known but the text, prints that grow are nearly always of one aggregation.
  const isShared = habits.sharing !== null || falls(members);
  return [{ keys, members, isShared, aggregation: members[0]?.place.joint ?? '' }];
}

/** A series for each place of a record. */
function inPlaces<P extends Print>(keys: Row, records: readonly (readonly P[])[]): readonly PrintSeries<P>[] {
  const of = records[0]?.length ?? 0;
  return Array.from({ length: of }, (_, i) => {
    const place = `${i + 1} of ${of}`;
    const members = records.flatMap((record) => record[i] ?? []);
    return { keys: withKey(keys, 'aggregation', place), members, isShared: false, aggregation: place };
  });
}

/** Equal for equal keys, in whatever order they come. */
function idOf(keys: Row, joint: string | null): string {
  return JSON.stringify([Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)), joint]);
}

/** Keys with one more; a key of the script's own of that name stays. */
export function withKey(keys: Row, name: string, cell: Cell): Row {
  let free = name;
  while (Object.hasOwn(keys, free)) free += '_';
  return { ...keys, [free]: cell };
}
