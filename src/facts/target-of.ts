import type { Row } from '../model/column.ts';
import { claimsOf, type FactBase, type Told } from './fact-base.ts';
import type { Index } from './fact.ts';
import { ageText } from './age.ts';
import { contradictionOf, type UpstairsNow } from './outdated.ts';
import { settle, trustOrder, unknown, type UnknownReason, type Value } from './value.ts';

/** What is asked of the facts: an upstairs, and what its own sled says of it now. */
export interface AskedUpstairs extends UpstairsNow {
  /** The session that is meant, where two VMs show one upstairs; null: any. */
  readonly session: string | null;
  /** Why its VM did not say what it talks to; null where it did, or is not to be asked. */
  readonly unasked: { readonly reason: UnknownReason; readonly detail: string | null } | null;
}

/** The sources that say what the upstairs talks to, those of other sessions left out. */
export function upstairsFacts(
  base: FactBase,
  { upstairsId, session }: AskedUpstairs,
): readonly Told<'upstairs'>[] {
  return base
    .by('upstairs', 'id', upstairsId)
    .filter(({ fact }) => session === null || fact.session === null || fact.session === session);
}

/**
 * The address of the downstairs with this index. The process itself is right; a request of the database is what the
 * process was once given, or will be: what is kept does not count where something that is so now, or was said later,
 * contradicts it.
 */
export function targetOf(base: FactBase, asked: AskedUpstairs, index: Index, now: number): Value<string> {
  const told = upstairsFacts(base, asked).filter(({ fact }) => fact.targets[index] !== null);
  const [first] = told.toSorted((a, b) => trustOrder(a.origin, b.origin));
  if (first === undefined) return missing(base, asked, index, now);
  const why = contradictionOf(base, asked, index, first, now);
  if (why !== null) return unknown('outdated', `${why}; ${saidText(first, index, now)}`);
  return settle(
    claimsOf(told, ({ targets }) => targets[index]),
    unknown('no_source'),
  );
}

function saidText({ fact, origin }: Told<'upstairs'>, index: Index, now: number): string {
  return `${origin.source}, ${ageText(origin, now)}, says ${fact.targets[index] ?? '?'}`;
}

function missing(base: FactBase, asked: AskedUpstairs, index: Index, now: number): Value<never> {
  if (asked.unasked !== null) return unknown(asked.unasked.reason, asked.unasked.detail);
  const [former] = base
    .by('upstairs', 'id', asked.upstairsId)
    .filter(({ fact }) => fact.targets[index] !== null)
    .toSorted((a, b) => trustOrder(a.origin, b.origin));
  if (former !== undefined)
    return unknown('outdated', `it has another session since; ${saidText(former, index, now)}`);
  return unknown(base.all('upstairs').length > 0 ? 'not_in_source' : 'no_source');
}

/** What a row of a status report says of its upstairs. */
export function askedOfRow(upstairsId: string, row: Row): AskedUpstairs {
  const [a, b, c] = [row['replaced_0'], row['replaced_1'], row['replaced_2']];
  const isCounted = typeof a === 'number' && typeof b === 'number' && typeof c === 'number';
  return {
    upstairsId,
    session: typeof row['session_id'] === 'string' ? row['session_id'] : null,
    replaced: isCounted ? [a, b, c] : null,
    states: [stateIn(row, 0), stateIn(row, 1), stateIn(row, 2)],
    unasked: null,
  };
}

function stateIn(row: Row, index: Index): string | null {
  const state = row[`ds${index}`];
  return typeof state === 'string' ? state : null;
}
