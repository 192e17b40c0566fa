import { sinceWords } from './service-since.ts';
import { ageText } from './age.ts';
import { diskIdOf, diskOf } from './disk-of.ts';
import { claimsOf, type FactBase, type Told } from './fact-base.ts';
import type { FactKind, FactOf, Index } from './fact.ts';
import type { Origin } from './fact-set.ts';
import type { DownstairsPlace, UpstairsPlace } from './place.ts';
import { targetOf, upstairsFacts, type AskedUpstairs } from './target-of.ts';
import { known, settle, unknown, type Claim, type Value } from './value.ts';
import { endpointIn, networkOf, type Endpoint } from './values.ts';

/** What the inventory and this run know of sleds. */
export interface KnownSleds {
  /** By serial. */
  readonly cubbies: ReadonlyMap<string, number>;
  readonly inventory: Origin;
  /** Serials of the sleds that were asked for their regions and did not answer. */
  readonly notReached: ReadonlySet<string>;
  /** Whether sleds were asked for their regions at all. */
  readonly wereAsked: boolean;
}

/** Both ends of every copy of an upstairs, by the rules of what may be concluded, and nothing besides. */
export function placeOf(base: FactBase, asked: AskedUpstairs, sleds: KnownSleds, now: number): UpstairsPlace {
  const place = (index: Index): DownstairsPlace => downstairsPlace({ base, asked, sleds, now }, index);
  return {
    upstairsId: asked.upstairsId,
    ...diskOf(base, asked.upstairsId),
    downstairs: [place(0), place(1), place(2)],
  };
}

interface Joining {
  readonly base: FactBase;
  readonly asked: AskedUpstairs;
  readonly sleds: KnownSleds;
  readonly now: number;
}

const EXTENT_BYTES = 64 * 1024 * 1024;

function downstairsPlace({ base, asked, sleds, now }: Joining, index: Index): DownstairsPlace {
  const address = targetOf(base, asked, index, now);
  const endpoint = endpointIn(known(address) ?? '');
  const own = upstairsFacts(base, asked);
  const state = own.find(({ origin, fact }) => origin.isNow && fact.states[index] !== null)?.fact.states[
    index
  ];
  if (endpoint === null || !('value' in address)) {
    const why = 'unknown' in address ? address : unknown('no_source');
    return {
      index,
      state: state ?? null,
      region: why,
      address: why,
      sled: why,
      cubby: why,
      zone: why,
      service: why,
      pool: why,
      physicalDisk: why,
      inventorySlot: why,
      extents: settle(extentClaims(base, asked, null), why),
    };
  }
  const services = servicesAt(base, endpoint);
  const datasets = base.by('dataset', 'address', endpoint.host);
  const region = regionOf({ base, asked, sleds, now }, index, address.value, services);
  const rows = known(region) === null ? [] : base.by('region', 'id', known(region) ?? '');
  const service = serviceOf(base, known(region), services);
  const pool = settle(
    [...claimsOf(service, (fact) => fact.pool), ...claimsOf(datasets, (fact) => fact.pool)],
    missingOf(base, 'dataset'),
  );
  const pools = known(pool) === null ? [] : base.by('pool', 'id', known(pool) ?? '');
  const sled = settle(
    [
      ...claimsOf(services, (fact) => fact.sledSerial),
      ...sledClaims(
        base,
        claimsOf(pools, (fact) => fact.sled),
      ),
      ...claimsOf(rows, (fact) => fact.sledSerial),
      ...networkClaims(base, endpoint),
    ],
    missingOf(base, 'sled'),
  );
  const serial = known(sled);
  const reached = serial !== null && sleds.notReached.has(serial);
  const unseen = reached ? unknown('not_reached') : unknown(sleds.wereAsked ? 'not_in_source' : 'no_source');
  const physicalDisk = settle(
    [
      ...claimsOf(
        known(pool) === null ? [] : base.by('own_pool', 'pool', known(pool) ?? ''),
        (fact) => fact.serial,
      ),
      ...[
        ...claimsOf(pools, (fact) => fact.physicalDisk),
        ...claimsOf(rows, (fact) => fact.physicalDisk),
      ].flatMap(({ value }) => claimsOf(base.by('physical_disk', 'id', value), (fact) => fact.serial)),
    ],
    missingOf(base, 'physical_disk'),
  );
  return {
    index,
    state: state ?? null,
    region,
    address,
    sled,
    cubby: cubbyOf(base, serial, sleds),
    zone: settle(
      claimsOf(services, (fact) => fact.zone),
      unseen,
    ),
    service: reached ? stateOfUnreached(service, now) : settle(claimsOf(service, serviceText), unseen),
    pool,
    physicalDisk,
    inventorySlot: slotOf(base, serial, known(physicalDisk)),
    extents: settle(extentClaims(base, asked, known(region)), missingOf(base, 'upstairs', 'region')),
  };
}

function missingOf(base: FactBase, ...kinds: readonly FactKind[]): Value<never> {
  return unknown(kinds.some((kind) => base.all(kind).length > 0) ? 'not_in_source' : 'no_source');
}

/** Services at an address and port, those that deleted regions left behind left out: ports are used again. */
function servicesAt(base: FactBase, { host, port }: Endpoint): readonly Told<'service'>[] {
  const there = base
    .by('service', 'address', host)
    .filter(({ fact }) => fact.port === port && fact.state !== 'disabled');
  const online = there.filter(({ fact }) => fact.state === 'online');
  return online.length > 0 ? online : there;
}

