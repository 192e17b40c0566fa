import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FleetError } from '../../model/error.ts';
import type { Simulation } from '../../simulator/simulate.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import type { Surroundings } from '../surroundings.ts';
import { openLink, type BreakableLink } from './breakable-link.ts';
import { findHubServer, startHubServer } from './hub-server.ts';
import { insideOf, showSteps } from './show-steps.ts';
import { withSimulation, writeText } from './simulated-rack.ts';
import { HUB_WORD, SITES_NEXT, SITES_OF_DEMO, SITES_STEPS } from './sites-demo-steps.ts';

const READY_MS = 60_000;
const LOOK_EVERY_MS = 20;

/** `demo --sites`: a hub and two sites on this machine; one is cut off in the middle, and all is gone at the end. */
export async function demoSites(isFast: boolean, context: CommandContext): Promise<number> {
  const { surroundings } = context;
  const { err } = surroundings.terminal;
  const program = await findHubServer(surroundings);
  if (program === null) {
    err.write(
      'This demo takes a hub, and nats-server is not installed: run apt-get install nats-server (Debian, Ubuntu),\n' +
        'or put its program into a folder of PATH. cruc-fleet demo shows one rack without it.\n',
    );
    return EXIT.incomplete;
  }
  const abort = new AbortController();
  surroundings.onInterrupt(() => abort.abort());
  err.write('Starting a hub, and two sites of 8 simulated sleds whose runners dial out to it …\n');
  const [west, east] = SITES_OF_DEMO;
  return await withSimulation(west.rack, (atWest) =>
    withSimulation(east.rack, async (atEast) => {
      const inside = insideOf(
        atWest.rootDir,
        { XDG_STATE_HOME: join(atWest.rootDir, 'state'), XDG_CONFIG_HOME: join(atWest.rootDir, 'config') },
        surroundings,
        abort.signal,
      );
      return await withHub(program, inside, context, async (url) => {
        const link = await openLink(Number(new URL(url).port));
        const stop = new AbortController();
        const ended = [
          startRunner(west.site, url, atWest, inside, context, stop.signal),
          startRunner(east.site, `nats://127.0.0.1:${link.port}`, atEast, inside, context, stop.signal),
        ];
        try {
          return await show(url, link, ended, { isFast, signal: abort.signal, inside }, context);
        } finally {
          stop.abort();
          await link.mend();
          await Promise.all(ended.map(({ end }) => end));
          await link.close();
        }
      });
    }),
  );
}

/** Starts a hub with what `relay config` makes, for some work. */
async function withHub(
  program: string,
  inside: Surroundings,
  { surroundings, run }: CommandContext,
  work: (url: string) => Promise<number>,
): Promise<number> {
  const folder = join(inside.cwd, 'hub');
  const config = ['relay', 'config', '--sites', 'west,east', '--askers', 'storage', '--out', folder];
  const made = await run(config, silent(inside).surroundings);
  if (made !== EXIT.ok) throw new FleetError('usage', `the hub of the demo could not be made in ${folder}`);
  const hub = await startHubServer(program, folder, surroundings);
  try {
    return await work(`nats://127.0.0.1:${hub.port}`);
  } finally {
    await hub.stop();
  }
}

interface DemoRunner {
  readonly end: Promise<number>;
  readonly said: () => string;
}

/** The runner of a site, as another machine would run it. */
function startRunner(
  site: string,
  url: string,
  simulation: Simulation,
  inside: Surroundings,
  { run }: CommandContext,
  signal: AbortSignal,
): DemoRunner {
  const { surroundings, said } = silent(inside);
  const inventory = join(simulation.rootDir, 'inventory.yaml');
  const argv = ['runner', '--relay', url, '--creds', join(inside.cwd, 'hub', `${site}.creds`)];
  const begin = async (): Promise<number> => {
    await writeText(inventory, simulation.inventoryYaml());
    return await run([...argv, '-i', inventory, '--every', '5m', 'check'], {
      ...surroundings,
      onInterrupt(callback) {
        const stop = () => callback('SIGTERM');
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
        return () => signal.removeEventListener('abort', stop);
      },
    });
  };
  return { end: begin(), said };
}

async function show(
  url: string,
  link: BreakableLink,
  runners: readonly DemoRunner[],
  {
    isFast,
    signal,
    inside,
  }: { readonly isFast: boolean; readonly signal: AbortSignal; readonly inside: Surroundings },
  { run, surroundings: { terminal } }: CommandContext,
): Promise<number> {
  const { err } = terminal;
  const env = {
    ...inside.env,
    CRUC_FLEET_RELAY: url,
    CRUC_FLEET_CREDS: join(inside.cwd, 'hub', 'storage.creds'),
  };
  /** Until each runner has said something so often. */
  const heard = async (text: string, times: number): Promise<void> => {
    const until = inside.elapsed() + READY_MS;
    const isHeard = ({ said }: DemoRunner) => said().split(text).length > times;
    while (!signal.aborted && inside.elapsed() < until && !runners.every(isHeard)) {
      await sleep(LOOK_EVERY_MS);
    }
  };
  await heard('is connected to the hub', 1);
  const status = await showSteps(SITES_STEPS, {
    isFast,
    signal,
    inside: { ...inside, env },
    run,
    err,
    again: 'npm run demo:sites',
    wordsOf: ({ argv }) => argv.map((word) => (word === HUB_WORD ? url : word)),
    async before({ needs }) {
      switch (needs) {
        case 'reports':
          return await heard('the hub keeps its report', 1);
        case 'cut link':
          return link.cutAfter('"type":"accepted"');
        case 'mended link':
          await link.mend();
          return await reconnected(runners, signal, inside);
        case undefined:
      }
    },
  });
  if (status === EXIT.ok) {
    err.write('\nThat was all. To go on:\n');
    for (const [line, what] of SITES_NEXT) err.write(`  ${line.padEnd(34)}${what}\n`);
  }
  return status;
}

/** Until the runner that was cut off says that the hub is there again. */
async function reconnected(
  runners: readonly DemoRunner[],
  signal: AbortSignal,
  { elapsed }: Surroundings,
): Promise<void> {
  const until = elapsed() + READY_MS;
  const isBack = () => runners.some(({ said }) => said().includes('the hub is there again'));
  while (!signal.aborted && elapsed() < until && !isBack()) await sleep(LOOK_EVERY_MS);
}

/** The same world with an invisible terminal, and what was said there. */
function silent(surroundings: Surroundings): {
  readonly surroundings: Surroundings;
  readonly said: () => string;
} {
  let text = '';
  const hear = (stream: Surroundings['terminal']['err']) => ({
    ...stream,
    isTerminal: false,
    canRedraw: false,
    write: (more: string) => {
      text += more;
    },
  });
  const { out, err } = surroundings.terminal;
  return {
    surroundings: { ...surroundings, terminal: { out: hear(out), err: hear(err) } },
    said: () => text,
  };
}
