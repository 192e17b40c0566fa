import { selectSleds } from '../inventory/select.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { FleetError } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import { NO_HOST, type Sled } from '../model/sled.ts';
import { isSerial, LARGEST_CUBBY } from '../parse/pilot-heading.ts';
import type { HeadedSled } from './sled-headings.ts';

/** What is known of a pasted text's sled. */
export interface PastedSled {
  readonly sled: Sled;
  /** What the reader should know of it, such as that the inventory does not have it. */
  readonly notes: readonly string[];
}

/** The rack of a sled where nothing tells it. */
const NO_RACK = 'pasted';

/** The sled that a heading names: the inventory's of that serial, name or host, else one made of what it says. */
export function sledOfHeading(headed: HeadedSled, inventory: Inventory | null): PastedSled {
  const { name, serial, cubby, rack } = headed;
  if (rack !== undefined) {
    return sledOfTable({ rack, name: cubby === null ? name : null, serial, cubby }, inventory);
  }
  const made = serial === null ? sledOfName(name) : madeSled(NO_RACK, name, { serial, cubby });
  if (inventory === null) return { sled: made, notes: [] };
  const [found, ...others] = sledsCalled(name, inventory);
  // An inventory without serials knows sleds by their cubbies, which are of one rack only if there is no other.
  const byCubby = cubby === null ? [] : sledsIn(inventory).filter((sled) => sled.cubby === cubby);
  const [only] = byCubby.length === 1 && byCubby[0]?.serial === null ? byCubby : [];
  const sled = others.length === 0 ? (found ?? only) : undefined;
  if (sled === undefined) {
    const called = serial === null ? `sled called ${printable(name)}` : `sled of the serial ${serial}`;
    return {
      sled: made,
      notes: [`the inventory has ${others.length === 0 ? 'no' : 'more than one'} ${called}`],
    };
  }
  const notes =
    cubby === null || sled.cubby === null || sled.cubby === cubby
      ? []
      : [
          `the paste has it in cubby ${cubby}, the inventory in cubby ${sled.cubby}: the inventory may be old`,
        ];
  return { sled: { ...sled, serial: sled.serial ?? serial, cubby: sled.cubby ?? cubby }, notes };
}

/** A sled as a table of ours names it: what it has of rack, name, serial and cubby. */
export interface TableSled {
  readonly rack: string | null;
  readonly name: string | null;
  readonly serial: string | null;
  readonly cubby: number | null;
}

/** The inventory's sled that a row of a table is of, else one made of what the row says. */
export function sledOfTable(
  { rack, name, serial, cubby }: TableSled,
  inventory: Inventory | null,
): PastedSled {
  const found = sledsIn(inventory).find(
    (sled) =>
      sled.rack === rack &&
      ((serial !== null && sled.serial === serial) ||
        (name !== null && sled.name === name) ||
        (cubby !== null && sled.cubby === cubby)),
  );
  if (found !== undefined) return { sled: found, notes: [] };
  const called = name ?? serial ?? (cubby === null ? 'unknown' : `sled${cubby}`);
  const known = { serial: serial ?? (isSerial(called) ? called : null), cubby };
  const sled = madeSled(rack ?? NO_RACK, called, known);
  return { sled, notes: inventory === null ? [] : [`the inventory has no sled ${printable(sled.id)}`] };
}

/** The sleds of inventories by what they are called, in small letters; every line of a paste may be looked up. */
const CALLED = new WeakMap<Inventory, ReadonlyMap<string, ReadonlySet<Sled>>>();

/** The sleds of the inventory with this serial, name, id or host, as a host's name in letters of any size. */
export function sledsCalled(name: string, inventory: Inventory | null): readonly Sled[] {
  if (inventory === null) return [];
  const called = CALLED.get(inventory) ?? namesOf(inventory);
  CALLED.set(inventory, called);
  return [...(called.get(name.toLowerCase()) ?? [])];
}

function namesOf(inventory: Inventory): ReadonlyMap<string, ReadonlySet<Sled>> {
  const names = new Map<string, Set<Sled>>();
  for (const sled of sledsIn(inventory)) {
    for (const each of [sled.serial, sled.name, sled.id, sled.host]) {
      const key = each?.toLowerCase();
      if (key !== undefined) names.set(key, (names.get(key) ?? new Set()).add(sled));
    }
  }
  return names;
}

/**
 * The sled that `--sled` names: `3/14`, `3/BRM42220014`, `BRM42220014`, `14`. With an inventory it must be one of
 * that; throws a FleetError `usage` where it is not, or names several.
 */
export function sledNamed(name: string, inventory: Inventory | null): PastedSled {
  if (inventory === null) return { sled: sledOfName(name), notes: [] };
  const { targets } = selectSleds(inventory, { racks: [], sleds: [name], exclude: [], labels: [] });
  const sleds = targets.map((target) => target.sled);
  const [sled, ...others] = sleds;
  if (sled === undefined || others.length > 0) {
    const ids = sleds.map((each) => each.id).join(', ');
    throw new FleetError(
      'usage',
      `--sled ${name} names ${sleds.length} sleds: ${ids}; name one, as rack/name`,
    );
  }
  return { sled, notes: [] };
}

/** The sled of a file's base name: the inventory's of that name or serial, else one of that name. */
export function sledOfFile(name: string, inventory: Inventory | null): PastedSled {
  const found = sledsCalled(name, inventory);
  const [sled, ...others] = found;
  if (sled !== undefined && others.length === 0) return { sled, notes: [] };
  const notes =
    inventory === null
      ? []
      : [`the inventory has ${found.length === 0 ? 'no' : 'several'} such sleds; name one with --sled`];
  return { sled: sledOfName(name), notes };
}

function sledsIn(inventory: Inventory | null): readonly Sled[] {
  return inventory?.targets.map(({ sled }) => sled) ?? [];
}

function sledOfName(text: string): Sled {
  const slash = text.indexOf('/');
  const rack = slash > 0 ? text.slice(0, slash) : NO_RACK;
  const name = slash > 0 ? text.slice(slash + 1) : text;
  if (name === '' || slash === 0) {
    throw new FleetError(
      'usage',
      `--sled '${text}' names no sled; give it as 3/BRM42220014, BRM42220014 or 3/14`,
    );
  }
  const cubby = /^\d{1,2}$/.test(name) && Number(name) <= LARGEST_CUBBY ? Number(name) : null;
  const serial = isSerial(name) ? name : null;
  return madeSled(rack, cubby === null ? name : `sled${cubby}`, { serial, cubby });
}

/** A sled to which nothing is known to lead. */
function madeSled(rack: string, name: string, known: Pick<Sled, 'serial' | 'cubby'>): Sled {
  const safe = printable(name);
  return {
    id: `${printable(rack)}/${safe}`,
    rack: printable(rack),
    name: safe,
    ...known,
    labels: {},
    host: NO_HOST,
  };
}
