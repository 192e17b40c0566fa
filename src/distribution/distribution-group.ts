import type { Cell, Row } from '../model/column.ts';
import { groupBy } from '../model/group-by.ts';
import { addHistograms } from './histogram-merge.ts';
import type { Distribution, Histogram } from '../model/histogram.ts';
import type { Issue } from '../model/issue.ts';
import { printable } from '../model/printable.ts';
import { naturally } from '../model/sled-order.ts';

/** Distributions that were added, with the keys that they have in common. */
export interface DistributionGroup {
  /** A cell for each of the grouping's `keyNames`, in that order; null where a distribution does not have the key. */
  readonly keys: Row;
  readonly histogram: Histogram;
  /** How many distributions were added. */
  readonly parts: number;
  /** Ids of the sleds that they came from, once each. */
  readonly sleds: readonly string[];
}

/** All distributions of a fleet in groups: each is in one group, so that the groups' counts sum to the whole. */
export interface DistributionGrouping {
  /** What was asked for. */
  readonly by: readonly string[];
  /** What is measured: type, part and the like. Distributions that differ in these are never compared. */
  readonly whatNames: readonly string[];
  /** Whose it is, and when: rack, sled, zone, PID, client, volume, time. */
  readonly whoseNames: readonly string[];
  /** Sorted: by what is measured first, then as sleds are. */
  readonly groups: readonly DistributionGroup[];
  /** Keys that were asked for and that no distribution has. */
  readonly absentNames: readonly string[];
  /** What could not be added; those groups appear side by side with the same keys. */
  readonly issues: readonly Issue[];
}

const SLED = ['rack', 'sled', 'serial', 'cubby'];

/** A zone's or a process's name means something only on its sled. */
const NAMES_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ['fleet', []],
  ['rack', ['rack']],
  ['sled', SLED],
  ['zone', [...SLED, 'zone']],
  ['pid', [...SLED, 'zone', 'pid']],
]);

/** The keys that a word of `--by` stands for. */
export function keysOfWord(word: string): readonly string[] {
  return NAMES_OF.get(word) ?? [word];
}

/** Whose a distribution is. These are summed unless they are asked for; every other key says what is measured. */
const WHOSE = [...SLED, 'zone', 'pid', 'upstairs_id', 'session_id', 'client', 'volume', 'time'];

/** Words that `--by` takes for any probe; a key of the probe's own is taken too. */
export const GROUP_BY_WORDS = [
  'fleet',
  'rack',
  'sled',
  'zone',
  'pid',
  'client',
  'volume',
  'type',
  'part',
  'time',
] as const;

/**
 * Adds distributions that agree in the keys named by `by`:
 *
 * - What is measured stays apart always: reads and flushes, the parts of one IO, the aggregations of a user's script.
 *   So no name at all gives one distribution a type for the whole fleet, and `sled` one a sled and type.
 * - The one exception is `fleet` without `type`, which adds the types too: `fleet` alone is one distribution of all
 *   IO (one a part), and `fleet, sled` one a sled. Parts are never added, as they measure the same IO several times.
 * - `zone` and `pid` bring their sled along, and `pid` its zone.
 */
export function groupDistributions(
  distributions: readonly Distribution[],
  by: readonly string[],
): DistributionGrouping {
  const present = new Set(
    distributions.flatMap(({ keys }) => Object.keys(keys).filter((name) => keys[name] !== null)),
  );
  const asked = new Set(by.flatMap(keysOfWord));
  const addsTypes = by.includes('fleet') && !by.includes('type');
  const whatNames = [...new Set([...present, ...asked])]
    .filter((name) => !WHOSE.includes(name) && !(addsTypes && name === 'type'))
    .sort(byWhat);
  const whoseNames = WHOSE.filter((name) => asked.has(name) && (present.has(name) || by.includes(name)));
  const keyNames = [...whatNames, ...whoseNames];
  const issues: Issue[] = [];
  const sets = groupBy(distributions, ({ keys }) =>
    JSON.stringify(keyNames.map((name) => keys[name] ?? null)),
  );
  const groups = [...sets.values()].flatMap((members) => {
    const sums = sumsOf(members);
    if (sums.length > 1) issues.push(conflictIssue(members, sums.length));
    return sums.map((group) => ({ ...group, keys: keysOf(group.keys, keyNames) }));
  });
  return {
    by,
    whatNames,
    whoseNames,
    groups: groups.sort((a, b) => byKeys(a, b, keyNames)),
    absentNames: by.filter((name) => name !== 'fleet' && !present.has(name)),
    issues,
  };
}

