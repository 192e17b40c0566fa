import type { Cell, Column, Row } from '../model/column.ts';
import { ageText } from './age.ts';
import { DISK_FIELDS, PLACE_FIELDS, type DownstairsPlace, type UpstairsPlace } from './place.ts';
import { known, trustOrder, UNKNOWN_REASONS, type Value } from './value.ts';

/** Both ends of a copy, as columns of a row for each downstairs. */
export const PLACE_COLUMNS: readonly Column[] = [
  { name: 'zone', heading: 'ZONE', kind: 'zone', help: 'zone of the VM whose process has the upstairs' },
  {
    name: 'upstairs_id',
    heading: 'UPSTAIRS',
    kind: 'id',
    help: 'id of the upstairs, which is that of its disk',
  },
  { name: 'session_id', heading: 'SESSION', kind: 'id', help: 'new at each start of the upstairs', rank: -1 },
  { ...text('disk', 'DISK', 'name of the disk'), narrow: true, role: 'identity' },
  text('instance', 'INSTANCE', 'name of the instance that the disk is attached to'),
  text('project', 'PROJECT', 'name of its project, else its id'),
  { name: 'size', heading: 'SIZE', kind: 'count', help: 'bytes of the disk', unknownMark: '?' },
  text('has_parent', 'PARENT', 'whether the disk reads a read-only parent'),
  text('reads_parent', 'READS PARENT', 'whether this upstairs reads the read-only parent of the disk'),
  {
    name: 'index',
    heading: 'DS',
    kind: 'count',
    role: 'identity',
    help: 'index of the downstairs',
    narrow: true,
  },
  {
    name: 'state',
    heading: 'STATE',
    kind: 'state',
    help: 'what the upstairs says of the downstairs',
    narrow: true,
    unknownMark: '?',
  },
  { ...text('region', 'REGION', 'id of the region'), kind: 'id', narrow: true, rank: -1 },
  text('address', 'ADDRESS', 'address and port that the upstairs talks to'),
  {
    ...text(
      'ds_sled',
      'DS SLED',
      'sled of the downstairs: rack/name where the inventory has it, else its serial',
    ),
    narrow: true,
    role: 'state',
  },
  {
    name: 'ds_cubby',
    heading: 'DS CUBBY',
    kind: 'count',
    help: 'cubby of that sled',
    narrow: true,
    unknownMark: '?',
  },
  { ...text('ds_zone', 'DS ZONE', 'zone of the downstairs'), kind: 'zone', role: 'detail' },
  {
    ...text('service', 'SERVICE', 'state of the service of the downstairs'),
    narrow: true,
    role: 'state',
  },
  {
    ...text('pool', 'POOL', 'id of the pool, whose name is oxp_ and this'),
    kind: 'id',
    narrow: true,
    rank: -1,
  },
  { ...text('physical_disk', 'PHYSICAL DISK', 'serial of the physical disk'), narrow: true, role: 'state' },
  {
    name: 'inventory_slot',
    heading: 'INVENTORY SLOT',
    kind: 'count',
    help: "slot of the physical disk as inventory counts it, which is not every sled's label of the bay",
    narrow: true,
    unknownMark: '?',
  },
  { name: 'extents', heading: 'EXTENTS', kind: 'count', help: 'extents of the region', unknownMark: '?' },
  {
    name: 'unknown',
    heading: 'UNKNOWN',
    kind: 'note',
    help: 'why each value that is ? is not known: VALUE: REASON',
    narrow: true,
  },
  {
    name: 'age',
    heading: 'AGE',
    kind: 'text',
    role: 'state',
    help: 'age of the oldest of these values, each by its newest source',
    narrow: true,
  },
  { name: 'doubts', heading: 'DOUBTS', kind: 'note', help: 'what other sources say instead' },
  {
    name: 'sources',
    heading: 'SOURCES',
    kind: 'text',
    help: 'where each value comes from, and how old it is',
  },
];

function text(name: string, heading: string, help: string): Column {
  return { name, heading, kind: 'text', help, unknownMark: '?' };
}

/** The columns of the values of a downstairs that have a name of their own. */
const COLUMN_OF: Readonly<Record<(typeof PLACE_FIELDS)[number] | (typeof DISK_FIELDS)[number], string>> = {
  region: 'region',
  address: 'address',
  sled: 'ds_sled',
  cubby: 'ds_cubby',
  zone: 'ds_zone',
  service: 'service',
  pool: 'pool',
  physicalDisk: 'physical_disk',
  inventorySlot: 'inventory_slot',
  extents: 'extents',
  disk: 'disk',
  instance: 'instance',
  project: 'project',
  size: 'size',
  hasParent: 'has_parent',
};

/** A row for each downstairs. `nameOf` gives the name of a sled in the inventory by its serial. */
export function placeRows(
  place: UpstairsPlace,
  own: { readonly zone: Cell; readonly session: Cell },
  nameOf: (serial: string) => string,
  now: number,
): readonly Row[] {
  return place.downstairs.map((downstairs): Row => {
    const values: readonly (readonly [string, Value<string | number | boolean>])[] = [
      ...DISK_FIELDS.map((field) => [COLUMN_OF[field], place[field]] as const),
      ...PLACE_FIELDS.map((field) => [COLUMN_OF[field], downstairs[field]] as const),
    ];
    const sled = known(downstairs.sled);
    return {
      zone: own.zone,
      upstairs_id: place.upstairsId,
      session_id: own.session,
      ...Object.fromEntries(values.map(([name, value]) => [name, known(value)])),
      ds_sled: sled === null ? null : nameOf(sled),
      reads_parent: place.isParent,
      index: downstairs.index,
      state: downstairs.state,
      unknown: joined(values, unknownText),
      age: oldestAge(
        values.map(([, value]) => value),
        now,
      ),
      doubts: joined(values, (value) =>
        'value' in value && value.doubts.length > 0 ? value.doubts.join(', ') : null,
      ),
      sources: joined(values, (value) =>
        'value' in value
          ? value.from.map((origin) => `${origin.source} (${ageText(origin, now)})`).join(', ')
          : null,
      ),
    };
  });
}

/** Whether a copy could be placed: which region it is, and on which sled. */
export function isPlaced({ address, region, sled }: DownstairsPlace): boolean {
  return [address, region, sled].every((value) => known(value) !== null);
}

/** Of values, each by its most trusted source, the age of the oldest. */
export function oldestAge(values: readonly Value<unknown>[], now: number): string | null {
  const best = values.flatMap((value) => ('value' in value ? value.from.slice(0, 1) : []));
  const [oldest] = best.toSorted((a, b) => trustOrder(b, a));
  return oldest === undefined ? null : ageText(oldest, now);
}

function unknownText(value: Value<unknown>): string | null {
  if (!('unknown' in value)) return null;
  return `${value.unknown} (${value.detail ?? UNKNOWN_REASONS[value.unknown]})`;
}

/** `a, b: text; c: other`: values of one text are named together. */
function joined(
  values: readonly (readonly [string, Value<string | number | boolean>])[],
  say: (value: Value<string | number | boolean>) => string | null,
): string | null {
  const names = new Map<string, string[]>();
  for (const [name, value] of values) {
    const said = say(value);
    if (said === null) continue;
    const list = names.get(said);
    if (list === undefined) names.set(said, [name]);
    else list.push(name);
  }
  const parts = [...names].map(([said, list]) => `${list.join(', ')}: ${said}`);
  return parts.length === 0 ? null : parts.join('; ');
}
