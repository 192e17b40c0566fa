import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { codeOf, FleetError } from '../model/error.ts';
import { FAULTS, isFaultName, type FaultName } from '../simulator/fault.ts';
import type { Simulation, SimulationOptions } from '../simulator/simulate.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT } from './exit-code.ts';
import { listValue, naturalValue } from './option-values.ts';
import type { Surroundings } from './surroundings.ts';

interface SimOptions {
  readonly racks: number;
  readonly sleds: number;
  readonly propolis: number;
  readonly pantries: number;
  readonly gateways: number;
  readonly seed: number;
  readonly degraded: number;
  readonly down?: readonly string[];
  readonly swap?: readonly string[];
  readonly crucible: 'today' | 'object-era' | 'snake' | 'camel-2021';
  readonly inventoryOut?: string;
  readonly truth?: string;
  readonly facts?: string;
}

/** The first simulated rack; the others count on from it. */
const FIRST_RACK = 3;

/** U.2s of a Gimlet, each with a pool. */
const POOLS = 10;

const FAULT_HELP = Object.entries(FAULTS)
  .map(([name, meaning]) => `  ${name.padEnd(22)}${meaning}`)
  .join('\n');

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
    .option('--down <sleds>', 'sleds with a fault: 3/17 (refused), 3/18=silent, …', listValue)
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
    .addHelpText(
      'after',
      `\nFaults:\n${FAULT_HELP}\n\nExample:\n  cruc-fleet sim --degraded 5 --down 3/17 --inventory-out sim.yaml`,
    )
    .action(async (options: SimOptions) => {
      if (options.sleds < 1) throw new FleetError('usage', '--sleds: a rack needs at least 1 sled');
      if (options.racks < 1) throw new FleetError('usage', '--racks: at least 1 rack');
      if (options.sleds > 32) throw new FleetError('usage', '--sleds: a rack has at most 32 cubbies');
      const stopped = new Promise<void>((resolve) => surroundings.onInterrupt(() => resolve()));
      await withSimulation(options, async (simulation) => {
        await writeFiles(simulation, options, surroundings);
        await stopped;
      });
    });
}

const DEMO: SimOptions = {
  racks: 1,
  sleds: 32,
  propolis: 1,
  pantries: 2,
  gateways: 0,
  seed: 3,
  degraded: 6,
  down: ['3/17'],
  crucible: 'today',
};

/** `demo`: one simulated rack, the main command against it over real SSH, and everything gone again. */
export function addDemoCommand(command: Command, { surroundings, run, setExitCode }: CommandContext): void {
  command
    .description(
      'Starts a simulated rack, runs ds-state against it over real SSH, prints the answer and removes everything.',
    )
    .action(async () => {
      const { err } = surroundings.terminal;
      const abort = new AbortController();
      const { signal } = abort;
      surroundings.onInterrupt(() => abort.abort());
      err.write('Starting 32 simulated sleds with SSH servers on loopback, one of them down …\n');
      const status = await withSimulation(DEMO, async (simulation) => {
        if (signal.aborted) return EXIT.interrupted;
        const inventory = join(simulation.rootDir, 'inventory.yaml');
        await writeText(inventory, simulation.inventoryYaml());
        const argv = ['ds-state', '--inventory', inventory, '--rack', '3', '-F', 'none'];
        err.write(`$ cruc-fleet ${argv.join(' ')}\n`);
        // What is kept of a run goes with the rack.
        const env = { ...surroundings.env, XDG_STATE_HOME: join(simulation.rootDir, 'state') };
        const onInterrupt: Surroundings['onInterrupt'] = (callback) =>
          onAbort(signal, () => callback('SIGINT'));
        return await run(argv, { ...surroundings, env, onInterrupt });
      });
      if (signal.aborted) {
        setExitCode(EXIT.interrupted);
        return;
      }
      const isAsPlanned = status === EXIT.incomplete;
      err.write(
        `(exit status ${status}: ${isAsPlanned ? 'a sled did not answer, as planned' : 'not as planned'})\n`,
      );
      setExitCode(isAsPlanned ? EXIT.ok : EXIT.bug);
    });
}

/** Calls back when it is aborted, at once where it has been, until the returned function is called. */
function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) callback();
  else signal.addEventListener('abort', callback, { once: true });
  return () => signal.removeEventListener('abort', callback);
}

/** Starts a simulation for some work, and stops it however the work ends. */
async function withSimulation<T>(
  options: SimOptions,
  work: (simulation: Simulation) => Promise<T>,
): Promise<T> {
  const simulation = await start(options);
  try {
    return await work(simulation);
  } finally {
    await simulation.stop();
  }
}

async function start(options: SimOptions): Promise<Simulation> {
  const { startSimulation } = await import('../simulator/simulate.ts');
  const settings: SimulationOptions = {
    racks: Array.from({ length: options.racks }, (_, index) => String(FIRST_RACK + index)),
    sledsPerRack: options.sleds,
    propolisPerSled: options.propolis,
    pantryPerRack: options.pantries,
    gatewaysPerRack: options.gateways,
    seed: options.seed,
    degraded: options.degraded,
    down: new Map((options.down ?? []).map(readDown)),
    crucible: options.crucible,
    swapped: (options.swap ?? []).map(readSwap),
    ...(options.facts === undefined ? {} : { storage: { poolsPerSled: POOLS } }),
  };
  try {
    return await startSimulation(settings);
  } catch (error) {
    if (error instanceof RangeError)
      throw new FleetError('usage', `the simulation cannot be made: ${error.message}`);
    if (isOfThisMachine(error)) {
      const next = codeOf(error) === 'EMFILE' ? '; allow more open files (ulimit -n)' : '';
      throw new FleetError('usage', `this machine cannot run the simulation${next}`, { cause: error });
    }
    throw error;
  }
}

/** Whether the system or a program of it refused something, as opposed to a mistake of ours. */
function isOfThisMachine(error: unknown): boolean {
  return error instanceof Error && ('syscall' in error || 'cmd' in error);
}

function readSwap(text: string): readonly [string, string] {
  const [sled, other, ...more] = text.split('=');
  if (sled !== undefined && other !== undefined && more.length === 0) return [sled, other];
  throw new FleetError('usage', `--swap ${text}: allowed are two sleds, such as 3/4=3/9`);
}

function readDown(text: string): [string, FaultName] {
  const [sled = '', fault = 'refused'] = text.split('=');
  if (isFaultName(fault)) return [sled, fault];
  throw new FleetError(
    'usage',
    `--down: there is no fault '${fault}'; the faults are ${Object.keys(FAULTS).join(', ')}`,
  );
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
  const { factFiles } = await import('../simulator/simulate.ts');
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new FleetError('usage', `${folder} could not be made`, { cause });
  }
  for (const [name, text] of factFiles(world, storage)) await writeText(join(folder, name), text);
}

async function writeText(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new FleetError('usage', `${file} could not be written`, { cause });
  }
}
