import { z } from 'zod';

const id = z.string();
const text = z.string().nullable();
const count = z.number().nullable();
const three = <T extends z.ZodType>(each: T) => z.tuple([each, each, each]);

/**
 * Everything that a source may tell, by its kind: one definition for what is read, kept and joined. What a source does
 * not tell of a thing is null. A new field is nullable with a default, so that what is kept stays readable.
 */
export const FACT_SCHEMAS = [
  /** A disk of the control plane: its id is that of the upstairs that reads and writes it. */
  z.object({
    kind: z.literal('disk'),
    id,
    name: text,
    size: count,
    instance: text,
    instanceName: text,
    project: text,
    state: text,
    /** It was made of an image or a snapshot. */
    hasParent: z.boolean().nullable(),
    /** The database's id of its volume. */
    volume: text,
  }),
  z.object({
    kind: z.literal('instance'),
    id,
    name: text,
    project: text,
    projectName: text,
    propolis: text,
    sledSerial: text,
  }),
  /** What an upstairs talks to, in index order, as a volume construction request or its own process says it. */
  z.object({
    kind: z.literal('upstairs'),
    id,
    /** The disk in whose volume it is; its own id, unless it is of a read-only parent. */
    disk: text,
    isParent: z.boolean(),
    extents: count,
    generation: count,
    targets: three(text),
    /** Of a running process alone. */
    session: text,
    regions: three(text),
    states: three(text),
    /** How often each was replaced in this session when it said so. */
    replaced: three(z.number()).nullable().default(null),
  }),
  z.object({
    kind: z.literal('region'),
    id,
    dataset: text,
    volume: text,
    /** The disk whose volume owns it, where the source says that. */
    disk: text,
    extents: count,
    sledSerial: text,
    physicalDisk: text,
  }),
  /** A dataset of Crucible: one for each pool, served at one address. */
  z.object({ kind: z.literal('dataset'), id, pool: id, address: id }),
  z.object({ kind: z.literal('pool'), id, sled: text, physicalDisk: text }),
  z.object({ kind: z.literal('physical_disk'), id, serial: id, sled: text, state: text }),
  z.object({ kind: z.literal('slot'), sled: id, serial: id, slot: z.number() }),
  /** `address` is its sled-agent's, whose /64 all its zones share. */
  z.object({ kind: z.literal('sled'), id, serial: id, address: text, cubby: count }),
  /** What a crucible agent lists: it does not say which agent it is. */
  z.object({ kind: z.literal('agent_region'), region: id, port: count, state: text, extents: count }),
  /** A service of a downstairs, as its own sled has it. */
  z.object({
    kind: z.literal('service'),
    region: id,
    snapshot: text,
    sledSerial: text,
    /** The sled's id in the inventory. */
    sled: id,
    zone: id,
    state: id,
    since: text,
    address: text,
    port: count,
    pid: count,
    pool: text,
    /** Bytes of its dataset. */
    used: count,
    /** Established connections to its port. */
    connections: count.default(null),
  }),
  /** A pool, as its own sled has it. */
  z.object({
    kind: z.literal('own_pool'),
    pool: id,
    sled: id,
    health: text,
    size: count,
    allocated: count,
    device: text,
    serial: text,
  }),
  /** The sled listed its regions: one that is not among them is not there. */
  z.object({ kind: z.literal('listed'), sled: id, sledSerial: text, isWhole: z.boolean() }),
] as const;

export const factSchema = z.discriminatedUnion('kind', [...FACT_SCHEMAS]);

export type Fact = z.infer<typeof factSchema>;

export type FactKind = Fact['kind'];

export type FactOf<Kind extends FactKind> = Extract<Fact, { readonly kind: Kind }>;

/** An upstairs has exactly three. */
export type Three<T> = readonly [T, T, T];

export const INDICES = [0, 1, 2] as const;

export type Index = (typeof INDICES)[number];
