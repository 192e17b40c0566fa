import { Option, type Command } from 'commander';
import { readSection } from '../../config/section-values.ts';
import { describeInventory } from '../../inventory/describe.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { FleetError } from '../../model/error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_HELP } from '../exit-code.ts';
import { addFailedLastOption, chooseFailedLast, type FailedLastOption } from '../ask/failed-last.ts';
import { inventoryList, type ListFormat } from './inventory-list.ts';
import { addSelectionOptions, openInventory, type SelectionOptions } from '../options/selection-options.ts';
import { addSshConfigOption, type SshConfigOption } from '../options/ssh-config-option.ts';
import { withSshConfiguration } from '../ask/ssh-configuration.ts';
import { addImport } from './import-command.ts';
import { addInit } from './init-command.ts';
import type { LiveCheckOptions } from './live-check.ts';
import { addLiveOptions, LIVE_HELP, refuseWithoutLive } from './live-check-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { addTrust } from '../trust/trust-command.ts';

/** `inventory check` and `list`: what the inventory says, without visiting a sled; and `inventory trust`. */
export function addInventoryCommand(command: Command, context: CommandContext): void {
  const { surroundings } = context;
  command.description('Reads the inventory, and writes it from what other tools print.');
  addCheck(command, context);
  addList(command, surroundings);
  addTrust(command, context);
  addImport(command, context);
  addInit(command, context);
}

function addCheck(inventory: Command, { surroundings, setExitCode }: CommandContext): void {
  const check = inventory
    .command('check')
    .summary('say whether the inventory is right')
    .description(
      'Reads the whole inventory and says what it holds, or every error with its place. With --live it asks each sled ' +
        'who it is. It only reads, and uploads nothing.',
    );
  addLiveOptions(addSelectionOptions(check));
  check.addHelpText('after', `\n${LIVE_HELP}`);
  check.action(async (options: LiveCheckOptions & { readonly live?: boolean }) => {
    if (options.live === true) {
      const { checkLive } = await import('./live-check.ts');
      setExitCode(await checkLive(options, surroundings));
      return;
    }
    refuseWithoutLive(check);
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

/** What `list` takes beside a selection. */
type ListOptions = SelectionOptions &
  FailedLastOption &
  SshConfigOption & { readonly headers: boolean; readonly output: ListFormat };

function addList(inventory: Command, surroundings: Surroundings): void {
  const list = inventory
    .command('list')
    .summary('list sleds and how they are reached')
    .description(
      "Lists the selected sleds, one a line, as the inventory and OpenSSH's configuration say how to reach them.",
    );
  addSshConfigOption(addFailedLastOption(addSelectionOptions(list)).optionsGroup('List:'))
    .addOption(
      new Option('-o, --output <format>', 'wide: every value of each login, and where it came from')
        .choices(['table', 'wide', 'json'])
        .default('table'),
    )
    .option('--no-headers', 'leave the headings out')
    .addHelpText('after', `\n${EXIT_HELP}`);
  list.action(async (options: ListOptions) => {
    const selected = await openSelection(options, surroundings);
    const { signal } = new AbortController();
    const targets = await withSshConfiguration(selected.targets, options, surroundings, signal);
    const { out } = surroundings.terminal;
    const reader = { width: out.width(), unicode: out.unicode };
    out.write(inventoryList({ ...selected, targets }, options.output, options.headers, reader));
  });
}

/** The inventory with the selected sleds alone. */
async function openSelection(
  options: SelectionOptions & FailedLastOption,
  surroundings: Surroundings,
): Promise<Inventory> {
  const inventory = await openInventory(options, surroundings);
  const { targets } = await chooseFailedLast(inventory, options, surroundings);
  return { ...inventory, targets };
}

function count(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : `${noun}s`}`;
}
