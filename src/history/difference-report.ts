import type { Column, Row } from '../model/column.ts';
import type { FleetReport, SledOutcome } from '../model/report.ts';
import { healthOf, statesOf, whyUnknown } from './condition.ts';
import { CHANGES, type Change, type Comparison, type Difference } from './difference.ts';
import { outcomeOfSight } from './known-sleds.ts';
import type { Picture, SessionSight } from './picture.ts';

/** The columns of `diff`. What was so before has `was_` before its name. */
export const DIFFERENCE_COLUMNS: readonly Column[] = [
  { name: 'change', heading: 'CHANGE', kind: 'text', help: CHANGES.join(', '), narrow: true },
  { name: 'upstairs_id', heading: 'UPSTAIRS', kind: 'id', help: 'id of the upstairs', narrow: true },
  {
    name: 'was_health',
    heading: 'WAS',
    kind: 'health',
    help: 'its health before; null where it was not there',
    narrow: true,
  },
  {
    name: 'health',
    heading: 'IS',
    kind: 'health',
    help: 'its health after; null where it is not there',
    narrow: true,
  },
  { name: 'was_states', heading: 'STATES_WERE', kind: 'text', help: 'states of the three downstairs before' },
  {
    name: 'states',
    heading: 'STATES',
    kind: 'text',
    help: 'states of the three downstairs after',
    narrow: true,
  },
  { name: 'rack', heading: 'RACK', kind: 'text', help: 'rack of the sled' },
  { name: 'was_sled', heading: 'WAS_ON', kind: 'text', help: 'rack/name of its sled before' },
  {
    name: 'sled',
    heading: 'SLED',
    kind: 'text',
    help: 'rack/name of its sled after, or before where it is gone',
    narrow: true,
  },
  { name: 'zone', heading: 'ZONE', kind: 'zone', help: 'zone of its process', narrow: true },
  { name: 'was_pid', heading: 'PID_WAS', kind: 'count', help: 'its process before' },
  { name: 'pid', heading: 'PID', kind: 'count', help: 'its process after' },
  { name: 'was_session_id', heading: 'SESSION_WAS', kind: 'id', help: 'its session before' },
  { name: 'session_id', heading: 'SESSION', kind: 'id', help: 'its session after' },
  { name: 'note', heading: 'NOTE', kind: 'note', help: 'what else is to be known', narrow: true },
];

/** What is on one side, in words: `02:00 (2026-11-27T02:00:03Z)`. */
export interface Named {
  readonly picture: Picture;
  readonly name: string;
}

/** A comparison as a report: a row a difference, and of each sled whether both sides saw it. */
export function differenceReport(comparison: Comparison, a: Named, b: Named): FleetReport {
  const rows = comparison.differences.map(rowOf);
  const outcomes = comparison.sleds.map((sled) => outcomeOf(sled, a, b));
  return {
    probe: 'diff',
    shape: 'rows',
    selection: `${a.name} to ${b.name}: ${countsText(comparison)}`,
    filter: null,
    startedAt: new Date(a.picture.at),
    finishedAt: new Date(Math.max(a.picture.at, b.picture.until)),
    interrupted: false,
    outcomes,
    columns: DIFFERENCE_COLUMNS,
    rows,
    healthCounts: null,
    rowsBeforeFilter: rows.length,
    distributions: [],
    findings: [],
  };
}

/** Whether anything is known to have changed. */
export function hasChanged({ differences }: Comparison): boolean {
  return differences.some(({ change }) => isKnown(change));
}

/** Whether all that both sides asked could be compared. */
export function isWhole({ differences, sleds, apart }: Comparison, a: Picture, b: Picture): boolean {
  const isSeen = ({ sleds: all }: Picture) => sleds.every((sled) => all.get(sled)?.seen === 'whole');
  return (
    differences.every(({ change }) => isKnown(change)) &&
    isSeen(a) &&
    isSeen(b) &&
    apart.length === 0 &&
    sleds.length > 0
  );
}

function isKnown(change: Change): boolean {
  return change !== 'not_seen' && change !== 'not_comparable';
}

function countsText({ differences, unchanged }: Comparison): string {
  const counts = CHANGES.flatMap((change) => {
    const count = differences.filter((each) => each.change === change).length;
    return count === 0 ? [] : [`${count} ${change.replace('_', ' ')}`];
  });
  return [...counts, `${unchanged} unchanged`].join(', ');
}

function rowOf({ change, rack, upstairsId, before, after, note }: Difference): Row {
  const here = after ?? before;
  return {
    change,
    upstairs_id: upstairsId,
    was_health: healthIn(before),
    health: healthIn(after),
    was_states: statesIn(before),
    states: statesIn(after),
    rack,
    was_sled: before?.who.sled ?? null,
    sled: here?.who.sled ?? null,
    zone: here?.who.zone ?? null,
    was_pid: before?.who.pid ?? null,
    pid: after?.who.pid ?? null,
    was_session_id: before?.who.sessionId ?? null,
    session_id: after?.who.sessionId ?? null,
    note: note === '' ? movedText(change, before) : note,
  };
}

function movedText(change: Change, before: SessionSight | null): string | null {
  return change === 'moved' && before !== null ? `from ${before.who.sled}` : null;
}

function healthIn(sight: SessionSight | null): string | null {
  return sight === null ? null : healthOf(sight.condition);
}

function statesIn(sight: SessionSight | null): string | null {
  if (sight === null) return null;
  return statesOf(sight.condition)?.join(' ') ?? whyUnknown(sight.condition);
}

function outcomeOf(sled: string, a: Named, b: Named): SledOutcome {
  for (const { picture, name } of [a, b]) {
    const sight = picture.sleds.get(sled);
    if (sight !== undefined && sight.seen !== 'whole') return outcomeOfSight(sled, sight, `at ${name}`);
  }
  const { serial = null, cubby = null } = b.picture.sleds.get(sled) ?? {};
  return outcomeOfSight(sled, { seen: 'whole', why: null, serial, cubby }, '');
}
