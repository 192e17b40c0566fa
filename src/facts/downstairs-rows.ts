import { sinceWords } from './service-since.ts';
import type { Column, Row } from '../model/column.ts';
import { ageText } from './age.ts';
import { diskOf } from './disk-of.ts';
import { claimsOf, type FactBase, type Told } from './fact-base.ts';
import type { FactOf } from './fact.ts';
import { known, settle, trustOrder, unknown, type Claim, type Value } from './value.ts';
import { endpointText } from './values.ts';

/** The regions of a sled, each with its service and who talks to it. */
export const DOWNSTAIRS_COLUMNS: readonly Column[] = [
  { name: 'zone', heading: 'ZONE', kind: 'zone', help: 'zone of the downstairs', narrow: true },
  { name: 'region', heading: 'REGION', kind: 'id', help: 'id of the region', narrow: true },
  {
    name: 'snapshot',
    heading: 'SNAPSHOT',
    kind: 'id',
    help: 'id of the snapshot that is served read-only; null for the region itself',
  },
  {
    name: 'service',
    heading: 'SERVICE',
    kind: 'text',
    role: 'state',
    help: 'state of its service: online, maintenance, offline, disabled, …',
    narrow: true,
  },
  { name: 'since', heading: 'SINCE', kind: 'text', help: 'since when, as the sled prints it' },
  { name: 'address', heading: 'ADDRESS', kind: 'text', help: 'address that it listens on', unknownMark: '?' },
  {
    name: 'port',
    heading: 'PORT',
    kind: 'text',
    role: 'state',
    help: 'port that it listens on',
    narrow: true,
    unknownMark: '?',
  },
  {
    name: 'downstairs_pid',
    heading: 'PID',
    kind: 'count',
    help: 'its process; null where none runs, or ps does not tell which',
  },
  {
    name: 'pool',
    heading: 'POOL',
    kind: 'id',
    help: 'id of the pool',
    unknownMark: '?',
    narrow: true,
    rank: -1,
  },
  {
    name: 'pool_percent',
    heading: 'POOL %',
    kind: 'count',
    help: 'how full the pool is, in percent',
    narrow: true,
    unknownMark: '?',
  },
  { name: 'used', heading: 'USED', kind: 'count', help: 'bytes that its dataset uses', unknownMark: '?' },
  {
    name: 'connections',
    heading: 'CONNS',
    kind: 'count',
    help: 'established connections to its port',
    narrow: true,
    unknownMark: '?',
  },
  {
    name: 'upstairs_id',
    heading: 'UPSTAIRS',
    kind: 'id',
    help: 'the upstairs that it is a copy for',
    unknownMark: '?',
    narrow: true,
  },
  { name: 'index', heading: 'DS', kind: 'count', help: 'its index there', unknownMark: '?', narrow: true },
  {
    name: 'disk',
    heading: 'DISK',
    kind: 'text',
    role: 'identity',
    help: 'name of the disk',
    unknownMark: '?',
    narrow: true,
  },
  { name: 'instance', heading: 'INSTANCE', kind: 'text', help: 'name of the instance', unknownMark: '?' },
  {
    name: 'sources',
    heading: 'SOURCES',
    kind: 'text',
    help: 'who says which upstairs it is, and how old that is',
  },
  {
    name: 'note',
    heading: 'NOTE',
    kind: 'note',
    help: 'what to look at: in maintenance, nobody talks to it, port was used before, pool over 80 %',
    narrow: true,
  },
];

/** From so full on a pool is worth a look. */
const FULL_PERCENT = 80;

/** A row for each region that a sled has listed now; what deleted regions left behind is told only by its port. */
export function downstairsRows(base: FactBase, sled: string, now: number): readonly Row[] {
  const services = base.by('service', 'sled', sled).filter(({ origin }) => origin.isNow);
  const gone = services.filter(({ fact }) => fact.state === 'disabled');
  return services.filter(({ fact }) => fact.state !== 'disabled').map((told) => rowOf(base, told, gone, now));
}

