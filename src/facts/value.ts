import { LIVE_SOURCES, type Origin } from './fact-set.ts';

/** Of what is so now; the inventory is last. */
const LIVE_ORDER: readonly Origin['source'][] = [...LIVE_SOURCES, 'inventory'];

/** Why a value is not known, as words that programs may rely on; each in a sentence. */
export const UNKNOWN_REASONS = {
  no_source: 'nothing that was given tells it',
  not_in_source: 'the sources that would tell it do not name this one',
  several_matches: 'several things match, and nothing says which of them it is',
  outdated: 'what is known of it is contradicted by what is so now',
  not_reached: 'the sled that knows it did not answer',
  not_asked: 'the VM was not asked',
  no_answer: 'the VM did not answer',
} as const;

export type UnknownReason = keyof typeof UNKNOWN_REASONS;

/** A value that is known, with every source that says so, or why it is not. */
export type Value<T> =
  | {
      readonly value: T;
      /** The most trusted one first. */
      readonly from: readonly Origin[];
      /** What speaks against it. */
      readonly doubts: readonly string[];
    }
  | { readonly unknown: UnknownReason; readonly detail: string | null };

/** What one source says a value is. */
export interface Claim<T> {
  readonly value: T;
  readonly origin: Origin;
}

export function unknown(reason: UnknownReason, detail: string | null = null): Value<never> {
  return { unknown: reason, detail };
}

/** The value where it is known. */
export function known<T>(value: Value<T>): T | null {
  return 'value' in value ? value.value : null;
}

/** What this run asked outranks what was kept or exported; of these the newest does, and one without a time is last. */
export function trustOrder(a: Origin, b: Origin): number {
  if (a.isNow !== b.isNow) return a.isNow ? -1 : 1;
  if (a.isNow && a.source !== b.source) return LIVE_ORDER.indexOf(a.source) - LIVE_ORDER.indexOf(b.source);
  return (b.asOf ?? Number.NEGATIVE_INFINITY) - (a.asOf ?? Number.NEGATIVE_INFINITY);
}

/**
 * The value that the most trusted claim says, with the others that say the same, and as doubts those that do not. Of
 * each kind of source only the newest counts. Two claims of one source that differ are `several_matches`.
 */
export function settle<T>(
  claims: readonly Claim<T>[],
  otherwise: Value<never>,
  show: (value: T) => string = String,
): Value<T> {
  const sorted = claims.toSorted((a, b) => trustOrder(a.origin, b.origin));
  const [first] = sorted;
  if (first === undefined) return otherwise;
  const newest = sorted.filter(({ origin }) => {
    const best = sorted.find((each) => each.origin.source === origin.source)?.origin;
    return origin === best || (origin.isNow && best?.isNow === true);
  });
  const peers = newest.filter(({ origin }) => origin.source === first.origin.source);
  const own = new Set(peers.map(({ value }) => show(value)));
  if (own.size > 1) return unknown('several_matches', [...own].toSorted().join(' or '));
  const isSame = ({ value }: Claim<T>): boolean => show(value) === show(first.value);
  return {
    value: first.value,
    from: [...new Set(newest.filter(isSame).map(({ origin }) => origin))],
    doubts: newest
      .filter((claim) => !isSame(claim))
      .map(({ value, origin }) => `${origin.source} says ${show(value)}`),
  };
}
