import type { Command } from 'commander';
import { xdgFolder } from '../../files/xdg.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { FleetError } from '../../model/error.ts';
import { inShard, selectSleds, type Selected } from '../../inventory/select.ts';
import type { Shard } from '../../model/shard.ts';
import type { RelayOptions } from './relay-options.ts';
import { listValue, shardValue } from './option-values.ts';
import type { Surroundings } from '../surroundings.ts';

/** The options by which every command finds the inventory and chooses sleds. */
export interface SelectionOptions {
  readonly inventory?: string;
  readonly rack?: readonly string[];
  readonly sled?: readonly string[];
  readonly exclude?: readonly string[];
  readonly label?: readonly string[];
  readonly shard?: Shard;
}

/** Without a selection a command asks every sled; one that acts on sleds wants to be told which. */
export function addSelectionOptions(command: Command, without: 'all' | 'refused' = 'all'): Command {
  const none = without === 'all' ? 'everything in the inventory when none is given' : `needed; -r '*' is all`;
  return command
    .optionsGroup(`Selection (${none}):`)
    .option(
      '-i, --inventory <file>',
      'the inventory (default: $CRUC_FLEET_INVENTORY, ./inventory.yaml, then the XDG configuration folder)',
    )
    .option('-r, --rack <ids>', 'racks: 3,5-7, a name or a glob', listValue)
    .option(
      '-s, --sled <sleds>',
      'sleds by cubby (0,3,14-16), serial, name, glob, range (BRM4222[0010-0031]), rack/name or part:serial',
      listValue,
    )
    .option('-x, --exclude <sleds>', 'sleds to leave out, written as for --sled', listValue)
    .option('-l, --label <key=value>', 'sleds that carry the label', listValue)
    .option(
      '--shard <i/n>',
      "of these, the i-th of n parts, by sleds' names; merge puts them together",
      shardValue,
    );
}

/** Refuses to act on every sled of the inventory where nobody said so. What is left out alone selects nothing. */
export function requireSelection(
  { rack, sled, label, failedLast }: SelectionOptions & { readonly failedLast?: boolean },
  what: string,
): void {
  if ([rack, sled, label].some((each) => each !== undefined) || failedLast === true) return;
  throw new FleetError(
    'usage',
    `${what} acts on the sleds, so say on which: --rack, --sled, --label or --failed-last (--rack '*' is all)`,
  );
}

/** Finds and reads the inventory that the options and the environment name. */
export async function openInventory(
  options: SelectionOptions & Pick<RelayOptions, 'relay'>,
  surroundings: Surroundings,
): Promise<Inventory> {
  // Each site has its own, and who asks needs none.
  if (options.relay !== undefined) return { file: options.relay, racks: [], targets: [], check: null };
  // What it takes, YAML and schemas, is loaded only where an inventory is.
  const [{ findInventory }, { loadInventory }] = await Promise.all([
    import('../../inventory/find.ts'),
    import('../../inventory/load.ts'),
  ]);
  const file = await findInventory({
    ...(options.inventory === undefined ? {} : { explicit: options.inventory }),
    env: surroundings.env,
    cwd: surroundings.cwd,
    home: surroundings.home,
  });
  return await loadInventory(file, {
    home: surroundings.home,
    user: surroundings.user,
    agentSocket: surroundings.env['SSH_AUTH_SOCK'] ?? null,
    stateFolder: xdgFolder('state', surroundings).folder,
  });
}

export function chooseSleds(inventory: Inventory, options: SelectionOptions): Selected {
  return inShard(chooseAllShards(inventory, options), options.shard);
}

/** The same whatever --shard says. */
export function chooseAllShards(inventory: Inventory, options: SelectionOptions): Selected {
  return selectSleds(inventory, {
    racks: options.rack ?? [],
    sleds: options.sled ?? [],
    exclude: options.exclude ?? [],
    labels: options.label ?? [],
  });
}
