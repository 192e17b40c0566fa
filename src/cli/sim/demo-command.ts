import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { describeError } from '../../model/error.ts';
import type { Simulation } from '../../simulator/simulate.ts';
import type { CommandContext } from '../command-context.ts';
import { DEMO_NEXT, DEMO_RACK, DEMO_STEPS, startProgress, type DemoStep } from './demo-steps.ts';
import { EXIT } from '../exit-code.ts';
import { isOfThisMachine, withSimulation, writeText } from './simulated-rack.ts';
import type { Surroundings } from '../surroundings.ts';

/** A reader's time, for a command and for an answer. */
const READING_MS = { command: 1000, answer: 3500 };

/** `demo`: one simulated rack, the questions of an incident asked of it over real SSH, and everything gone again. */
export function addDemoCommand(command: Command, context: CommandContext): void {
  command
    .description(
      'Starts a simulated rack, asks it over real SSH what one asks in an incident, prints the commands and their ' +
        'answers, and removes everything. The sleds live in simulated time: a window of seconds takes milliseconds, ' +
        'and a busy machine changes nothing. Nothing leaves this machine.',
    )
    .option('--fast', 'without pauses to read')
    .action(async (options: { readonly fast?: boolean }) => {
      context.setExitCode(await demo(options.fast === true, context));
    });
}

async function demo(isFast: boolean, { surroundings, run }: CommandContext): Promise<number> {
  const { err } = surroundings.terminal;
  const abort = new AbortController();
  const { signal } = abort;
  surroundings.onInterrupt(() => abort.abort());
  const pause = async (ms: number): Promise<void> => {
    // Ends early at Ctrl-C.
    if (!isFast) await sleep(ms, undefined, { signal }).catch(() => undefined);
  };
  err.write(
    'Starting 32 simulated sleds with SSH servers on loopback, one of them down. A second there takes less here …\n',
  );
  return await withSimulation(DEMO_RACK, async (simulation) => {
    startProgress(simulation);
    const inside = await surroundingsOf(simulation, surroundings, signal);
    for (const step of DEMO_STEPS) {
      err.write(`\n# ${step.about}\n$ ${commandLine(step)}\n`);
      await pause(READING_MS.command);
      if (signal.aborted) return EXIT.interrupted;
      const ended = await endOf(run(step.argv, inside));
      if (signal.aborted) return EXIT.interrupted;
      if (step.statuses.some((status) => status === ended)) {
        await pause(READING_MS.answer);
        continue;
      }
      const what =
        typeof ended === 'number'
          ? `this command ended with exit status ${ended} instead of ${step.statuses.join(' or ')}, for the reason above`
          : `this machine did not let the command go on: ${ended}`;
      err.write(`\nThe demo ends here: ${what}. Everything is removed; npm run demo tries again.\n`);
      return EXIT.incomplete;
    }
    if (signal.aborted) return EXIT.interrupted;
    err.write(`\nThat was all. To go on:\n${DEMO_NEXT.map(nextLine).join('')}`);
    return EXIT.ok;
  });
}

/** The exit status of a command, or what the system refused it. */
async function endOf(command: Promise<number>): Promise<number | string> {
  try {
    return await command;
  } catch (error) {
    if (isOfThisMachine(error)) return describeError(error);
    throw error;
  }
}

/** What the commands of the demo know: where the rack is, and nothing of this user's files. */
async function surroundingsOf(
  simulation: Simulation,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Surroundings> {
  const inventory = join(simulation.rootDir, 'inventory.yaml');
  await writeText(inventory, simulation.inventoryYaml());
  return {
    ...surroundings,
    env: {
      ...surroundings.env,
      CRUC_FLEET_INVENTORY: inventory,
      CRUC_FLEET_SSH_CONFIG: 'none',
      // What is kept of a run goes with the rack.
      XDG_STATE_HOME: join(simulation.rootDir, 'state'),
      XDG_CONFIG_HOME: join(simulation.rootDir, 'config'),
    },
    cwd: simulation.rootDir,
    onInterrupt: (callback) => onAbort(signal, () => callback('SIGINT')),
  };
}

function commandLine({ argv }: DemoStep): string {
  return ['cruc-fleet', ...argv].join(' ');
}

function nextLine([line, what]: readonly [string, string]): string {
  return `  ${line.padEnd(48)}${what}\n`;
}

/** Calls back when it is aborted, at once where it has been, until the returned function is called. */
function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) callback();
  else signal.addEventListener('abort', callback, { once: true });
  return () => signal.removeEventListener('abort', callback);
}
