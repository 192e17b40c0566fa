import { DOWNSTAIRS, type Downstairs } from '../alert/subject.ts';
import { TASKS_PER_EXTENT } from '../model/repair-outlook.ts';
import { statesOf } from './condition.ts';
import type { Growth, SessionLife, Span } from './chronicle.ts';
import type { Moment, Sample } from './line.ts';
import type { Who } from './picture.ts';

/** A repair, as far as the looks at it tell. */
export interface Repair {
  readonly who: Who;
  readonly kind: 'live_repair' | 'reconcile';
  /** Null of reconciliation, which is of all three. */
  readonly downstairs: Downstairs | null;
  /** It began after `notBefore` (null: it is not known) and was first seen at `from`. */
  readonly notBefore: Moment | null;
  readonly from: Moment;
  /** It was last seen at `last` and was over at `to`, which is null while it goes on or is not seen. */
  readonly last: Moment;
  readonly to: Moment | null;
  readonly result: 'under_way' | 'completed' | 'aborted' | 'ended';
  /** Whole extents between its first and last sample; null where there are not two. No rate is told of two that are near. */
  readonly extents: number | null;
  readonly perSecond: number | null;
}

/** The repairs of a session in the order in which they were first seen. */
export function repairsOf(session: SessionLife): readonly Repair[] {
  const live = DOWNSTAIRS.flatMap((ds) => liveRepairs(session, ds));
  return [...live, ...reconciliations(session)].toSorted((a, b) => a.from.seq - b.from.seq);
}

/** Looks that are next to each other and all saw a session under repair. */
interface Stretch {
  readonly notBefore: Moment | null;
  readonly from: Moment;
  readonly last: Moment;
  /** The first look that saw it otherwise; null where none did. */
  readonly next: Span | null;
}

function stretches(
  { spans }: SessionLife,
  isUnderWay: (states: readonly string[]) => boolean,
): readonly Stretch[] {
  const found: Stretch[] = [];
  let under: Span[] = [];
  for (const span of spans) {
    const states = statesOf(span.condition);
    // What is not known ends nothing.
    if (states === null) continue;
    if (isUnderWay(states)) {
      under.push(span);
      continue;
    }
    found.push(...stretchOf(under, span));
    under = [];
  }
  return [...found, ...stretchOf(under, null)];
}

function stretchOf(spans: readonly Span[], next: Span | null): readonly Stretch[] {
  const [first] = spans;
  const last = spans.at(-1)?.last;
  return first === undefined || last === undefined
    ? []
    : [{ notBefore: first.before, from: first.from, last, next }];
}

/** What is known of when a repair ran. */
type Times = Pick<Repair, 'notBefore' | 'from' | 'last' | 'to'>;

function liveRepairs(session: SessionLife, ds: Downstairs): readonly Repair[] {
  const growths = session.growths.filter(({ downstairs }) => downstairs === ds);
  const grew = (name: 'completed' | 'aborted', from: Moment, to: Moment) =>
    growths.some(({ at, counter }) => counter === name && at.seq > from.seq && at.seq <= to.seq);
  const seen = stretches(session, (states) => states[ds] === 'live_repair').flatMap(
    (stretch): readonly Repair[] => {
      // One that was over though the next look saw a repair: that is another one.
      const ends = growths.filter(
        ({ at, counter }) =>
          (counter === 'completed' || counter === 'aborted') &&
          at.seq > stretch.from.seq &&
          at.seq <= stretch.last.seq,
      );
      const [over, times] = cutAt(stretch, ends);
      const what = { kind: 'live_repair', downstairs: ds } as const;
      const former = over.map((each): Repair => {
        const isCompleted = grew('completed', each.from, each.to);
        const isEither = isCompleted && grew('aborted', each.from, each.to);
        const result = isEither ? 'ended' : isCompleted ? 'completed' : 'aborted';
        return repairOf(session, each, what, result);
      });
      const end = stretch.next?.from ?? null;
      if (end === null) {
        const result = session.ended === null ? 'under_way' : 'ended';
        return [...former, repairOf(session, { ...times, to: session.ended }, what, result)];
      }
      const isCompleted = grew('completed', times.from, end);
      const result = isCompleted ? 'completed' : grew('aborted', times.from, end) ? 'aborted' : 'ended';
      return [...former, repairOf(session, { ...times, to: end }, what, result)];
    },
  );
  // One that began and was over between two looks.
  const between = growths.flatMap(({ at, since, counter }): readonly Repair[] => {
    const isSeen = seen.some(({ from, to }) => at.seq > from.seq && at.seq <= (to?.seq ?? at.seq));
    if (isSeen || since === null || counter !== 'completed') return [];
    const unknown = { extents: null, perSecond: null };
    const times = { notBefore: since, from: since, last: since, to: at };
    return [
      { who: session.who, kind: 'live_repair', downstairs: ds, ...times, result: 'completed', ...unknown },
    ];
  });
  return [...seen, ...between];
}

/** The repairs of a stretch that were over before it was, and the one that was seen last. */
function cutAt(
  { notBefore, from, last }: Stretch,
  ends: readonly Growth[],
): readonly [readonly (Times & { readonly to: Moment })[], Omit<Times, 'to'>] {
  const over: (Times & { readonly to: Moment })[] = [];
  let begun = { notBefore, from };
  for (const { at, since } of ends) {
    if (at.seq <= begun.from.seq) continue;
    over.push({ ...begun, last: since ?? begun.from, to: at });
    begun = { notBefore: since, from: at };
  }
  return [over, { ...begun, last }];
}

function reconciliations(session: SessionLife): readonly Repair[] {
  return stretches(session, (states) => states.includes('reconcile')).map(({ next, ...times }) => {
    const isDone = next !== null && statesOf(next.condition)?.every((state) => state === 'active') === true;
    const isUnderWay = next === null && session.ended === null;
    const result = isDone ? 'completed' : isUnderWay ? 'under_way' : 'ended';
    const to = next?.from ?? session.ended;
    return repairOf(session, { ...times, to }, { kind: 'reconcile', downstairs: null }, result);
  });
}

function repairOf(
  session: SessionLife,
  times: Times,
  what: Pick<Repair, 'kind' | 'downstairs'>,
  result: Repair['result'],
): Repair {
  const samples = session.samples.filter(
    (sample) =>
      sample.kind === what.kind &&
      (sample.kind === 'reconcile' || sample.ds === what.downstairs) &&
      sample.at.seq >= times.from.seq &&
      sample.at.seq <= times.last.seq,
  );
  return { who: session.who, ...what, ...times, result, ...progressOf(samples) };
}

/** A look knows to a second or two of when its count is: over so long, that is no more than one in twenty. */
const LEAST_SECONDS = 30;

function progressOf(
  samples: readonly (Sample & { readonly at: Moment })[],
): Pick<Repair, 'extents' | 'perSecond'> {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || first === last) return { extents: null, perSecond: null };
  const extents = (doneOf(last) - doneOf(first)) / (last.kind === 'reconcile' ? TASKS_PER_EXTENT : 1);
  const seconds = (last.at.at - first.at.at) / 1000;
  return {
    extents: Math.floor(extents),
    perSecond: seconds >= LEAST_SECONDS && extents >= 0 ? extents / seconds : null,
  };
}

function doneOf(sample: Sample): number {
  return sample.kind === 'reconcile' ? sample.done : sample.repaired + sample.confirmed;
}
