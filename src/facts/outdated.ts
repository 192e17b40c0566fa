import { ageText } from './age.ts';
import { diskIdOf } from './disk-of.ts';
import { claimsOf, type FactBase, type Told } from './fact-base.ts';
import type { Index, Three } from './fact.ts';
import { isLive, type Origin } from './fact-set.ts';
import { groupBy } from '../model/group-by.ts';
import { endpointIn, endpointText, networkOf, type Endpoint } from './values.ts';

/** States of a downstairs whose address is about to be another one, or has just become so. */
const CHANGING: readonly string[] = ['replacing', 'replaced'];

/** What is known of an upstairs now. */
export interface UpstairsNow {
  readonly upstairsId: string;
  /** How often each downstairs was replaced in its session; null where it is unknown. */
  readonly replaced: Three<number> | null;
  /** The states of its downstairs, as its report says them. */
  readonly states?: Three<string | null>;
}

/** Why what is kept of a target is not so now, in words; null where nothing speaks against it. */
export function contradictionOf(
  base: FactBase,
  asked: UpstairsNow,
  index: Index,
  { fact, origin }: Told<'upstairs'>,
  now: number,
): string | null {
  if (origin.isNow && isLive(origin)) return null;
  const counted = asked.replaced?.[index] ?? 0;
  if (counted > (fact.replaced?.[index] ?? 0)) return 'it was replaced in this session';
  const state = asked.states?.[index] ?? null;
  const isSaid = CHANGING.some((word) => fact.states[index]?.split(' ').includes(word) === true);
  if (state !== null && CHANGING.includes(state) && !isSaid) return `it is ${state}`;
  const address = fact.targets[index];
  const later = base
    .by('upstairs', 'id', asked.upstairsId)
    .find(
      (other) =>
        isAfter(other.origin, origin) &&
        other.fact.targets[index] !== null &&
        other.fact.targets[index] !== address,
    );
  if (later !== undefined)
    return `${saidBy(later.origin, now)}, says ${later.fact.targets[index] ?? 'another'}`;
  const endpoint = endpointIn(address ?? '');
  if (endpoint === null) return null;
  if (isAbsent(base, endpoint, origin)) return 'its sled has no region there';
  return regionsElsewhere(base, asked.upstairsId, endpoint, origin, now);
}

/** What this run asked is after all that is kept; of that, what is not dated is after nothing. */
function isAfter(a: Origin, b: Origin): boolean {
  if (a.isNow !== b.isNow) return a.isNow;
  return a.asOf !== null && b.asOf !== null && a.asOf > b.asOf;
}

function saidBy(origin: Origin, now: number): string {
  return `${origin.source}, ${ageText(origin, now)}`;
}

/** Whether the sled with this address has listed all its regions since, and none is there. */
function isAbsent(base: FactBase, endpoint: Endpoint, since: Origin): boolean {
  const services = servicesIn(base, networkOf(endpoint.host)).filter(({ origin }) => isAfter(origin, since));
  const [one] = services;
  if (one === undefined) return false;
  const isListed = base
    .by('listed', 'sled', one.fact.sled)
    .some(({ fact, origin }) => isAfter(origin, since) && fact.isWhole);
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

/** By the first 64 bits of their addresses: a rack has thousands of services, and each is looked for. */
const networks = new WeakMap<FactBase, ReadonlyMap<string | null, readonly Told<'service'>[]>>();

function servicesIn(base: FactBase, network: string | null): readonly Told<'service'>[] {
  let services = networks.get(base);
  if (services === undefined) {
    services = groupBy(base.all('service'), ({ fact }) =>
      fact.address === null ? null : networkOf(fact.address),
    );
    networks.set(base, services);
  }
  return network === null ? [] : (services.get(network) ?? []);
}

const COPIES = 3;

/** That a later list has three regions of the disk, and none in the dataset of this address. */
function regionsElsewhere(
  base: FactBase,
  upstairsId: string,
  { host }: Endpoint,
  since: Origin,
  now: number,
): string | null {
  const datasets = new Set(base.by('dataset', 'address', host).map(({ fact }) => fact.id));
  if (datasets.size !== 1) return null;
  const disk = diskIdOf(base, upstairsId);
  if (disk !== upstairsId) return null;
  const volumes = new Set(
    claimsOf(base.by('disk', 'id', disk), ({ volume }) => volume).map(({ value }) => value),
  );
  const own = [
    ...base.by('region', 'disk', disk),
    ...[...volumes].flatMap((volume) => base.by('region', 'volume', volume)),
  ];
  const later = own.filter(({ fact, origin }) => isAfter(origin, since) && fact.dataset !== null);
  const [one] = later;
  if (one === undefined || later.length < COPIES) return null;
  if (later.some(({ fact }) => datasets.has(fact.dataset ?? ''))) return null;
  return `${saidBy(one.origin, now)}, has its regions elsewhere`;
}
