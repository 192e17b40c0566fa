import type { FactBase } from '../../facts/fact-base.ts';
import type { Subject } from '../../impact/ground.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { selectSleds } from '../../inventory/select.ts';
import { describeError, FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import type { Sled } from '../../model/sled.ts';
import { foldSleds } from '../../model/sled-fold.ts';
import { nearest } from '../../yaml/nearest.ts';
import { chooseSleds, type SelectionOptions } from '../options/selection-options.ts';

/** The one sled that a word means. Throws `usage`. */
export function sledNamed(word: string, inventory: Inventory): Sled {
  let found: readonly Sled[];
  try {
    const selected = selectSleds(inventory, { racks: [], sleds: [word], exclude: [], labels: [] });
    found = selected.targets.map(({ sled }) => sled);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    throw new FleetError('usage', describeError(error).replace(/^--sled:? /, ''));
  }
  const [sled, ...more] = found;
  if (sled !== undefined && more.length === 0) return sled;
  throw new FleetError(
    'usage',
    `${printable(word)} is ${found.length} sleds (${foldSleds(found)}): name one, or leave it out for a line for each that -r and -s select`,
  );
}

/** The options with the sled's rack selected, where nothing else is. Throws `usage` where the sled is not selected. */
export function selectionWith<O extends SelectionOptions>(sled: Sled, options: O, inventory: Inventory): O {
  const chosen = hasSelection(options) ? options : { ...options, rack: [sled.rack] };
  const { targets, description } = chooseSleds(inventory, chosen);
  if (targets.some((target) => target.sled.id === sled.id)) return chosen;
  throw new FleetError(
    'usage',
    `${foldSleds([sled])} is not among the selected sleds (${printable(description)}): select its rack, -r ${sled.rack}`,
  );
}

export function hasSelection({ rack, sled, label, exclude, shard }: SelectionOptions): boolean {
  return [rack, sled, label, exclude, shard].some((each) => each !== undefined);
}

export interface PartOptions {
  readonly disk?: string;
  readonly pool?: string;
}

/**
 * A sled, or the disk or pool of it that the options name. Throws `usage` where the sled has answered and has no such
 * disk or pool.
 */
export function subjectOf(
  sled: Sled,
  { disk, pool }: PartOptions,
  base: FactBase,
  isReached: boolean,
): Subject {
  const where = foldSleds([sled]);
  const own = base
    .by('own_pool', 'sled', sled.id)
    .filter(({ origin }) => origin.isNow || !isReached)
    .map(({ fact }) => fact);
  if (disk === undefined && pool === undefined) return { sled, text: where, pools: null };
  if (disk !== undefined) {
    const pools = own.filter(({ serial }) => serial?.toLowerCase() === disk.toLowerCase());
    const known = own.flatMap(({ serial }) => serial ?? []);
    if (pools.length === 0 && isReached) {
      const all = base
        .all('own_pool')
        .filter(({ fact }) => fact.serial?.toLowerCase() === disk.toLowerCase());
      throw noSuch('--disk', disk, where, known, all[0]?.fact.sled ?? null);
    }
    return {
      sled,
      text: `disk ${printable(disk)} of ${where}`,
      pools: new Set(pools.map((each) => each.pool)),
    };
  }
  const id = (pool ?? '').toLowerCase().replace(/^oxp_/, '');
  const found = own.filter((each) => id !== '' && each.pool.startsWith(id));
  if (found.length > 1)
    throw new FleetError('usage', `--pool ${printable(id)}: ${found.length} pools of ${where} begin with it`);
  if (found.length === 0 && isReached) {
    const known = own.map((each) => each.pool);
    const elsewhere = base.all('own_pool').find(({ fact }) => id !== '' && fact.pool.startsWith(id));
    throw noSuch('--pool', pool ?? '', where, known, elsewhere?.fact.sled ?? null);
  }
  const [only] = found;
  return {
    sled,
    text: `pool ${(only?.pool ?? printable(id)).slice(0, 8)} of ${where}`,
    pools: new Set(only === undefined ? [] : [only.pool]),
  };
}

function noSuch(
  option: '--disk' | '--pool',
  word: string,
  where: string,
  known: readonly string[],
  elsewhere: string | null,
): FleetError {
  const what = option === '--disk' ? 'disk with a pool' : 'pool';
  const near = nearest(word.replace(/^oxp_/, ''), known, 3);
  const hint =
    elsewhere !== null
      ? `it is in ${printable(elsewhere)}`
      : near.length > 0
        ? `did you mean ${near.join(' or ')}?`
        : known.length === 0
          ? 'it has none that could be read'
          : `it has ${known.join(', ')}`;
  return new FleetError('usage', `${option} ${printable(word)}: ${where} has no such ${what}; ${hint}`);
}
