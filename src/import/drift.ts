import { isIP } from 'node:net';
import type { Row } from '../model/column.ts';
import { sameHost } from '../model/same-host.ts';
import { looksLikeSerial } from '../model/serial.ts';
import type { Target } from '../model/target.ts';
import { described, sourcesOf } from './plan.ts';
import type { JoinedSled } from './join.ts';

/** Who a sled says it is; null where it does not tell. */
export interface Identity {
  readonly serial: string | null;
  readonly part: string | null;
  readonly hostName: string | null;
}

/** What became of what the inventory says of a sled, and what each means. */
export const DRIFT_STATES = {
  other_sled: 'another sled answers at its address',
  not_in_inventory: 'a source knows it, and the inventory does not',
  differs: 'a source says something else of it',
  not_in_sources: 'no source has it in service',
  untold: 'it does not tell which sled it is',
  no_serial: 'the inventory has no serial for it',
  same: 'it is the sled that the inventory says',
} as const;

export type DriftState = keyof typeof DRIFT_STATES;

export interface Drift {
  readonly state: DriftState;
  readonly details: readonly string[];
}

/** What is known beside what a sled says. */
export interface Known {
  /** All sleds of the inventory, also those that are not asked. */
  readonly targets: readonly Target[];
  /** What sources say, joined; null where there are none. */
  readonly sleds: readonly JoinedSled[] | null;
}

/** The serial by its root node, else by a host name that is one. A zone that is not the global one tells of no sled. */
export function identityOf(row: Row): Identity {
  const word = (name: string): string | null => {
    const value = row[name];
    return typeof value === 'string' && value !== '' && value !== '-' ? value : null;
  };
  const hostName = word('host');
  const isGlobal = word('zone') === null || word('zone') === 'global';
  const named = hostName !== null && looksLikeSerial(hostName) && isGlobal ? hostName : null;
  return { serial: word('serial') ?? named, part: word('part'), hostName };
}

/** Compares what a sled says, what the inventory says and what sources say. */
export function driftOf(target: Target, identity: Identity, known: Known): Drift {
  const { sled } = target;
  const says = identity.serial;
  if (says !== null && sled.serial !== null && !isSame(says, sled.serial)) {
    const elsewhere = known.targets.find((each) => isSame(each.sled.serial, says));
    const where = elsewhere === undefined ? 'not in the inventory' : `${elsewhere.sled.id} in the inventory`;
    const seen = known.sleds?.find((each) => isSame(each.serial?.value ?? null, says));
    const stands = seen === undefined ? [] : placeWords(seen);
    return { state: 'other_sled', details: [where, ...stands] };
  }
  const serial = says ?? sled.serial;
  const seen = known.sleds?.find((each) => isSame(each.serial?.value ?? null, serial));
  const details = seen === undefined ? [] : differences(target, identity, seen);
  if (details.length > 0) return { state: 'differs', details };
  if (says === null) {
    const called = identity.hostName === null ? 'no host name' : `it is called ${identity.hostName}`;
    return { state: 'untold', details: [called] };
  }
  if (known.sleds !== null && seen === undefined) return { state: 'not_in_sources', details: [] };
  return sled.serial === null ? { state: 'no_serial', details: [] } : { state: 'same', details: [] };
}

/** Sleds that sources know and the inventory does not. */
export function unknownSleds({ targets, sleds }: Known): readonly JoinedSled[] {
  return (sleds ?? []).filter(
    ({ serial, rack, cubby }) =>
      serial !== null &&
      !targets.some(({ sled }) => isSame(sled.serial, serial.value)) &&
      // An entry without a serial may be it.
      !targets.some(
        ({ sled }) =>
          sled.serial === null &&
          cubby !== null &&
          sled.cubby === cubby.value &&
          (rack === null || sled.rack === rack.value),
      ),
  );
}

/** What sources know of a sled, in words. */
export function placeWords(seen: JoinedSled): readonly string[] {
  return [
    ...(seen.cubby === null ? [] : [`cubby ${seen.cubby.value} in ${seen.cubby.from.join(' and ')}`]),
    ...(seen.host === null ? [] : [`${seen.host.value} in ${seen.host.from.join(' and ')}`]),
  ];
}

function differences({ sled, login }: Target, { part }: Identity, seen: JoinedSled): readonly string[] {
  const { cubby, host } = seen;
  const isOther =
    host !== null &&
    isIP(login.host) !== 0 &&
    isIP(host.value) !== 0 &&
    sameHost(host.value) !== sameHost(login.host);
  return [
    ...(cubby !== null && sled.cubby !== null && cubby.value !== sled.cubby
      ? [`${described(seen)} in ${cubby.from.join(' and ')}, cubby ${sled.cubby} in the inventory`]
      : []),
    ...(isOther ? [`its address is ${host.value} in ${host.from.join(' and ')}`] : []),
    ...(part !== null && seen.part !== null && part !== seen.part
      ? [`it says part ${part}, ${sourcesOf(seen)} ${seen.part}`]
      : []),
  ];
}

function isSame(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a.toLowerCase() === b.toLowerCase();
}