/** One sum, or, where buckets differ, as few as possible; the same ones in whatever order the parts come. */
function sumsOf(members: readonly Distribution[]): readonly DistributionGroup[] {
  const whole = asGroup(members);
  if (whole !== null) return [whole];
  const sets: { sum: Histogram; members: Distribution[] }[] = [];
  for (const member of [...members].sort(byOrigin)) {
    if (!sets.some((set) => joins(set, member))) sets.push({ sum: member.histogram, members: [member] });
  }
  return sets.flatMap((set) => asGroup(set.members) ?? []);
}

function joins(set: { sum: Histogram; members: Distribution[] }, member: Distribution): boolean {
  const sum = addHistograms([set.sum, member.histogram]);
  if (sum.status !== 'added') return false;
  set.sum = sum.histogram;
  set.members.push(member);
  return true;
}

function asGroup(members: readonly Distribution[]): DistributionGroup | null {
  const sum = addHistograms(members.map((member) => member.histogram));
  if (sum.status !== 'added') return null;
  const sleds = new Set(members.flatMap(sledsOf));
  return {
    keys: members[0]?.keys ?? {},
    histogram: sum.histogram,
    parts: members.reduce((parts, { sum: own }) => parts + (own?.parts ?? 1), 0),
    sleds: [...sleds].sort(naturally),
  };
}

/** The ids of the sleds that a distribution is of, as far as it says. */
export function sledsOf({ keys, sum }: Distribution): readonly string[] {
  return sum?.sleds ?? (typeof keys['sled'] === 'string' ? [keys['sled']] : []);
}

function conflictIssue(members: readonly Distribution[], sets: number): Issue {
  const sum = addHistograms(members.map((member) => member.histogram));
  const reason = sum.status === 'conflict' ? sum.reason : 'buckets differ';
  const known = members.map((member) =>
    member.sum === undefined ? [String(member.keys['sled'] ?? '-')] : sledsOf(member),
  );
  const sleds = [...new Set(known.flat())].sort(naturally);
  const where =
    sleds.length > 3 ? `${sleds.slice(0, 3).join(', ')} and ${sleds.length - 3} more` : sleds.join(', ');
  return {
    code: 'contradiction',
    message: printable(`distributions of ${where} were not added, ${sets} are shown: ${reason}`),
  };
}

function keysOf(keys: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, keys[name] ?? null]));
}

function byWhat(a: string, b: string): number {
  const rank = (name: string) => ['type', 'part'].indexOf(name);
  return (rank(a) === -1 ? 2 : rank(a)) - (rank(b) === -1 ? 2 : rank(b)) || naturally(a, b);
}

function byKeys(a: DistributionGroup, b: DistributionGroup, names: readonly string[]): number {
  // The cubby goes before the sled's name, as in every list of sleds.
  const order = names.map((name) => (name === 'sled' ? 'cubby' : name === 'cubby' ? 'sled' : name));
  for (const name of order) {
    const found = compareCells(a.keys[name] ?? null, b.keys[name] ?? null);
    if (found !== 0) return found;
  }
  return naturally(a.histogram.shape, b.histogram.shape);
}

function byOrigin(a: Distribution, b: Distribution): number {
  const text = ({ keys, histogram }: Distribution) =>
    JSON.stringify([
      histogram.shape,
      Object.entries(keys).sort(([x], [y]) => (x < y ? -1 : 1)),
      firstLows(histogram),
    ]);
  return naturally(text(a), text(b));
}

function firstLows(histogram: Histogram): readonly string[] {
  return histogram.buckets.map((bucket) => `${bucket.low ?? ''}..${bucket.high ?? ''}:${bucket.count}`);
}

/** Numbers by value, text naturally, what is not known last. */
function compareCells(a: Cell, b: Cell): number {
  if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
  return typeof a === 'number' && typeof b === 'number' ? a - b : naturally(String(a), String(b));
}
