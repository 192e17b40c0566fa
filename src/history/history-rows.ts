import type { Cell, Column, Row } from '../model/column.ts';
import { identityOf } from '../alert/upstairs.ts';
import { healthOf, statesOf, whyUnknown } from './condition.ts';
import type { Chronicle, ClockSet, Gap, SessionLife, Span } from './chronicle.ts';
import type { Moment } from './line.ts';
import { repairsOf, type Repair } from './repairs.ts';

/** What a row of `history` tells of. */
export const HISTORY_KINDS = {
  state: 'a session was in these states, or they were not known',
  repair: 'a repair of a downstairs, or a reconciliation of all three',
  gone: 'the session was not there any more',
  not_seen: 'the sled was not seen, or nobody looked',
} as const;

const KINDS = Object.entries(HISTORY_KINDS)
  .map(([kind, what]) => `${kind} (${what})`)
  .join(', ');

/** The columns of `history`. */
export const HISTORY_COLUMNS: readonly Column[] = [
  { name: 'upstairs_id', heading: 'UPSTAIRS', kind: 'id', help: 'id of the upstairs', narrow: true },
  { name: 'from', heading: 'FROM', kind: 'text', help: 'the first look that saw it so', narrow: true },
  {
    name: 'not_before',
    heading: 'NOT_BEFORE',
    kind: 'text',
    help: 'the last look before that, when it was not so yet; null where it is not known',
  },
  {
    name: 'until',
    heading: 'UNTIL',
    kind: 'text',
    help: 'the last look that saw it so',
    narrow: true,
  },
  {
    name: 'over_by',
    heading: 'OVER_BY',
    kind: 'text',
    help: 'the first look that saw it otherwise; null while it is so, or is not seen',
  },
  {
    name: 'seconds',
    heading: 'SECONDS',
    kind: 'count',
    help: 'from the first to the last look that saw it so; null where a clock was set in between',
    narrow: true,
  },
  { name: 'kind', heading: 'KIND', kind: 'text', help: KINDS, narrow: true },
  { name: 'health', heading: 'HEALTH', kind: 'health', help: 'health of the session', narrow: true },
  ...[0, 1, 2].map((n): Column => {
    return {
      name: `ds${n}`,
      heading: `DS${n}`,
      kind: 'state',
      help: `state of downstairs ${n}`,
      narrow: true,
    };
  }),
  { name: 'downstairs', heading: 'DS', kind: 'count', help: 'of a repair: the downstairs' },
  {
    name: 'result',
    heading: 'RESULT',
    kind: 'text',
    help: 'of a repair: under_way, completed, aborted, or ended where it is not known how',
  },
  { name: 'extents', heading: 'EXTENTS', kind: 'count', help: 'of a repair: extents done while it was seen' },
  { name: 'per_second', heading: 'RATE', kind: 'count', help: 'of a repair: extents a second' },
  { name: 'rack', heading: 'RACK', kind: 'text', help: 'rack of the sled' },
  { name: 'sled', heading: 'SLED', kind: 'text', help: 'rack/name of the sled', narrow: true },
  { name: 'zone', heading: 'ZONE', kind: 'zone', help: 'zone of the process', narrow: true },
  { name: 'pid', heading: 'PID', kind: 'count', help: 'process', narrow: true },
  { name: 'session_id', heading: 'SESSION', kind: 'id', help: 'new at each start of the upstairs' },
  { name: 'note', heading: 'NOTE', kind: 'note', help: 'what else is to be known', narrow: true },
];

/** Something in a life, with the upstairs that it is of; a gap is of all that its sled had. */
export type LifeEvent =
  | {
      readonly kind: 'state';
      readonly session: SessionLife;
      readonly span: Span;
      readonly overBy: Moment | null;
    }
  | { readonly kind: 'repair'; readonly repair: Repair }
  | {
      readonly kind: 'gone';
      readonly session: SessionLife;
      readonly at: Moment;
      readonly before: Moment | null;
    }
  | { readonly kind: 'not_seen'; readonly gap: Gap };

/** The events of some sessions that are not over before `since`, in the order of the runs. */
export function eventsOf(
  sessions: readonly SessionLife[],
  gaps: readonly Gap[],
  since: number,
): readonly LifeEvent[] {
  const events = sessions.flatMap((session): readonly LifeEvent[] => [
    ...session.spans.map((span, n): LifeEvent => {
      return { kind: 'state', session, span, overBy: session.spans[n + 1]?.from ?? session.ended };
    }),
    ...repairsOf(session).map((repair): LifeEvent => ({ kind: 'repair', repair })),
    ...(session.ended === null
      ? []
      : [{ kind: 'gone' as const, session, at: session.ended, before: session.spans.at(-1)?.last ?? null }]),
  ]);
  const all = [...events, ...gaps.map((gap): LifeEvent => ({ kind: 'not_seen', gap }))];
  return all
    .filter((event) => (endOf(event)?.at ?? Number.POSITIVE_INFINITY) >= since)
    .toSorted((a, b) => orderOf(a) - orderOf(b));
}

