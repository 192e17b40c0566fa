/** What is said of a text whose third state is not known. */
export const REPEATS_DS1 =
  'sled_upstairs_info.d of Crucible, which has these columns, prints the state of downstairs 1 twice (since May 2025), so the state of downstairs 2 is unknown';

/** The first columns of Crucible's own sled_upstairs_info since May 2025; ours begin with the zone. */
const COLUMNS = ['pid', 'upstairs_id', 'session_id', 'ds0', 'ds1', 'ds2'];

/** What follows them in that script alone: whole, cut, or not there, as in a part of its columns. */
const NEXT = ['up_count', 'up', 'u', undefined];

function mayRepeat(columns: readonly string[]): boolean {
  return COLUMNS.every((name, at) => columns[at] === name) && NEXT.includes(columns[COLUMNS.length]);
}

interface Section {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/**
 * The sections of the script that passes the second state to its printf twice
 * (https://github.com/oxidecomputer/crucible/commit/939c81fd). One row whose last two states differ shows that they are
 * of a version that does not.
 */
export function sectionsRepeatingDs1<S extends Section>(sections: readonly S[]): ReadonlySet<S> {
  const suspects = sections.filter(({ columns }) => mayRepeat(columns));
  const rows = suspects.flatMap((section) => section.rows);
  return new Set(rows.every((row) => row['ds1'] === row['ds2']) ? suspects : []);
}