function rowOf(
  base: FactBase,
  { fact }: Told<'service'>,
  gone: readonly Told<'service'>[],
  now: number,
): Row {
  const upstairs = fact.snapshot === null ? upstairsOf(base, fact.region) : unknown('no_source');
  const id = known(upstairs);
  const disk = id === null ? null : diskOf(base, id);
  const percent = percentOf(base, fact);
  const from = 'value' in upstairs ? upstairs.from : [];
  return {
    zone: fact.zone,
    region: fact.region,
    snapshot: fact.snapshot,
    service: fact.state,
    since: fact.since,
    address: fact.address,
    port: fact.port === null ? null : String(fact.port),
    downstairs_pid: fact.pid,
    pool: fact.pool,
    pool_percent: percent,
    used: fact.used,
    connections: fact.connections,
    upstairs_id: id,
    index: id === null ? null : indexOf(base, id, fact),
    disk: disk === null ? null : known(disk.disk),
    instance: disk === null ? null : known(disk.instance),
    sources:
      from.length === 0
        ? null
        : from.map((origin) => `${origin.source} (${ageText(origin, now)})`).join(', '),
    note: noteOf(fact, percent, gone, 'value' in upstairs ? upstairs.doubts : []),
  };
}

/** By region id alone: addresses and ports are used again. */
function upstairsOf(base: FactBase, region: string): Value<string> {
  const rows = base.by('region', 'id', region);
  const volumes = rows.flatMap(({ fact, origin }): readonly Claim<string>[] =>
    fact.volume === null
      ? []
      : base.by('disk', 'volume', fact.volume).map((disk) => ({ value: disk.fact.id, origin })),
  );
  const processes = base.all('upstairs').filter(({ fact }) => fact.regions.includes(region));
  return settle(
    [...claimsOf(processes, ({ id }) => id), ...claimsOf(rows, ({ disk }) => disk), ...volumes],
    unknown(base.all('region').length > 0 ? 'not_in_source' : 'no_source'),
  );
}

/** The place of its address among the targets that the newest source says. */
function indexOf(base: FactBase, upstairsId: string, { address, port }: FactOf<'service'>): number | null {
  if (address === null || port === null) return null;
  const endpoint = endpointText({ host: address, port });
  const [newest] = base.by('upstairs', 'id', upstairsId).toSorted((a, b) => trustOrder(a.origin, b.origin));
  const index = newest?.fact.targets.indexOf(endpoint) ?? -1;
  return index < 0 ? null : index;
}

function percentOf(base: FactBase, { pool, sled }: FactOf<'service'>): number | null {
  const own =
    pool === null
      ? undefined
      : base.by('own_pool', 'pool', pool).find(({ fact, origin }) => origin.isNow && fact.sled === sled);
  const { size, allocated } = own?.fact ?? { size: null, allocated: null };
  return size === null || allocated === null || size === 0 ? null : Math.floor((allocated / size) * 100);
}

function noteOf(
  fact: FactOf<'service'>,
  percent: number | null,
  gone: readonly Told<'service'>[],
  doubts: readonly string[],
): string | null {
  const former = gone.filter(
    (each) => each.fact.zone === fact.zone && each.fact.port === fact.port && fact.port !== null,
  );
  const notes = [
    ...(fact.state === 'online'
      ? []
      : [`in ${fact.state}${fact.since === null ? '' : ` since ${sinceWords(fact.since)}`}`]),
    ...(fact.state === 'online' && fact.connections === 0 ? ['nobody talks to it'] : []),
    ...former.map((each) => `its port was region ${each.fact.region.slice(0, 8)}'s before`),
    ...(percent !== null && percent >= FULL_PERCENT ? [`its pool is ${percent} % full`] : []),
    ...doubts,
  ];
  return notes.length === 0 ? null : notes.join('; ');
}
