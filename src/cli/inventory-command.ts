import type { Command } from 'commander';
import { readSection } from '../config/section-values.ts';
import { describeInventory } from '../inventory/describe.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { FleetError } from '../model/error.ts';
import { cellText } from '../drawing/cell-text.ts';
import { drawGrid } from '../drawing/grid.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT_HELP } from './exit-code.ts';
import {
  addSelectionOptions,
  chooseSleds,
  openInventory,
  type SelectionOptions,
} from './selection-options.ts';
import type { Surroundings } from './surroundings.ts';
import { addTrust } from './trust-command.ts';

/** `inventory check` and `list`: what the inventory says, without visiting a sled; and `inventory trust`. */
export function addInventoryCommand(command: Command, context: CommandContext): void {
  const { surroundings } = context;
  command.description('Reads the inventory; only trust visits sleds.');
  addCheck(command, surroundings);
  addList(command, surroundings);
  addTrust(command, context);
}

function addCheck(inventory: Command, surroundings: Surroundings): void {
  const check = inventory
    .command('check')
    .summary('say whether the inventory is right')
    .description('Reads the whole inventory and says what it holds, or every error with its place.');
  addSelectionOptions(check).addHelpText('after', `\n${EXIT_HELP}`);
  check.action(async (options: SelectionOptions) => {
    const selected = await openSelection(options, surroundings);
    refuseWrongCheckSection(selected);
    const { racks, sleds } = describeInventory(selected);
    for (const rack of racks.filter((each) => each.sleds > 0)) {
      const name = rack.name === null ? '' : ` (${rack.name})`;
      const gateways = rack.gateways.length === 0 ? '' : `, through ${rack.gateways.join(' or ')}`;
      surroundings.terminal.out.write(
        `rack ${rack.rack}${name}: ${count(rack.sleds, 'sled')} ${rack.folded}${gateways}\n`,
      );
    }
    surroundings.terminal.out.write(`${selected.file}: ${count(sleds.length, 'sled')}, no errors\n`);
  });
}

/** The other commands leave the section alone, and `check` goes on without what is wrong in it. */
function refuseWrongCheckSection({ check }: Inventory): void {
  const problems = check === null ? [] : readSection(check, 'inventory').problems;
  if (problems.length > 0) throw new FleetError('inventory', problems.map(({ line }) => line).join('\n'));
}

function addList(inventory: Command, surroundings: Surroundings): void {
  const list = inventory
    .command('list')
    .summary('list sleds and how they are reached')
    .description('Lists the selected sleds, one a line.');
  addSelectionOptions(list)
    .option('--no-headers', 'leave the headings out')
    .addHelpText('after', `\n${EXIT_HELP}`);
  list.action(async (options: SelectionOptions & { readonly headers: boolean }) => {
    const { sleds, loginHeadings } = describeInventory(await openSelection(options, surroundings));
    const rows = sleds.map((sled) => [
      sled.rack,
      cellText(sled.cubby),
      cellText(sled.serial),
      sled.name,
      sled.address,
      ...sled.login.map((text) => cellText(text)),
      cellText(sled.gateways.join(',')),
      cellText(
        Object.entries(sled.labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(','),
      ),
    ]);
    const headings = ['RACK', 'CUBBY', 'SERIAL', 'NAME', 'ADDRESS', ...loginHeadings, 'GATEWAYS', 'LABELS'];
    const aligns = headings.map((heading) => (heading === 'CUBBY' ? 'right' : 'left'));
    surroundings.terminal.out.write(drawGrid(options.headers ? [headings, ...rows] : rows, aligns));
  });
}

/** The inventory with the selected sleds alone. */
async function openSelection(options: SelectionOptions, surroundings: Surroundings): Promise<Inventory> {
  const inventory = await openInventory(options, surroundings);
  return { ...inventory, targets: chooseSleds(inventory, options).targets };
}

function count(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : `${noun}s`}`;
}