/** The first look at which it was over; null while it is not. */
function endOf(event: LifeEvent): Moment | null {
  switch (event.kind) {
    case 'state':
      return event.overBy;
    case 'repair':
      return event.repair.to;
    case 'gone':
      return event.at;
    case 'not_seen':
      return event.gap.to;
  }
}

function orderOf(event: LifeEvent): number {
  switch (event.kind) {
    case 'state':
      return event.span.from.seq;
    case 'repair':
      return event.repair.from.seq + 0.25;
    case 'gone':
      return event.at.seq - 0.25;
    case 'not_seen':
      return (event.gap.from?.seq ?? 0) + 0.5;
  }
}

/** Milliseconds between two looks; null where a clock was set in between. */
export function lasted(from: Moment, to: Moment, clockSets: readonly ClockSet[]): number | null {
  const isSet = clockSets.some(({ at }) => at.seq > from.seq && at.seq <= to.seq);
  return isSet || to.at < from.at ? null : to.at - from.at;
}

/** The rows of some events. */
export function historyRows(
  events: readonly LifeEvent[],
  { clockSets }: Pick<Chronicle, 'clockSets'>,
): readonly Row[] {
  return events.map((event) => {
    const row: Row = { ...EMPTY, kind: event.kind, ...rowOf(event, clockSets) };
    const isUnknown = row['seconds'] === null && row['from'] !== null && row['until'] !== null;
    return isUnknown
      ? { ...row, note: [row['note'], 'a clock was set in between'].filter(isText).join('; ') }
      : row;
  });
}

function isText(cell: Cell | undefined): boolean {
  return typeof cell === 'string';
}

const EMPTY: Row = Object.fromEntries(HISTORY_COLUMNS.map(({ name }) => [name, null]));

function rowOf(event: LifeEvent, clockSets: readonly ClockSet[]): Row {
  const times = (
    before: Moment | null,
    from: Moment | null,
    last: Moment | null,
    over: Moment | null,
  ): Row => {
    const ms = from === null || last === null ? null : lasted(from, last, clockSets);
    return {
      not_before: timeText(before),
      from: timeText(from),
      until: timeText(last),
      over_by: timeText(over),
      seconds: ms === null ? null : Math.round(ms / 1000),
    };
  };
  switch (event.kind) {
    case 'state': {
      const { session, span, overBy } = event;
      const states = statesOf(span.condition);
      return {
        ...whoRow(session.who),
        ...times(span.before, span.from, span.last, overBy),
        health: healthOf(span.condition),
        ds0: states?.[0] ?? null,
        ds1: states?.[1] ?? null,
        ds2: states?.[2] ?? null,
        note: whyUnknown(span.condition),
      };
    }
    case 'repair': {
      const { who, notBefore, from, last, to, downstairs, result, extents, perSecond, kind } = event.repair;
      return {
        ...whoRow(who),
        ...times(notBefore, from, last, to),
        downstairs,
        result,
        extents,
        per_second: perSecond === null ? null : Math.round(perSecond * 100) / 100,
        note: kind,
      };
    }
    case 'gone':
      return { ...whoRow(event.session.who), ...times(event.before, event.at, event.at, null) };
    case 'not_seen': {
      const { sled, from, to, why } = event.gap;
      return { rack: sled.slice(0, sled.lastIndexOf('/')), sled, ...times(null, from, to, to), note: why };
    }
  }
}

function whoRow({ rack, sled, zone, pid, upstairsId, sessionId }: SessionLife['who']): Row {
  return { rack, sled, zone, pid, upstairs_id: upstairsId, session_id: sessionId };
}

function timeText(moment: Moment | null): string | null {
  return moment === null ? null : new Date(moment.at).toISOString();
}

/** Sessions by the upstairs that they are of, in the order in which they were first seen. */
export function byUpstairs(sessions: readonly SessionLife[]): ReadonlyMap<string, readonly SessionLife[]> {
  const found = new Map<string, SessionLife[]>();
  for (const session of sessions) {
    const { who } = session;
    const id =
      who.upstairsId === null && who.sessionId === null
        ? `${who.sled} ${who.zone} ${who.pid}`
        : identityOf(who);
    const list = found.get(id);
    if (list === undefined) found.set(id, [session]);
    else list.push(session);
  }
  return found;
}
