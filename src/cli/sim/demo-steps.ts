import type { Simulation, SimulationOptions } from '../../simulator/simulate.ts';
import { EXIT } from '../exit-code.ts';

/** The rack of the demo, always the same: six disks need attention, a sled is down, a downstairs is slow. */
export const DEMO_RACK: SimulationOptions = {
  racks: ['3'],
  sledsPerRack: 32,
  propolisPerSled: 1,
  pantryPerRack: 2,
  seed: 3,
  degraded: 6,
  down: new Map([['3/17', 'refused']]),
  slow: [{ sled: '3/21', pid: 735, client: 1, times: 16 }],
  ioRate: 12,
  // On a busy machine the simulation may lag behind real time, and sleds would seem to report nothing.
  time: 'simulated',
};

/** Starts the progress of its reconciliation; live repair makes progress by itself. */
export function startProgress({ world }: Simulation): void {
  for (const { crucible } of world.sleds) {
    for (const session of crucible.sessions()) {
      if (session.states.includes('reconcile'))
        session.reconciliation = { done: 212, total: 4000, perSecond: 3 };
    }
  }
}

/** A command of the demo, what it is for, and how it ends where all is as planned. */
export interface DemoStep {
  readonly about: string;
  readonly argv: readonly string[];
  readonly statuses: readonly number[];
}

/** One sled is down, so that no answer is whole. */
const INCOMPLETE = [EXIT.incomplete];

export const DEMO_STEPS: readonly DemoStep[] = [
  {
    about: 'Which disks need attention? A sled that does not answer is in the answer too.',
    argv: ['ds-state', '--rack', '3', '--degraded'],
    statuses: INCOMPLETE,
  },
  {
    about: 'Which repairs run, how far are they, and how fast?',
    argv: ['repairs', '--rack', '3'],
    statuses: INCOMPLETE,
  },
  {
    about: 'Guests are slow. Which downstairs is it?',
    argv: ['run', 'perf-ds-net', '--rack', '3', '--window', '5s', '--by', 'pid,client', '--compare'],
    statuses: INCOMPLETE,
  },
  {
    about: 'What would cron have mailed? It prints the mail and sends nothing.',
    argv: ['check', '--rack', '3', '--dry-run', '--mail-to', 'storage@example.com', '--sendmail'],
    statuses: [EXIT.critical],
  },
];

/** What to do next: with a rack, and without one. */
export const DEMO_NEXT: readonly (readonly [string, string])[] = [
  ['cruc-fleet inventory init', 'asks a few questions and writes an inventory'],
  ['cruc-fleet sim --life --inventory-out sim.yaml', 'runs a rack to play with'],
];
