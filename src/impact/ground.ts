import type { FactBase } from '../facts/fact-base.ts';
import type { FactOf } from '../facts/fact.ts';
import { endpointText, networkOf, type Endpoint } from '../facts/values.ts';
import type { Sled } from '../model/sled.ts';

/** What may go: a sled, or one of its physical disks or pools. */
export interface Subject {
  readonly sled: Sled;
  /** `3/17`, `disk A0793 of 3/17`. */
  readonly text: string;
  /** The pools that go with it; null: those of the whole sled. */
  readonly pools: ReadonlySet<string> | null;
}

/** What is there: by its sled's own list of this run, or by the one that is kept. */
export interface Ground {
  readonly subject: Subject;
  /** The sled listed all its regions in this run. */
  readonly isListed: boolean;
  /** The /64s of the sled's addresses. */
  readonly networks: ReadonlySet<string>;
  /** Services of the whole sled, those that deleted regions left behind left out. */
  readonly services: readonly FactOf<'service'>[];
}

export function groundOf(base: FactBase, subject: Subject): Ground {
  const { id, serial } = subject.sled;
  const live = base.by('listed', 'sled', id).filter(({ origin }) => origin.isNow);
  const told = base.by('service', 'sled', id).filter(({ origin }) => live.length === 0 || origin.isNow);
  const services = told.map(({ fact }) => fact).filter(({ state }) => state !== 'disabled');
  const exported = serial === null ? [] : base.by('sled', 'serial', serial).map(({ fact }) => fact.address);
  // What a sled lists now outranks every older word.
  const addresses = [...services.map(({ address }) => address), ...(live.length === 0 ? exported : [])];
  return {
    subject,
    isListed: live.length > 0 && live.every(({ fact }) => fact.isWhole),
    networks: new Set(addresses.flatMap((address) => (address === null ? [] : (networkOf(address) ?? [])))),
    services,
  };
}

/** Whether a copy at this address is on it; null where that is not known. */
export function isOn({ subject, networks, services }: Ground, endpoint: Endpoint): boolean | null {
  const network = networkOf(endpoint.host);
  if (network === null) return null;
  if (!networks.has(network)) return false;
  if (subject.pools === null) return true;
  const there = services.filter((service) => endpointOf(service) === endpointText(endpoint));
  const pools = new Set(there.map(({ pool }) => pool));
  const [pool] = pools;
  return pools.size !== 1 || pool === null || pool === undefined ? null : subject.pools.has(pool);
}

/** The services of the subject itself; one whose pool is not known may be. */
export function servicesOn({ subject: { pools }, services }: Ground): readonly FactOf<'service'>[] {
  return services.filter(({ pool }) => pools === null || pool === null || pools.has(pool));
}

/** As `[address]:port`; null where its sled could not say it. */
export function endpointOf({ address, port }: FactOf<'service'>): string | null {
  return address === null || port === null ? null : endpointText({ host: address, port });
}
