import type { Row } from '../../model/column.ts';
import { FleetError } from '../../model/error.ts';
import { groupBy } from '../../model/group-by.ts';
import { printable } from '../../model/printable.ts';
import type { SledOutcome } from '../../model/report.ts';
import { nearest } from '../../yaml/nearest.ts';
import { idMatcher, rowFilter, zoneMatcher, type FilterOptions } from './filters.ts';
import type { TalkOptions } from './output-options.ts';
import type { Surroundings } from '../surroundings.ts';

/** What a reader named on the command line. */
export type Named = FilterOptions & { readonly volume?: string | undefined };

/**
 * What was named and not seen, as notes with what is nearest to it. Throws `usage` where nothing was seen of a process,
 * a volume, an upstairs, a session, or a zone that was named in full: an empty answer would look like one that is idle,
 * or well. Where a sled did not answer in full, what was not seen may be there, and nothing is said.
 */
export function missNamed(
  outcomes: readonly SledOutcome[],
  { state, zone = [], pid = [], upstairs = [], session = [], volume }: Named,
): readonly string[] {
  const isNamed = [zone, pid, upstairs, session].some((each) => each.length > 0);
  if (!isNamed && state === undefined && volume === undefined) return [];
  if (!outcomes.every((outcome) => outcome.status === 'answered' && outcome.issues.length === 0)) return [];
  const cells = outcomes.flatMap((outcome) =>
    outcome.status === 'answered' ? [...outcome.rows, ...outcome.distributions.map(({ keys }) => keys)] : [],
  );
  if (volume !== undefined && cells.length === 0) throw unseen(`volume ${volume}`, MAY_BE_IDLE);
  const texts = (name: string) => [
    ...new Set(cells.flatMap((row) => (typeof row[name] === 'string' ? [row[name]] : []))),
  ];
  const pids = new Set(cells.map((row) => String(row['pid'])));
  return [
    ...missed(
      pid.filter((each) => !pids.has(each)).map((each) => ({ what: `PID ${each}`, more: MAY_BE_IDLE })),
      pid.length,
    ),
    ...missedZones(zone, texts('zone')),
    ...missedIds('upstairs', upstairs, idsIn(cells, 'upstairs_id')),
    ...missedIds('session', session, idsIn(cells, 'session_id')),
    ...missedStates(state, cells),
  ];
}

function idsIn(cells: readonly Row[], name: string): readonly (string | null)[] {
  return cells.map(({ [name]: id }) => (typeof id === 'string' ? id.toLowerCase() : null));
}

/** Beginnings that no id has, with the nearest: notes alone where a row without an id may be the one. */
function missedIds(
  what: string,
  prefixes: readonly string[],
  ids: readonly (string | null)[],
): readonly string[] {
  const known = [...new Set(ids)].filter((id) => id !== null);
  const missing = prefixes
    .filter((prefix) => !known.some(idMatcher([prefix])))
    .map((prefix) => ({ what: `${what} ${prefix}`, more: nearestIdText(prefix, known) }));
  const without = ids.filter((id) => id === null).length;
  if (without === 0) return missed(missing, prefixes.length);
  const doubt =
    without === 1 ? 'a row without an id may be it' : `one of ${without} rows without an id may be it`;
  return missing.map((each) => unseenText(each.what, `${each.more}; ${doubt}`));
}

/** People mistype an id, or copy the end of it. */
function nearestIdText(prefix: string, ids: readonly string[]): string {
  if (ids.length === 0) return 'no id was seen';
  const word = prefix.toLowerCase();
  const inside = word.length < 4 ? undefined : ids.find((id) => id.includes(word));
  const wholes = new Map(ids.map((id) => [id.slice(0, Math.max(4, word.length)), id]));
  const [part] = nearest(word, wholes.keys());
  const near = inside ?? (part === undefined ? undefined : wholes.get(part));
  return near === undefined ? `no id of ${ids.length} is like it` : `the nearest is ${near}`;
}

/** A state that nothing is in is an answer; which states there are is a part of it. */
function missedStates(states: readonly string[] | undefined, cells: readonly Row[]): readonly string[] {
  const filter = rowFilter(states === undefined ? {} : { state: states });
  if (filter === null || cells.length === 0 || cells.some(filter.keeps)) return [];
  const seen = cells
    .flatMap((row) => [row['ds0'], row['ds1'], row['ds2']])
    .filter((word) => typeof word === 'string');
  const counts = [...groupBy(seen, (word) => word)]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([word, all]) => `${word} (${all.length})`);
  const there = counts.length === 0 ? 'no state was seen' : `the states seen are ${counts.join(', ')}`;
  return [`no downstairs on the selected sleds is in ${filter.text}: ${there}`];
}

/** Notes on standard error, unless nobody wants them. */
export function sayNotes(
  notes: readonly string[],
  { quiet }: TalkOptions,
  { terminal }: Pick<Surroundings, 'terminal'>,
): void {
  if (quiet === true) return;
  for (const note of notes) terminal.err.write(`warning: ${printable(note)}\n`);
}

const MAY_BE_IDLE = 'it is not there, or it did nothing of the kind';

interface Missing {
  readonly what: string;
  readonly more: string;
}

/** Of some of those that were named, notes; of all, an error. */
function missed(missing: readonly Missing[], named: number): readonly string[] {
  const [first] = missing;
  if (first === undefined) return [];
  if (missing.length < named) return missing.map(({ what, more }) => unseenText(what, more));
  throw unseen(missing.map(({ what }) => what).join(', '), first.more);
}

function missedZones(patterns: readonly string[], zones: readonly string[]): readonly string[] {
  const missing = patterns
    .filter((pattern) => !zones.some(zoneMatcher([pattern])))
    .map((pattern) => ({ pattern, what: `zone ${pattern}`, more: nearestText(pattern, zones) }));
  // What has a wildcard may match nothing: that is its answer.
  const exact = missing.every(({ pattern }) => !/[*?]/.test(pattern));
  if (exact) return missed(missing, patterns.length);
  return missing.map(({ what, more }) => unseenText(what, more));
}

function unseenText(what: string, more: string): string {
  return `nothing was seen of ${what} on the selected sleds: ${more}`;
}

function unseen(what: string, more: string): FleetError {
  return new FleetError('usage', unseenText(what, more));
}

function nearestText(pattern: string, zones: readonly string[]): string {
  if (zones.length === 0) return 'no zone was seen';
  const near = nearestZone(pattern, zones);
  return near === null ? 'no zone has a name like it' : `the nearest is ${near}`;
}

/** Of names that differ in a UUID, a part is compared too: people write `34aa5f9c`, or `propolis 34aa5f9c`. */
function nearestZone(pattern: string, zones: readonly string[]): string | null {
  const word = pattern.replaceAll(/[*?]/g, '').trim().split(/\s+/).at(-1) ?? '';
  if (word === '') return null;
  const inside = word.length < 4 ? undefined : zones.find((zone) => zone.includes(word));
  if (inside !== undefined) return inside;
  const wholes = new Map<string, string>();
  for (const zone of zones) {
    const id = zone.slice(zone.lastIndexOf('_') + 1);
    for (const part of [zone, id, id.slice(0, 8)]) if (!wholes.has(part)) wholes.set(part, zone);
  }
  const [part] = nearest(word, wholes.keys());
  return part === undefined ? null : (wholes.get(part) ?? null);
}
