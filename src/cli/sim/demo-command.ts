import { join } from 'node:path';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { DEMO_NEXT, DEMO_RACK, DEMO_STEPS, startProgress } from './demo-steps.ts';
import { EXIT } from '../exit-code.ts';
import { insideOf, showSteps } from './show-steps.ts';
import { withSimulation, writeText } from './simulated-rack.ts';

interface DemoOptions {
  readonly fast?: boolean;
  readonly sites?: boolean;
}

/** `demo`: one simulated rack, the questions of an incident asked of it over real SSH, and everything gone again. */
export function addDemoCommand(command: Command, context: CommandContext): void {
  command
    .description(
      'Starts a simulated rack, asks it over real SSH what one asks in an incident, prints the commands and their ' +
        'answers, and removes everything. The sleds live in simulated time: a window of seconds takes milliseconds, ' +
        'and a busy machine changes nothing. Nothing leaves this machine. With --sites it starts a hub (nats-server, ' +
        'where it is installed) and two sites, and cuts one off in the middle.',
    )
    .option('--sites', 'two sites that are asked through a hub, in place of one rack')
    .option('--fast', 'without pauses to read')
    .action(async ({ fast = false, sites = false }: DemoOptions) => {
      if (!sites) return context.setExitCode(await demo(fast, context));
      const { demoSites } = await import('./demo-sites.ts');
      context.setExitCode(await demoSites(fast, context));
    });
}

async function demo(isFast: boolean, { surroundings, run }: CommandContext): Promise<number> {
  const { err } = surroundings.terminal;
  const abort = new AbortController();
  const { signal } = abort;
  surroundings.onInterrupt(() => abort.abort());
  err.write(
    'Starting 32 simulated sleds with SSH servers on loopback, one of them down. A second there takes less here …\n',
  );
  return await withSimulation(DEMO_RACK, async (simulation) => {
    startProgress(simulation);
    const { rootDir } = simulation;
    const inventory = join(rootDir, 'inventory.yaml');
    await writeText(inventory, simulation.inventoryYaml());
    const env = {
      CRUC_FLEET_INVENTORY: inventory,
      // What is kept of a run goes with the rack.
      XDG_STATE_HOME: join(rootDir, 'state'),
      XDG_CONFIG_HOME: join(rootDir, 'config'),
    };
    const inside = insideOf(rootDir, env, surroundings, signal);
    const status = await showSteps(DEMO_STEPS, { isFast, signal, inside, run, err, again: 'npm run demo' });
    if (status === EXIT.ok) err.write(`\nThat was all. To go on:\n${DEMO_NEXT.map(nextLine).join('')}`);
    return status;
  });
}

function nextLine([line, what]: readonly [string, string]): string {
  return `  ${line.padEnd(48)}${what}\n`;
}