/** The service of the region; where the region is not known, the one at its address. */
function serviceOf(
  base: FactBase,
  region: string | null,
  there: readonly Told<'service'>[],
): readonly Told<'service'>[] {
  if (region === null) return there;
  const own = there.filter(({ fact }) => fact.region === region);
  return own.length > 0
    ? own
    : base.by('service', 'region', region).filter(({ fact }) => fact.snapshot === null);
}

/** An earlier state of a service is not its present one, where its sled was asked and did not answer. */
function stateOfUnreached(service: readonly Told<'service'>[], now: number): Value<string> {
  const former = settle(claimsOf(service, serviceText), unknown('not_reached'));
  const [origin] = 'value' in former ? former.from : [];
  if (!('value' in former) || origin === undefined || origin.isNow) return former;
  return unknown('not_reached', `it was ${former.value}, ${ageText(origin, now)}`);
}

function serviceText({ state, since }: FactOf<'service'>): string {
  return since === null || state === 'online' ? state : `${state} since ${sinceWords(since)}`;
}

/** By the process, by the service at its address, or by the one region that its disk has in the dataset there. */
function regionOf(
  { base, asked }: Joining,
  index: Index,
  address: string,
  services: readonly Told<'service'>[],
): Value<string> {
  const own = upstairsFacts(base, asked).filter(({ fact }) => fact.targets[index] === address);
  const live = claimsOf(own, (fact) => fact.regions[index]);
  const there = claimsOf(services, (fact) => fact.region);
  // The database's word on a region holds only for the target that the database names.
  const isStored = own.some(({ fact }) => fact.session === null);
  const stored = isStored ? storedRegions(base, asked.upstairsId, endpointIn(address)) : [];
  return settle([...live, ...there, ...stored], missingOf(base, 'region', 'service'));
}

function storedRegions(
  base: FactBase,
  upstairsId: string,
  endpoint: Endpoint | null,
): readonly Claim<string>[] {
  if (endpoint === null) return [];
  const disk = diskIdOf(base, upstairsId);
  const volumes = new Set(
    claimsOf(base.by('disk', 'id', disk), ({ volume }) => volume).map(({ value }) => value),
  );
  const datasets = new Set(base.by('dataset', 'address', endpoint.host).map(({ fact }) => fact.id));
  const [dataset] = datasets;
  if (dataset === undefined || datasets.size > 1) return [];
  const rows = base
    .by('region', 'dataset', dataset)
    .filter(({ fact }) => fact.disk === disk || (fact.volume !== null && volumes.has(fact.volume)));
  return claimsOf(rows, ({ id }) => id);
}

/** Ids of sleds as the serials that sources of sleds say. */
function sledClaims(base: FactBase, ids: readonly Claim<string>[]): readonly Claim<string>[] {
  return ids.flatMap(({ value, origin }) =>
    base.by('sled', 'id', value).map(({ fact }) => ({ value: fact.serial, origin })),
  );
}

/** The sled whose address is of the same /64. */
function networkClaims(base: FactBase, { host }: Endpoint): readonly Claim<string>[] {
  const network = networkOf(host);
  return claimsOf(base.all('sled'), ({ serial, address }) =>
    address !== null && networkOf(address) === network ? serial : null,
  );
}

function cubbyOf(base: FactBase, serial: string | null, { cubbies, inventory }: KnownSleds): Value<number> {
  if (serial === null) return unknown('no_source');
  const cubby = cubbies.get(serial);
  const own = cubby === undefined ? [] : [{ value: cubby, origin: inventory }];
  const told = claimsOf(base.by('sled', 'serial', serial), (fact) => fact.cubby);
  return settle([...own, ...told], unknown('not_in_source'));
}

/** The slot of a physical disk in its sled; of a disk that was in another sled, not that one's. */
function slotOf(base: FactBase, sledSerial: string | null, diskSerial: string | null): Value<number> {
  if (diskSerial === null) return missingOf(base, 'slot');
  const ids = sledSerial === null ? [] : base.by('sled', 'serial', sledSerial).map(({ fact }) => fact.id);
  const told = base.by('slot', 'serial', diskSerial);
  const here = told.filter(({ fact }) => ids.includes(fact.sled));
  const places = new Set(told.map(({ fact }) => fact.sled));
  const chosen = here.length > 0 ? here : ids.length === 0 && places.size === 1 ? told : [];
  return settle(
    claimsOf(chosen, (fact) => fact.slot),
    missingOf(base, 'slot'),
  );
}

/** All three regions have as many; a disk's size says how many where nothing else does. */
function extentClaims(base: FactBase, asked: AskedUpstairs, region: string | null): readonly Claim<number>[] {
  const told = [
    ...claimsOf(upstairsFacts(base, asked), ({ extents }) => extents),
    ...(region === null
      ? []
      : [
          ...claimsOf(base.by('region', 'id', region), ({ extents }) => extents),
          ...claimsOf(base.by('agent_region', 'region', region), ({ extents }) => extents),
        ]),
  ];
  const disk = diskIdOf(base, asked.upstairsId);
  if (told.length > 0 || disk !== asked.upstairsId) return told;
  return claimsOf(base.by('disk', 'id', disk), ({ size }) =>
    size === null ? null : Math.ceil(size / EXTENT_BYTES),
  );
}
