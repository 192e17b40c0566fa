import { eachLine } from '../parse/lines.ts';
import { readJson, isJsonObject } from '../parse/json-lines.ts';
import type { Fact, FactOf } from './fact.ts';
import { failedCommandsTexts } from './failed-commands.ts';
import { readStatus } from './sources/propolis-status.ts';
import type { UnknownReason } from './value.ts';
import { countIn, plainAddress, poolIdIn, textIn, uuidIn } from './values.ts';

/** What became of a question to a VM. */
export interface StatusAsked {
  readonly zone: string;
  readonly disk: string;
  /** Null where it answered. */
  readonly problem: { readonly reason: UnknownReason; readonly detail: string } | null;
  readonly facts: readonly Fact[];
}

/** What `scripts/place.sh` told of one sled. */
export interface SledPlaces {
  /** The name by which the sled calls itself. */
  readonly hostName: string | null;
  readonly facts: readonly Fact[];
  readonly asked: readonly StatusAsked[];
  /** Its zones, each with the pool that its root is on; null where its path does not say. */
  readonly zones: readonly SledZone[];
  /** Addresses that zones have connections to on the ports of downstairs, one for each connection. */
  readonly peers: ReadonlyMap<string, readonly string[]>;
  readonly issues: readonly string[];
}

export interface SledZone {
  readonly name: string;
  readonly pool: string | null;
}

const FMRI = /^svc:\/oxide\/crucible\/downstairs:(downstairs|snapshot)-([0-9a-f-]+)$/;
const PROPERTY = /^(svc:\/oxide\/crucible\/downstairs:\S+)\/:properties\/config\/(address|port) \S+ (.*)$/;

/** Reads what `place.sh` printed on a sled, which the inventory calls `sled`. Never throws. */
export function readSledPlaces(stdout: string, sled: string, serial: string | null): SledPlaces {
  const lines = new Map<string, { readonly of: string; readonly rest: string }[]>();
  let isEnded = false;
  for (const { line } of eachLine(stdout)) {
    if (line === 'end') isEnded = true;
    const [, word = '', of = '', rest = ''] = /^([a-z]+)(?::(\S+))? (.*)$/.exec(line) ?? [];
    const list = lines.get(word);
    if (list === undefined) lines.set(word, [{ of, rest }]);
    else list.push({ of, rest });
  }
  const of = (word: string) => lines.get(word) ?? [];
  const failed = of('failed').map(({ rest }) => rest);
  const pools = poolsIn(of('dataset').map(({ rest }) => rest));
  const properties = propertiesIn(of('property').map(({ rest }) => rest));
  const pids = of('process').flatMap(({ rest }) => {
    const [zone = '', pid, path = ''] = rest.trim().split(/\s+/);
    const start = /^\/data\/regions\/([0-9a-f-]{8,36})/.exec(path)?.[1];
    return start === undefined ? [] : [{ zone, pid: countIn(pid), start }];
  });
  const looked = new Set(of('connections').map(({ rest }) => rest));
  const services = of('service').flatMap(({ of: zone, rest }): readonly FactOf<'service'>[] => {
    const [state = '', since = '', fmri = ''] = rest.trim().split(/\s+/);
    const ids = idsIn(fmri);
    if (ids === null) return [];
    const owned = properties.get(fmri) ?? {};
    const own = pids.filter((each) => each.zone === zone && ids.region.startsWith(each.start));
    return [
      {
        kind: 'service',
        ...ids,
        sledSerial: serial,
        sled,
        zone,
        state,
        since: textIn(since),
        address: owned.address ?? null,
        port: owned.port ?? null,
        // A region and its snapshots have processes whose arguments ps cuts alike.
        pid: own.length === 1 && state === 'online' ? (own[0]?.pid ?? null) : null,
        pool: pools.get(ids.region)?.pool ?? null,
        used: pools.get(ids.region)?.used ?? null,
        connections: looked.has(zone) ? connectionsTo(of('connection'), zone, owned) : null,
      },
    ];
  });
  const isListed = failed.every((each) => !each.startsWith('service'));
  return {
    hostName: of('host')[0]?.rest ?? null,
    facts: [
      { kind: 'listed', sled, sledSerial: serial, isWhole: isEnded && isListed },
      ...services,
      ...ownPools(of('pool'), of('device'), of('disk'), sled),
    ],
    asked: of('status').flatMap(({ rest }) => statusIn(rest)),
    zones: of('zone').flatMap(({ rest }) => zoneIn(rest)),
    peers: new Map(of('peers').map(({ rest: zone }) => [zone, peersOf(of('peer'), zone)] as const)),
    issues: [...(isEnded ? [] : ['what it printed was cut']), ...failedCommandsTexts(failed)],
  };
}

/** `ID:NAME:STATE:PATH:…` of a zone that runs. */
function zoneIn(line: string): readonly SledZone[] {
  const [, name = '', state, path = ''] = line.split(':');
  if (name === '' || name === 'global' || state !== 'running') return [];
  const [, id] = /^\/pool\/ext\/([^/]+)\//.exec(path) ?? [];
  return [{ name, pool: uuidIn(id) }];
}

/** netstat writes `ADDRESS.PORT`. */
function peersOf(lines: Lines, zone: string): readonly string[] {
  return lines.flatMap(({ of, rest }) => {
    const [, host = ''] = /^(\S+)\.\d+$/.exec(rest.trim()) ?? [];
    return of === zone ? (plainAddress(host) ?? []) : [];
  });
}

