import { DOWNSTAIRS, type Downstairs } from '../alert/subject.ts';
import { statesOf } from './condition.ts';
import type { SessionLife, Span } from './chronicle.ts';
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
  /** Between its first and last sample; null where there are not two. */
  readonly extents: number | null;
  readonly perSecond: number | null;
}

/** The repairs of a session in the order in which they were first seen. */
export function repairsOf(session: SessionLife): readonly Repair[] {
  const live = DOWNSTAIRS.flatMap((ds) => liveRepairs(session, ds));
  return [...live, ...reconciliations(session)].toSorted((a, b) => a.from.seq - b.from.seq);
}

/** The looks at a repair that are next to each other, and the first look that did not see it any more. */
interface Stretch {
  readonly spans: readonly Span[];
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
    if (isUnderWay(states)) under.push(span);
    else if (under.length > 0) {
      found.push({ spans: under, next: span });
      under = [];
    }
  }
  return under.length === 0 ? found : [...found, { spans: under, next: null }];
}

function liveRepairs(session: SessionLife, ds: Downstairs): readonly Repair[] {
  const growths = session.growths.filter(({ downstairs }) => downstairs === ds);
  const grew = (name: 'completed' | 'aborted', from: number, to: number) =>
    growths.some(({ at, counter }) => counter === name && at.seq > from && at.seq <= to);
  const seen = stretches(session, (states) => states[ds] === 'live_repair').flatMap((stretch) => {
    const end = stretch.next?.from ?? null;
    const result = (first: Span): Repair['result'] => {
      if (end === null) return session.ended === null ? 'under_way' : 'ended';
      if (grew('completed', first.from.seq, end.seq)) return 'completed';
      return grew('aborted', first.from.seq, end.seq) ? 'aborted' : 'ended';
    };
    return repairOf(session, stretch, { kind: 'live_repair', downstairs: ds }, result);
  });
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

function reconciliations(session: SessionLife): readonly Repair[] {
  return stretches(session, (states) => states.includes('reconcile')).flatMap((stretch) => {
    const isDone =
      stretch.next !== null && statesOf(stretch.next.condition)?.every((state) => state === 'active');
    const result = (): Repair['result'] => {
      if (isDone === true) return 'completed';
      return stretch.next === null && session.ended === null ? 'under_way' : 'ended';
    };
    return repairOf(session, stretch, { kind: 'reconcile', downstairs: null }, result);
  });
}

function repairOf(
  session: SessionLife,
  { spans, next }: Stretch,
  what: Pick<Repair, 'kind' | 'downstairs'>,
  result: (first: Span) => Repair['result'],
): readonly Repair[] {
  const [first] = spans;
  const last = spans.at(-1);
  if (first === undefined || last === undefined) return [];
  const samples = session.samples.filter(
    (sample) =>
      sample.kind === what.kind &&
      (sample.kind === 'reconcile' || sample.ds === what.downstairs) &&
      sample.at.seq >= first.from.seq &&
      sample.at.seq <= last.last.seq,
  );
  return [
    {
      who: session.who,
      ...what,
      notBefore: first.before,
      from: first.from,
      last: last.last,
      to: next?.from ?? session.ended,
      result: result(first),
      ...progressOf(samples),
    },
  ];
}

function progressOf(
  samples: readonly (Sample & { readonly at: Moment })[],
): Pick<Repair, 'extents' | 'perSecond'> {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || first === last) return { extents: null, perSecond: null };
  const extents = doneOf(last) - doneOf(first);
  const seconds = (last.at.at - first.at.at) / 1000;
  return { extents, perSecond: seconds > 0 && extents >= 0 ? extents / seconds : null };
}

function doneOf(sample: Sample): number {
  return sample.kind === 'reconcile' ? sample.done : sample.repaired + sample.confirmed;
}
