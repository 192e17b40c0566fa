import type { Moved, Since } from '../../explain/evidence.ts';
import { INDICES, type Index } from '../../facts/fact.ts';
import type { Chronicle, SessionLife } from '../../history/chronicle.ts';
import { statesOf } from '../../history/condition.ts';
import type { PlacedUpstairs } from './named-places.ts';

/** What is known beside what was asked of sleds. */
export interface Past {
  readonly chronicle: Chronicle | null;
  /** Why there is none. */
  readonly why: string | null;
}

/** The life of this very session. */
export function lifeOf({ sessions }: Chronicle, { place, own, row }: PlacedUpstairs): SessionLife | null {
  if (row === null) return null;
  return (
    sessions
      .filter(({ who }) => who.upstairsId === place.upstairsId && who.sessionId === own.session)
      .toSorted((a, b) => b.id - a.id)[0] ?? null
  );
}

/** The first of the looks that saw the downstairs in this state, one after another up to the last. */
export function sinceOf({ spans }: SessionLife, index: Index, state: string): Since | null {
  let first: Since | null = null;
  for (const span of spans.toReversed()) {
    if (statesOf(span.condition)?.[index] !== state) break;
    first = { at: span.from.at, before: span.before?.at ?? null };
  }
  return first;
}

/** Each counter that grew, in all. */
export function movedIn({ growths }: SessionLife): readonly Moved[] {
  const counters = [...new Set(growths.map(({ counter }) => counter))];
  return counters.flatMap((counter) =>
    INDICES.flatMap((index): readonly Moved[] => {
      const own = growths.filter((each) => each.counter === counter && each.downstairs === index);
      const [first] = own;
      const last = own.at(-1);
      if (first === undefined || last === undefined) return [];
      const by = own.reduce((sum, each) => sum + each.by, 0);
      return [{ index, counter, by, at: last.at.at, from: first.since?.at ?? null }];
    }),
  );
}