function idsIn(fmri: string): { readonly region: string; readonly snapshot: string | null } | null {
  const [, kind, ids = ''] = FMRI.exec(fmri) ?? [];
  const region = uuidIn(ids.slice(0, 36));
  if (kind === undefined || region === null) return null;
  if (kind === 'downstairs') return ids.length === 36 ? { region, snapshot: null } : null;
  const snapshot = uuidIn(ids.slice(37));
  return snapshot === null ? null : { region, snapshot };
}

/** The pool and the size of each region's dataset. */
function poolsIn(
  lines: readonly string[],
): ReadonlyMap<string, { readonly pool: string; readonly used: number | null }> {
  return new Map(
    lines.flatMap((line) => {
      const [name = '', used] = line.split(/\s+/);
      const [pool = '', , , region = '', more] = name.split('/');
      const ids = [poolIdIn(pool), uuidIn(region)] as const;
      if (ids[0] === null || ids[1] === null || more !== undefined) return [];
      return [[ids[1], { pool: ids[0], used: countIn(used) }] as const];
    }),
  );
}

interface Properties {
  address?: string | null;
  port?: number | null;
}

function propertiesIn(lines: readonly string[]): ReadonlyMap<string, Properties> {
  const found = new Map<string, Properties>();
  for (const line of lines) {
    const [, fmri, name, value = ''] = PROPERTY.exec(line) ?? [];
    if (fmri === undefined) continue;
    const own = found.get(fmri) ?? {};
    // svcprop quotes what a shell would take.
    if (name === 'address') own.address = plainAddress(value.replaceAll(/[\\[\]]/g, ''));
    else own.port = countIn(value);
    found.set(fmri, own);
  }
  return found;
}

/** netstat writes `ADDRESS.PORT`. */
function connectionsTo(lines: Lines, zone: string, { address, port }: Properties): number | null {
  if (address === null || address === undefined || port === null || port === undefined) return null;
  return lines.filter(({ of, rest }) => {
    const [, host = '', own] = /^(\S+)\.(\d+) /.exec(rest) ?? [];
    return of === zone && Number(own) === port && plainAddress(host) === address;
  }).length;
}

type Lines = readonly { readonly of: string; readonly rest: string }[];

function ownPools(pools: Lines, devices: Lines, disks: Lines, sled: string): readonly FactOf<'own_pool'>[] {
  const serials = serialsOf(disks.map(({ rest }) => rest));
  const vdevs = devices.map(({ rest }) => rest.split(/\s+/));
  return pools.flatMap(({ rest }): readonly FactOf<'own_pool'>[] => {
    const [name = '', size, allocated, health] = rest.split(/\s+/);
    const pool = poolIdIn(name);
    if (pool === null) return [];
    const own = vdevs.filter(([its]) => its === name);
    // One pool has one disk; of several none is chosen.
    const device = own.length === 1 ? (own[0]?.[1] ?? null) : null;
    return [
      {
        kind: 'own_pool',
        pool,
        sled,
        health: textIn(health),
        size: countIn(size),
        allocated: countIn(allocated),
        device,
        serial: device === null ? null : (serials.get(device.replace(/s\d+$/, '')) ?? null),
      },
    ];
  });
}

/** The serial of each device that `diskinfo -P` lists, found by its heading. */
function serialsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const [heading = '', ...rows] = lines;
  // Columns are separated by tabs, or padded: SERIAL is cut where it stands.
  const byTab = heading.includes('\t');
  const at = byTab
    ? heading.split('\t').findIndex((cell) => cell.trim() === 'SERIAL')
    : heading.indexOf('SERIAL');
  if (at < 0) return new Map();
  return new Map(
    rows.flatMap((row) => {
      const device = row.split(/\s/)[0] ?? '';
      const cell = byTab ? row.split('\t')[at] : /^\S+/.exec(row.slice(at))?.[0];
      const serial = textIn(cell);
      const isAligned = byTab || row.charAt(at - 1) === ' ';
      return serial === null || !isAligned ? [] : [[device, serial] as const];
    }),
  );
}

function statusIn(rest: string): readonly StatusAsked[] {
  const [, zone = '', disk = '', word = '', more = ''] =
    /^(\S+)\/([0-9a-f-]{36}) (\S+) ?(.*)$/.exec(rest) ?? [];
  if (zone === '') return [];
  const without = (reason: UnknownReason, detail: string): readonly StatusAsked[] => [
    { zone, disk, problem: { reason, detail }, facts: [] },
  ];
  switch (word) {
    case 'no_address':
      return without('no_answer', 'its zone does not say where its server listens');
    case 'no_curl':
      return without('not_asked', 'the sled has no curl');
    case 'not_asked':
      return without(
        'not_asked',
        'a sled is asked for 128 disks at most, and for none once 4 of them did not answer',
      );
    case 'failed':
      return without(
        'no_answer',
        more === '28' ? 'its server did not answer in 3 s' : `curl ended with ${more}`,
      );
    case 'http':
      return fromAnswer(zone, disk, more);
    default:
      return without('no_answer', 'what the sled said of it could not be read');
  }
}

function fromAnswer(zone: string, disk: string, text: string): readonly StatusAsked[] {
  const [, code = '', body = ''] = /^(\d{3}) (.*)$/.exec(text) ?? [];
  const json = readJson(body);
  const problem = (detail: string): readonly StatusAsked[] => [
    { zone, disk, problem: { reason: 'no_answer', detail }, facts: [] },
  ];
  if (code !== '200') return problem(`its server answered ${code === '' ? 'what could not be read' : code}`);
  if (!isJsonObject(json)) return problem('its answer is not JSON, or was cut');
  if (!('volume_info' in json))
    return problem('its server is older than May 2026, and does not name targets');
  const { facts, issues } = readStatus(json, disk);
  if (facts.length === 0) return problem(issues[0] ?? 'its answer names no upstairs');
  return [{ zone, disk, problem: null, facts }];
}
