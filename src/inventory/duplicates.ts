import { hostPort } from '../model/host-port.ts';
import { sameHost } from '../model/same-host.ts';
import type { Found } from '../yaml/problem.ts';
import type { RackDraft, SledDraft } from './read-rack.ts';
import { sameWord } from './words.ts';
import { report, type Reader } from '../yaml/yaml-reader.ts';

/** The name by which a sled goes in its rack: the one given, else its serial, else its cubby. */
export function nameOf(sled: SledDraft): Found<string> | undefined {
  if (sled.name !== undefined) return sled.name;
  if (sled.serial !== undefined) return sled.serial;
  return sled.cubby && { value: `sled${sled.cubby.value}`, place: sled.cubby.place };
}

/** Reports what must be unique and is not: rack, serial, address; and in a rack: cubby and name. */
export function reportDuplicates(reader: Reader, racks: readonly RackDraft[]): void {
  const sleds = racks.flatMap((rack) => rack.sleds);
  const claims = [
    ...racks.flatMap(rackClaims),
    ...sleds.flatMap(serialClaims),
    ...racks.flatMap((rack, i) => rack.sleds.flatMap((sled) => sledClaims(sled, i))),
  ];
  const first = new Map<string, Claim>();
  for (const claim of claims) {
    const before = first.get(claim.key);
    if (before === undefined) {
      if (claim.looksOnly !== true) first.set(claim.key, claim);
    } else if (before.owner !== claim.owner) {
      const at = `${before.found.place.path} at ${reader.lineAndColumn(before.found.place.offset)}`;
      const { value, place } = claim.found;
      report(reader, place, `found ${value}, allowed is ${claim.allowed}; ${at} has it already`);
    }
  }
}

/** Says that something is its owner's alone. Two owners of one key are a problem, at the second one. */
interface Claim {
  /** What kind of thing, and its one spelling. */
  readonly key: string;
  readonly found: Found<string>;
  readonly allowed: string;
  readonly owner: RackDraft | SledDraft;
  /** Must not be another's, and keeps nobody else from having it. */
  readonly looksOnly?: true;
}

/** A rack's name is not another rack's id either, since `--rack` takes both. */
function rackClaims(rack: RackDraft): readonly Claim[] {
  const allowed = 'a rack once in the file';
  const words = [rack.id, rack.name].flatMap((found) => {
    if (found === undefined) return [];
    return { key: `rack ${sameWord(found.value)}`, found, allowed, owner: rack };
  });
  return rack.uuid === undefined
    ? words
    : [...words, { key: `rack_uuid ${rack.uuid.value}`, found: rack.uuid, allowed, owner: rack }];
}

function serialClaims(sled: SledDraft): readonly Claim[] {
  const found = sled.serial;
  if (found === undefined) return [];
  return [{ key: serialKey(found.value), found, allowed: 'a serial once in the file', owner: sled }];
}

function sledClaims(sled: SledDraft, rack: number): readonly Claim[] {
  const { cubby, name } = sled;
  const called = nameOf(sled);
  const claims: Claim[] = [];
  if (cubby !== undefined) {
    const found = { value: `cubby ${cubby.value}`, place: cubby.place };
    claims.push({ key: `${rack} ${found.value}`, found, allowed: 'a cubby once in a rack', owner: sled });
  }
  if (called !== undefined) {
    const key = `${rack} name ${called.value.toLowerCase()}`;
    claims.push({ key, found: called, allowed: 'a name once in a rack', owner: sled });
  }
  if (name !== undefined) {
    // `--sled NAME` takes serials too: it must not mean two sleds.
    const allowed = "a name that is not another sled's serial";
    claims.push({ key: serialKey(name.value), found: name, allowed, owner: sled, looksOnly: true });
  }
  return [...claims, ...addressClaims(sled)];
}

/** An address may come twice where no gateway is shared: the same private address behind two racks' gateways. */
function addressClaims(sled: SledDraft): readonly Claim[] {
  if (sled.host === undefined) return [];
  const { value: host, place } = sled.host;
  const port = sled.settings.port;
  const address = `${sameHost(host)} ${port}`;
  const found = { value: hostPort({ host, port }), place };
  if (sled.gateways.length === 0) {
    return [{ key: `address ${address}`, found, allowed: 'an address once', owner: sled }];
  }
  return sled.gateways.map((gateway) => ({
    key: `address ${address} behind ${sameHost(gateway.host)} ${gateway.port}`,
    found,
    allowed: 'an address once behind one gateway',
    owner: sled,
  }));
}

function serialKey(serial: string): string {
  return `serial ${serial.toLowerCase()}`;
}
