import type { Row } from '../model/column.ts';
import type { FactBase, Told } from './fact-base.ts';
import type { Index, Three } from './fact.ts';
import { ageText } from './age.ts';
import { isLive } from './fact-set.ts';
import { endpointIn, endpointText, networkOf, type Endpoint } from './values.ts';
import { settle, trustOrder, unknown, type Claim, type UnknownReason, type Value } from './value.ts';

/** What is asked of the facts: an upstairs, and what its own sled says of it now. */
export interface AskedUpstairs {
  readonly upstairsId: string;
  /** The session that is meant, where two VMs show one upstairs; null: any. */
  readonly session: string | null;
  /** How often each downstairs was replaced in this session; null where nobody knows. */
  readonly replaced: Three<number> | null;
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
 * process was once given, or will be: it does not count where this downstairs was replaced meanwhile, nor where the
 * sled at that address lists no such region.
 */
export function targetOf(base: FactBase, asked: AskedUpstairs, index: Index, now: number): Value<string> {
  const told = upstairsFacts(base, asked);
  const claims = told.flatMap(({ fact, origin }): readonly Claim<string>[] => {
    const value = fact.targets[index];
    return value === null ? [] : [{ value, origin }];
  });
  const isFromProcess = claims.some(({ origin }) => origin.isNow && isLive(origin));
  const [first] = claims.toSorted((a, b) => trustOrder(a.origin, b.origin));
  if (first === undefined) return missing(base, asked);
  if (!isFromProcess) {
    const said = `${first.origin.source}, ${ageText(first.origin, now)}, says ${first.value}`;
    const times = asked.replaced?.[index] ?? 0;
    if (times > 0) return unknown('outdated', `it was replaced in this session; ${said}`);
    const endpoint = endpointIn(first.value);
    if (endpoint !== null && isAbsent(base, endpoint))
      return unknown('outdated', `its sled has no region there; ${said}`);
  }
  return settle(claims, unknown('no_source'));
}

function missing(base: FactBase, { unasked }: AskedUpstairs): Value<never> {
  if (unasked !== null) return unknown(unasked.reason, unasked.detail);
  return unknown(base.all('upstairs').length > 0 ? 'not_in_source' : 'no_source');
}

/** Whether the sled with this address has just listed all its regions, and none is there. */
function isAbsent(base: FactBase, endpoint: Endpoint): boolean {
  const network = networkOf(endpoint.host);
  const services = base
    .all('service')
    .filter(
      ({ fact, origin }) => origin.isNow && fact.address !== null && networkOf(fact.address) === network,
    );
  const [one] = services;
  if (one === undefined) return false;
  const isListed = base
    .by('listed', 'sled', one.fact.sled)
    .some(({ fact, origin }) => origin.isNow && fact.isWhole);
  return (
    isListed &&
    !services.some(
      ({ fact }) =>
        fact.state !== 'disabled' &&
        fact.address !== null &&
        endpointText({ host: fact.address, port: fact.port ?? 0 }) === endpointText(endpoint),
    )
  );
}

/** What a row of a status report says of its upstairs. */
export function askedOfRow(upstairsId: string, row: Row): AskedUpstairs {
  const [a, b, c] = [row['replaced_0'], row['replaced_1'], row['replaced_2']];
  const isCounted = typeof a === 'number' && typeof b === 'number' && typeof c === 'number';
  return {
    upstairsId,
    session: typeof row['session_id'] === 'string' ? row['session_id'] : null,
    replaced: isCounted ? [a, b, c] : null,
    unasked: null,
  };
}
