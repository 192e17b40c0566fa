import { filledBuckets } from './bucket-ladder.ts';
import type { Row } from '../model/column.ts';
import type { DistributionGroup, DistributionGrouping } from './distribution-group.ts';
import { sectionsOf, type DistributionSection } from './distribution-section.ts';
import { boundsId, isCountOfSamples, totalCount, type Histogram } from '../model/histogram.ts';
import {
  cumulativeShares,
  distanceChance,
  greatestDistance,
  type CumulativeShares,
} from './kolmogorov-smirnov.ts';

/** When a group is said to depart from the rest. */
export interface CompareSettings {
  /** Chance of naming any group of a comparison though none departs. */
  readonly significance: number;
  /** Fewer samples say too little: such a group is neither tested nor part of the rest. */
  readonly minSamples: number;
  /** Smaller distances (D, 0 to 1) are left alone, however certain: with many samples any two sleds differ. */
  readonly minDistance: number;
  /** A smaller D counts as well if the 99th percentile is this many buckets away: of quantize, two are four times. */
  readonly minTailShift: number;
}

export const COMPARE_SETTINGS: CompareSettings = {
  significance: 0.01,
  minSamples: 50,
  minDistance: 0.1,
  minTailShift: 2,
};

/** What was done, for the reader of a comparison. */
export const COMPARE_TEST =
  'two-sample Kolmogorov-Smirnov on the buckets, each group against the mean of the others (each of equal weight), ' +
  'p-values by Holm; a named group is taken out of the rest for the next ones';

/**
 * `departs`: differs from the rest, by chance and by size. `agrees`: no such difference. `unclear`: differs, but so
 * many do that there is no rest to depart from. `untested`: too few samples, counts below zero, or nothing beside it.
 */
export type Verdict = 'departs' | 'agrees' | 'unclear' | 'untested';

/** Where the values of a group lie beside the rest's: `mixed` is a lower median with a longer tail, or the reverse. */
export type Direction = 'slower' | 'faster' | 'mixed' | 'same';

/** How one group differs from the rest. */
export interface Departure {
  /** D: the greatest difference of the shares up to a bucket, 0 to 1. */
  readonly distance: number;
  readonly chance: number;
  /** The chance by Holm, for as many groups as were tested. */
  readonly adjustedChance: number;
  readonly direction: Direction;
  /** Buckets that the median lies above (below: negative) the rest's. */
  readonly medianShift: number;
  readonly p99Shift: number;
}

export interface ComparedGroup {
  readonly group: DistributionGroup;
  readonly samples: bigint;
  readonly verdict: Verdict;
  /** Null for `untested`. */
  readonly departure: Departure | null;
}

/** The groups that measure one thing, beside each other. */
export interface Comparison {
  /** What is measured: type, part and the like. */
  readonly what: Row;
  readonly shape: string;
  /** Those that depart first, the most departed before the others; then as the grouping has them. */
  readonly groups: readonly ComparedGroup[];
  /** What a reader must know, a sentence each. */
  readonly notes: readonly string[];
}

/** Compares the groups of each thing that is measured with each other: of `--by sled`, the sleds. */
export function compareDistributions(
  grouping: DistributionGrouping,
  settings: CompareSettings = COMPARE_SETTINGS,
): readonly Comparison[] {
  return sectionsOf(grouping).map((section) => compareSection(section, settings));
}

interface Member {
  readonly group: DistributionGroup;
  readonly samples: bigint;
  readonly shares: CumulativeShares;
}

interface Scored {
  readonly member: Member;
  readonly departure: Departure;
}

function compareSection({ what, sum, groups }: DistributionSection, settings: CompareSettings): Comparison {
  const ids = rungs(sum);
  const members = groups.flatMap((group) => asMember(group, ids, settings.minSamples) ?? []);
  const left = groups.filter((group) => !members.some((member) => member.group === group));
  const rounds = stepDown(members, settings);
  const notes = [...rounds.notes];
  if (left.length > 0) {
    const why = left.every((group) => isCountOfSamples(group.histogram))
      ? `fewer than ${settings.minSamples} samples`
      : `fewer than ${settings.minSamples} samples, or counts below zero,`;
    notes.push(`${left.length} of ${groups.length} groups have ${why} and were left out`);
  }
  if (members.length === 1)
    notes.push('only one group has enough samples: there is nothing to compare it with');
  const order = new Map(groups.map((group, i) => [group, i]));
  const untested = (group: DistributionGroup): ComparedGroup => ({
    group,
    samples: totalCount(group.histogram),
    verdict: 'untested',
    departure: null,
  });
  const rest = [...rounds.rest, ...(members.length === 1 ? groups : left).map(untested)].sort(
    (a, b) => (order.get(a.group) ?? 0) - (order.get(b.group) ?? 0),
  );
  return { what, shape: sum.shape, groups: [...rounds.departed, ...rest], notes };
}

