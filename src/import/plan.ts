import type { Inventory } from '../inventory/inventory.ts';
import { sameWord } from '../inventory/words.ts';
import { sameHost } from '../model/same-host.ts';
import { NO_HOST } from '../model/sled.ts';
import { isIP } from 'node:net';
import type { Target } from '../model/target.ts';
import { INVENTORY, type Claim } from './claims.ts';
import { nameOf, type JoinedSled, type JoinSource } from './join.ts';
import { NOTHING_SEEN, type SeenSled } from './seen-sled.ts';

/** A value of an entry that is set; `from` is null where the entry has none yet. */
export interface Setting {
  readonly key: 'serial' | 'cubby' | 'host';
  readonly from: string | null;
  readonly to: string;
}

/** What becomes of one entry of the inventory. */
export interface EntryChange {
  readonly target: Target;
  readonly settings: readonly Setting[];
}

/** What an import does to an inventory. */
export interface ImportPlan {
  readonly changes: readonly EntryChange[];
  /** Sleds that the inventory lacks, with an address, or in a rack whose tool needs none. */
  readonly additions: readonly JoinedSled[];
  /** Sleds that the inventory lacks and to which nothing leads. */
  readonly withoutAddress: readonly JoinedSled[];
  /** Sleds whose rack no source tells. */
  readonly withoutRack: readonly JoinedSled[];
  /** What a person must change, a line each: nothing is done about it. */
  readonly byHand: readonly string[];
}

/** What an inventory says, as one more source. */
export function inventorySource(inventory: Inventory): JoinSource {
  return { label: INVENTORY, sleds: inventory.targets.map(seenOf) };
}

function seenOf({ sled, login }: Target): SeenSled {
  const host = sled.host === NO_HOST ? null : login.host;
  return {
    ...NOTHING_SEEN,
    serial: sled.serial,
    cubby: sled.cubby,
    rack: sled.rack,
    name: sled.name,
    hostName: host,
    address: host === null || isIP(host) === 0 ? null : { text: host, of: 'sled' },
  };
}

/** Says what is to change so that an inventory holds what was joined of it and other sources. */
export function planImport(sleds: readonly JoinedSled[], inventory: Inventory): ImportPlan {
  const changes: EntryChange[] = [];
  const byHand: string[] = [];
  const taken = new Set<JoinedSled>();
  const entriesOf = (sled: JoinedSled): readonly Target[] =>
    inventory.targets.filter((target) => sled.seen.some((seen) => isOf(seen, target)));

  for (const sled of sleds) {
    const entries = entriesOf(sled);
    const [target, another] = entries;
    if (target === undefined) continue;
    if (another !== undefined) {
      byHand.push(
        `${entries.map(({ sled: { id } }) => id).join(' and ')} are one sled, by ${sourcesOf(sled)}: make them one entry`,
      );
      continue;
    }
    const heir = heirOf(sled, target, sleds, entriesOf);
    if (heir === 'none') {
      const { id } = target.sled;
      byHand.push(
        `${id} no longer has its place or its address, and no entry can take them over: correct it`,
      );
      continue;
    }
    if (sled.rack !== null && sameWord(sled.rack.value) !== sameWord(target.sled.rack)) {
      byHand.push(
        `${target.sled.id} is in rack ${sled.rack.value}, by ${named(sled.rack)}: move its entry there`,
      );
      continue;
    }
    if (heir !== null) taken.add(heir);
    const settings = settingsOf(heir ?? sled, target);
    if (settings.length > 0) changes.push({ target, settings });
  }

  const others = sleds.filter((sled) => entriesOf(sled).length === 0 && !taken.has(sled));
  const placed = others.filter(({ rack }) => rack !== null);
  const tools = new Set(
    inventory.targets.flatMap(({ sled, tool }) => (tool === undefined ? [] : [sameWord(sled.rack)])),
  );
  const isReached = ({ host, rack }: JoinedSled): boolean =>
    host !== null || tools.has(sameWord(rack?.value ?? ''));
  return {
    changes,
    additions: placed.filter(isReached),
    withoutAddress: placed.filter((sled) => !isReached(sled)),
    withoutRack: others.filter(({ rack }) => rack === null),
    byHand,
  };
}

function isOf(seen: SeenSled, { sled }: Target): boolean {
  const isFromInventory = 'label' in seen && seen.label === INVENTORY;
  return isFromInventory && seen.rack === sled.rack && seen.name === sled.name;
}

/**
 * The sled to which an entry goes over whose place another one was chosen for; null where it keeps its place. Nobody but
 * the inventory may know the former one, and the new one must have an address: none is guessed.
 */
function heirOf(
  sled: JoinedSled,
  { sled: entry, login }: Target,
  sleds: readonly JoinedSled[],
  entriesOf: (sled: JoinedSled) => readonly Target[],
): JoinedSled | 'none' | null {
  const lostCubby = entry.cubby !== null && sled.cubby === null;
  const lostHost = entry.host !== NO_HOST && sled.host === null;
  if (!lostCubby && !lostHost) return null;
  const heir = sleds.find(
    (each) =>
      each !== sled &&
      each.cubby?.value === entry.cubby &&
      each.rack !== null &&
      sameWord(each.rack.value) === sameWord(entry.rack) &&
      entriesOf(each).length === 0,
  );
  const isLeft = sled.from.every((label) => label === INVENTORY);
  if (!lostCubby || !isLeft || heir === undefined) return 'none';
  return heir.host === null && login.host !== '' ? 'none' : heir;
}

function settingsOf(sled: JoinedSled, { sled: entry, login }: Target): readonly Setting[] {
  const settings: Setting[] = [];
  const set = (
    key: Setting['key'],
    from: string | null,
    to: string | undefined,
    same: (text: string) => string,
  ): void => {
    if (to !== undefined && (from === null || same(from) !== same(to))) settings.push({ key, from, to });
  };
  set(
    'cubby',
    entry.cubby === null ? null : String(entry.cubby),
    sled.cubby === null ? undefined : String(sled.cubby.value),
    (text) => text,
  );
  set('serial', entry.serial, sled.serial?.value, (text) => text.toLowerCase());
  set('host', entry.host === NO_HOST ? null : login.host, sled.host?.value, sameHost);
  return settings;
}

/** The labels of a sled's sources but for the inventory. */
export function sourcesOf(sled: JoinedSled): string {
  return sled.from.filter((label) => label !== INVENTORY).join(' and ');
}

function named({ from }: Claim<unknown>): string {
  return from.join(' and ');
}

/** `BRM42220036 (cubby 14)`. */
export function described(sled: JoinedSled): string {
  const name = nameOf(sled);
  return sled.cubby === null || name.startsWith('cubby ') ? name : `${name} (cubby ${sled.cubby.value})`;
}
