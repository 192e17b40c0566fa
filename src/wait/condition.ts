import type { Row } from '../model/column.ts';
import { isOldIn, unreadableIn } from '../model/row-note.ts';
import { shortZone } from '../model/zone-name.ts';

/** A row of the states of an upstairs, as one look saw it on a sled. */
export interface Seen {
  /** `rack/name`. */
  readonly sled: string;
  readonly row: Row;
}

/** What somebody waits for. */
export interface Condition {
  /** As it is said: `healthy`, `quorum=2`. */
  readonly text: string;
  /** The sled that is to go, as it was named: its verdict has to be given. */
  readonly goes?: string;
  /** What keeps it from being so, a line each thing; empty where it holds. All that was seen is given. */
  readonly missing: (seen: readonly Seen[], verdicts: Verdicts) => readonly string[];
}

/** Whether sleds may go, by how they were named. */
export type Verdicts = ReadonlyMap<string, { readonly word: string; readonly text: string }>;

/** One kind of condition: how it is written, and how it is read. */
export interface ConditionKind {
  /** `quorum=<n>`. */
  readonly takes: string;
  readonly help: string;
  /** Null where the text is not of this kind. Throws a FleetError `usage` where it is, and wrong. */
  readonly read: (text: string) => Condition | null;
}

/** That nothing was seen: silence is not health. */
export const NOTHING_SEEN = 'no upstairs was seen';

/** `3/14 propolis d96f6341, upstairs c0b92059: degraded (active/faulted/active)`. */
export function stateText({ sled, row }: Seen): string {
  const id = typeof row['upstairs_id'] === 'string' ? `, upstairs ${row['upstairs_id'].slice(0, 8)}` : '';
  return `${sled} ${shortZone(String(row['zone']))}${id}: ${conditionText(row)}`;
}

function conditionText(row: Row): string {
  const health = typeof row['health'] === 'string' ? row['health'] : 'not known';
  const states = statesIn(row);
  const known = states === null ? '' : ` (${states.join('/')})`;
  const note = typeof row['note'] === 'string' && doubtIn(row) !== null ? `; ${row['note']}` : '';
  return `${health}${known}${note}`;
}

/** The states of the three downstairs; null where they are not known. */
export function statesIn(row: Row): readonly [string, string, string] | null {
  const [ds0, ds1, ds2] = [row['ds0'], row['ds1'], row['ds2']];
  return typeof ds0 === 'string' && typeof ds1 === 'string' && typeof ds2 === 'string'
    ? [ds0, ds1, ds2]
    : null;
}

/** Why the row does not say how its upstairs is now; null where it does. */
export function doubtIn(row: Row): string | null {
  const unreadable = unreadableIn(row);
  if (unreadable !== null) return unreadable;
  if (statesIn(row) === null) return 'not reported';
  return isOldIn(row) ? 'its last report is old' : null;
}
