import { DOWNSTAIRS } from '../alert/subject.ts';
import type { Column, Row } from '../model/column.ts';
import { needsAttention } from '../model/health.ts';
import { naturally } from '../model/sled-order.ts';
import type { Chronicle, Gap, SessionLife } from './chronicle.ts';
import { healthOf, statesOf } from './condition.ts';
import { byUpstairs, lasted } from './history-rows.ts';
import { repairsOf, type Repair } from './repairs.ts';

const RECENT_MS = 24 * 3_600_000;

/** The columns of `history --summary`: a row a rack, then one for each of its sleds. */
export const SUMMARY_COLUMNS: readonly Column[] = [
  { name: 'rack', heading: 'RACK', kind: 'text', help: 'rack', narrow: true },
  {
    name: 'sled',
    heading: 'SLED',
    kind: 'text',
    help: 'rack/name of the sled; null for all of the rack',
    narrow: true,
  },
  {
    name: 'upstairs',
    heading: 'UPS',
    kind: 'count',
    help: 'upstairs that were seen there',
    narrow: true,
  },
  {
    name: 'not_well',
    heading: 'ILL',
    kind: 'count',
    help: 'of these, so many were once not well',
    narrow: true,
  },
  {
    name: 'recovered',
    heading: 'BACK',
    kind: 'count',
    help: 'of these, so many are well again since the last 24 h',
    narrow: true,
  },
  {
    name: 'lost',
    heading: 'LOST',
    kind: 'count',
    help: 'times that a downstairs was seen to serve no more',
    narrow: true,
  },
  {
    name: 'reconnects',
    heading: 'RECONNECTS',
    kind: 'count',
    help: 'connections made to downstairs again',
  },
  {
    name: 'flapping',
    heading: 'FLAP',
    kind: 'count',
    help: 'upstairs with a downstairs that was lost three times or more',
    narrow: true,
  },
  {
    name: 'repairs',
    heading: 'REPAIRS',
    kind: 'count',
    help: 'live repairs that were completed',
    narrow: true,
  },
  {
    name: 'aborted',
    heading: 'ABORTED',
    kind: 'count',
    help: 'live repairs that were aborted',
  },
  {
    name: 'repair_median_s',
    heading: 'MEDIAN_S',
    kind: 'count',
    help: 'seconds that half of these took at most, from the first look that saw them to the first that did not',
    narrow: true,
  },
  {
    name: 'repair_longest_s',
    heading: 'LONGEST_S',
    kind: 'count',
    help: 'seconds of the longest completed one',
  },
  {
    name: 'not_seen',
    heading: 'UNSEEN',
    kind: 'count',
    help: 'times that the sled was not seen',
    narrow: true,
  },
];

/** A downstairs that is lost so often flaps. */
const FLAPS = 3;

/** What happened from `since` on, by rack and sled, the racks and sleds in their order. */
export function summaryRows(
  { sessions, gaps, clockSets, life }: Chronicle,
  { since, now }: { readonly since: number; readonly now: number },
): readonly Row[] {
  const sleds = [...life.sleds.keys()].toSorted(naturally);
  const rackOf = (sled: string) => sled.slice(0, sled.lastIndexOf('/'));
  const racks = [...new Set(sleds.map(rackOf))];
  const summed = (names: Row, isOf: (sled: string) => boolean): Row => {
    const there = sessions.filter(
      ({ who, ended }) => isOf(who.sled) && (ended === null || ended.at >= since),
    );
    const gapsThere = gaps.filter(({ sled, to }) => isOf(sled) && (to === null || to.at >= since));
    return { ...names, ...countsOf(there, gapsThere, clockSets, since, now) };
  };
  return racks.flatMap((rack) => [
    summed({ rack, sled: null }, (sled) => rackOf(sled) === rack),
    ...sleds
      .filter((sled) => rackOf(sled) === rack)
      .map((sled) => summed({ rack, sled }, (each) => each === sled)),
  ]);
}

function countsOf(
  sessions: readonly SessionLife[],
  gaps: readonly Gap[],
  clockSets: Chronicle['clockSets'],
  since: number,
  now: number,
): Row {
  const upstairs = [
    ...byUpstairs(sessions.filter(({ who }) => who.upstairsId !== null || who.sessionId !== null)).values(),
  ];
  const lost = sessions.map((session) => lossesOf(session, since));
  const repairs = sessions
    .flatMap(repairsOf)
    .filter(({ kind, to }) => kind === 'live_repair' && (to?.at ?? now) >= since);
  const completed = repairs.filter(({ result }) => result === 'completed');
  const seconds = completed.flatMap((repair) => secondsOf(repair, clockSets) ?? []).toSorted((a, b) => a - b);
  return {
    upstairs: upstairs.length,
    not_well: upstairs.filter((lives) => lives.some((life) => wasIll(life, since))).length,
    recovered: upstairs.filter((lives) => hasRecovered(lives, now)).length,
    lost: lost.flat().reduce((sum, count) => sum + count, 0),
    reconnects: sessions
      .flatMap(({ growths }) => growths)
      .filter(({ counter, at }) => counter === 'connected' && at.at >= since)
      .reduce((sum, { by }) => sum + by, 0),
    flapping: lost.filter((counts) => counts.some((count) => count >= FLAPS)).length,
    repairs: completed.length,
    aborted: repairs.filter(({ result }) => result === 'aborted').length,
    repair_median_s: seconds[Math.floor((seconds.length - 1) / 2)] ?? null,
    repair_longest_s: seconds.at(-1) ?? null,
    not_seen: gaps.length,
  };
}

/** How long a repair was seen, and so took at least; null where that is unknown. */
export function secondsOf(repair: Repair, clockSets: Chronicle['clockSets']): number | null {
  const ms = lasted(repair.from, repair.to ?? repair.last, clockSets);
  return ms === null ? null : Math.round(ms / 1000);
}

/** By downstairs: how often it was active and then was not. */
function lossesOf({ spans }: SessionLife, since: number): readonly number[] {
  return DOWNSTAIRS.map((ds) => {
    const seen = spans.flatMap(({ condition, from }) => {
      const states = statesOf(condition);
      return states === null ? [] : [{ isActive: states[ds] === 'active', from }];
    });
    return seen.filter(
      ({ isActive, from }, n) => !isActive && from.at >= since && seen[n - 1]?.isActive === true,
    ).length;
  });
}

function isIll(condition: string): boolean {
  const health = healthOf(condition);
  return health !== null && needsAttention(health);
}

function wasIll({ spans, ended }: SessionLife, since: number): boolean {
  return spans.some(({ condition }, n) => {
    const end = spans[n + 1]?.from ?? ended;
    return isIll(condition) && (end === null || end.at >= since);
  });
}

/** It is well, and was not within the last 24 h. */
function hasRecovered(lives: readonly SessionLife[], now: number): boolean {
  const live = lives.filter(({ ended }) => ended === null);
  if (live.length === 0 || live.some(({ spans }) => isIll(spans.at(-1)?.condition ?? ''))) return false;
  return lives.some((life) => wasIll(life, now - RECENT_MS));
}
