import { join } from 'node:path';
import { makeFolder } from '../../files/make-folder.ts';
import { Option, type Command } from 'commander';
import { FleetError } from '../../model/error.ts';
import { FAULTS } from '../../simulator/fault.ts';
import type { Simulation, SimulationOptions } from '../../simulator/simulate.ts';
import type { CommandContext } from '../command-context.ts';
import { listValue, naturalValue } from '../options/option-values.ts';
import { ioRateValue, readDown, readSlow, readSwap } from './sim-values.ts';
import { FIRST_RACK, withSimulation, writeText } from './simulated-rack.ts';
import type { Surroundings } from '../surroundings.ts';

interface SimOptions {
  readonly racks: number;
  readonly sleds: number;
  readonly propolis: number;
  readonly pantries: number;
  readonly gateways: number;
  readonly seed: number;
  readonly degraded: number;
  readonly life?: boolean;
  readonly ioRate: number;
  readonly down?: readonly string[];
  readonly slow?: readonly string[];
  readonly swap?: readonly string[];
  readonly crucible: 'today' | 'object-era' | 'snake' | 'camel-2021';
  readonly inventoryOut?: string;
  readonly truth?: string;
  readonly facts?: string;
}

/** U.2s of a Gimlet, each with a pool. */
const POOLS = 10;

const FAULT_HELP = Object.entries(FAULTS)
  .map(([name, meaning]) => `  ${name.padEnd(22)}${meaning}`)
  .join('\n');

const HELP = `
Faults:
${FAULT_HELP}

Examples:
  cruc-fleet sim --degraded 5 --down 3/17 --inventory-out sim.yaml
  cruc-fleet sim --life --inventory-out sim.yaml              faults open and are repaired, VMs move
  cruc-fleet sim --io-rate 20 --slow 3/9=4x --inventory-out sim.yaml
                                                              a slow sled, for: run perf-vol --by sled --heatmap`;

/** `sim`: simulated sleds that run until they are stopped. */
export function addSimCommand(command: Command, { surroundings }: CommandContext): void {
  command
    .description(
      'Runs simulated sleds on loopback until Ctrl-C: each an SSH server with its own port and host key, and commands ' +
        'in a real sh, where dtrace, zoneadm and ps answer for a simulated Crucible. Nothing leaves this machine.',
    )
    .option('--racks <n>', `racks, named from ${FIRST_RACK} on`, naturalValue, 1)
    .option('--sleds <n>', 'sleds of each rack, at most 32', naturalValue, 32)
    .option('--propolis <n>', 'propolis zones on each sled', naturalValue, 8)
    .option('--pantries <n>', 'sleds of each rack with a pantry zone', naturalValue, 3)
    .option('--gateways <n>', 'SSH gateways of each rack; 0 reaches the sleds directly', naturalValue, 0)
    .option('--seed <n>', 'the same seed makes the same racks', naturalValue, 1)
    .option('--degraded <n>', 'upstairs sessions that are not healthy', naturalValue, 0)
    .option(
      '--life',
      'things happen: disks fall ill, are repaired, repairs are aborted, VMs start, stop and migrate',
    )
    .option('--io-rate <n>', 'guest IOs a second of each disk, in the mean', ioRateValue, 2)
    .option('--down <sleds>', 'sleds with a fault: 3/17 (refused), 3/18=silent, 3/1-31=auth', listValue)
    .option(
      '--slow <parts>',
      'a sled (3/9=4x), a process of it (3/9:643=4x) or one of its downstairs (3/9:643:1=16x) that takes so many ' +
        'times as long',
      listValue,
    )
    .option(
      '--swap <pairs>',
      "sleds in each other's place: 3/4=3/9, each answers with the other's serial",
      listValue,
    )
    .addOption(
      new Option('--crucible <version>', "how the sleds' Crucible writes states")
        .choices(['today', 'object-era', 'snake', 'camel-2021'])
        .default('today'),
    )
    .option('--inventory-out <file>', 'write an inventory of the simulated sleds')
    .option('--truth <file>', 'write what is so on the simulated sleds, as JSON; - is standard output')
    .option(
      '--facts <folder>',
      'give every disk three regions, and write there what omdb and the API would print of them, with truth.json',
    )
    .addHelpText('after', HELP)
    .action(async (options: SimOptions) => {
      if (options.sleds < 1) throw new FleetError('usage', '--sleds: a rack needs at least 1 sled');
      if (options.racks < 1) throw new FleetError('usage', '--racks: at least 1 rack');
      if (options.sleds > 32) throw new FleetError('usage', '--sleds: a rack has at most 32 cubbies');
      const stopped = new Promise<void>((resolve) => surroundings.onInterrupt(() => resolve()));
      await withSimulation(settingsOf(options), async (simulation) => {
        await writeFiles(simulation, options, surroundings);
        await stopped;
      });
    });
}

function settingsOf(options: SimOptions): SimulationOptions {
  return {
    racks: Array.from({ length: options.racks }, (_, index) => String(FIRST_RACK + index)),
    sledsPerRack: options.sleds,
    propolisPerSled: options.propolis,
    pantryPerRack: options.pantries,
    gatewaysPerRack: options.gateways,
    seed: options.seed,
    degraded: options.degraded,
    hasLife: options.life ?? false,
    ioRate: options.ioRate,
    down: new Map((options.down ?? []).flatMap(readDown)),
    slow: (options.slow ?? []).flatMap(readSlow),
    crucible: options.crucible,
    swapped: (options.swap ?? []).map(readSwap),
    ...(options.facts === undefined ? {} : { storage: { poolsPerSled: POOLS } }),
  };
}

async function writeFiles(
  simulation: Simulation,
  options: SimOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { out, err } = surroundings.terminal;
  if (options.inventoryOut !== undefined) await writeText(options.inventoryOut, simulation.inventoryYaml());
  const truth = `${JSON.stringify(simulation.truth(), null, 2)}\n`;
  if (options.truth === '-') out.write(truth);
  else if (options.truth !== undefined) await writeText(options.truth, truth);
  if (options.facts !== undefined) await writeFacts(simulation, options.facts);
  const how =
    options.inventoryOut === undefined
      ? 'give --inventory-out to reach them'
      : `cruc-fleet ds-state -i ${options.inventoryOut}`;
  err.write(`${simulation.sleds.length} simulated sleds run on loopback until Ctrl-C; ${how}\n`);
}

async function writeFacts({ world, storage }: Simulation, folder: string): Promise<void> {
  if (storage === null) return;
  const { factFiles } = await import('../../simulator/simulate.ts');
  try {
    await makeFolder(folder, 0o777);
  } catch (cause) {
    throw new FleetError('usage', `${folder} could not be made`, { cause });
  }
  for (const [name, text] of factFiles(world, storage)) await writeText(join(folder, name), text);
}