/** Every bucket from the first to the last, the empty ones that nobody printed too, so that shifts are true steps. */
function rungs(sum: Histogram): readonly string[] {
  const all = filledBuckets(sum);
  const first = all.findIndex((bucket) => bucket.count !== 0n);
  return all.slice(Math.max(0, first), all.findLastIndex((bucket) => bucket.count !== 0n) + 1).map(boundsId);
}

function asMember(group: DistributionGroup, ids: readonly string[], minSamples: number): Member | null {
  const samples = totalCount(group.histogram);
  if (samples < BigInt(minSamples) || !isCountOfSamples(group.histogram)) return null;
  const counts = new Map<string, bigint>();
  for (const bucket of group.histogram.buckets) {
    counts.set(boundsId(bucket), (counts.get(boundsId(bucket)) ?? 0n) + bucket.count);
  }
  const shares = cumulativeShares(ids.map((id) => counts.get(id) ?? 0n));
  return shares === null ? null : { group, samples, shares };
}

interface Rounds {
  readonly departed: readonly ComparedGroup[];
  readonly rest: readonly ComparedGroup[];
  readonly notes: readonly string[];
}

/**
 * Names the group with the greatest distance, takes it out and looks again, until no group departs: a very slow sled
 * must not make the others look fast. Those that are named stay the lesser half, for the rest is what is common.
 */
function stepDown(members: readonly Member[], settings: CompareSettings): Rounds {
  const departed: ComparedGroup[] = [];
  let active = members;
  let floor = 0;
  while (active.length >= 2) {
    const scored = score(active, floor);
    const found = scored.filter(({ departure }) => departs(departure, settings)).sort(byDistance);
    const [worst] = found;
    if (worst === undefined)
      return { departed, rest: scored.map((each) => judged(each, 'agrees')), notes: [] };
    if (active.length === 2 || (departed.length + 1) * 2 >= members.length) {
      const rest = scored.map((each) => judged(each, found.includes(each) ? 'unclear' : 'agrees'));
      return { departed, rest, notes: [manyDiffer(members.length, departed.length)] };
    }
    departed.push(judged(worst, 'departs'));
    floor = worst.departure.adjustedChance;
    active = active.filter((member) => member !== worst.member);
  }
  return { departed, rest: [], notes: [] };
}

function manyDiffer(all: number, departed: number): string {
  if (all === 2) return 'the two groups differ; which of them departs cannot be told';
  const others = departed === 0 ? 'the groups' : 'the other groups';
  return `${others} differ among themselves so much that there is no rest to depart from`;
}

function judged({ member, departure }: Scored, verdict: Verdict): ComparedGroup {
  return { group: member.group, samples: member.samples, verdict, departure };
}

function byDistance(a: Scored, b: Scored): number {
  return b.departure.distance - a.departure.distance;
}

function departs(departure: Departure, settings: CompareSettings): boolean {
  return (
    departure.adjustedChance < settings.significance &&
    (departure.distance >= settings.minDistance || Math.abs(departure.p99Shift) >= settings.minTailShift)
  );
}

/** Each member against the mean of the others' shares, so that a busy sled weighs no more than an idle one. */
function score(members: readonly Member[], floor: number): readonly Scored[] {
  const others = members.length - 1;
  // Two groups make one test, whichever of them is looked at.
  const tests = members.length === 2 ? 1 : members.length;
  const sums = (members[0]?.shares ?? []).map((_, i) =>
    members.reduce((sum, member) => sum + (member.shares[i] ?? 0), 0),
  );
  const inverses = members.reduce((sum, member) => sum + 1 / Number(member.samples), 0);
  return members.map((member) => {
    const n = Number(member.samples);
    const rest = sums.map((sum, i) => (sum - (member.shares[i] ?? 0)) / others);
    // The mean of k shares varies as one sample of this size does.
    const m = (others * others) / (inverses - 1 / n);
    const signed = greatestDistance(member.shares, rest);
    const chance = distanceChance(Math.abs(signed), n, m);
    const medianShift = reach(member.shares, 0.5) - reach(rest, 0.5);
    const p99Shift = reach(member.shares, 0.99) - reach(rest, 0.99);
    return {
      member,
      departure: {
        distance: Math.abs(signed),
        chance,
        adjustedChance: Math.min(1, Math.max(floor, chance * tests)),
        direction: directionOf(signed, medianShift, p99Shift),
        medianShift,
        p99Shift,
      },
    };
  });
}

/** The first bucket up to which there is this share; rounding of sums must not push it one on. */
function reach(shares: CumulativeShares, share: number): number {
  const found = shares.findIndex((each) => each >= share - 1e-9);
  return found === -1 ? shares.length - 1 : found;
}

/** By the shift of the median and the tail; where neither moved by a bucket, by the sign of the greatest distance. */
function directionOf(signed: number, medianShift: number, p99Shift: number): Direction {
  if (medianShift * p99Shift < 0) return 'mixed';
  const sign = Math.sign(medianShift + p99Shift) || Math.sign(signed);
  if (sign === 0) return 'same';
  return sign > 0 ? 'slower' : 'faster';
}
