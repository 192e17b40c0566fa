import type { SimulationOptions } from '../../simulator/simulate.ts';
import { EXIT } from '../exit-code.ts';
import type { DemoStep } from './demo-steps.ts';

const SMALL: SimulationOptions = {
  racks: ['3'],
  sledsPerRack: 8,
  propolisPerSled: 1,
  pantryPerRack: 1,
  time: 'simulated',
};

/** The sites of the demo: each has one rack and calls it 3. */
export const SITES_OF_DEMO = [
  { site: 'west', rack: { ...SMALL, seed: 3, degraded: 2 } },
  { site: 'east', rack: { ...SMALL, seed: 5, degraded: 1 } },
] as const;

/** A command with what must be so before it runs. */
interface SitesStep extends DemoStep {
  readonly needs?: 'reports' | 'cut link' | 'mended link';
}

/** Stands for the address of the hub, as in a shell. */
export const HUB_WORD = '$CRUC_FLEET_RELAY';

const ASK = ['ds-state', '--relay', HUB_WORD, '--site', 'west,east', '--degraded'];
const INCOMPLETE = [EXIT.incomplete];

export const SITES_STEPS: readonly SitesStep[] = [
  {
    about: 'Which sites are connected to the hub? Their runners dialed out to it; nobody dialed in.',
    argv: ['sites'],
    statuses: [EXIT.ok],
  },
  {
    about: 'Which disks of the fleet need attention? Each site asks its own sleds, with its own keys.',
    argv: ASK,
    statuses: [EXIT.ok],
  },
  {
    about: 'Each site checks itself every five minutes. What does that say of the fleet?',
    argv: ['check', '--relay', HUB_WORD, '--from-stream'],
    statuses: [EXIT.ok, EXIT.warning, EXIT.critical],
    needs: 'reports',
  },
  {
    about: 'Now the link of east breaks right after it accepted the question. Its sleds stay in the answer.',
    argv: [...ASK, '--silent-after', '4s'],
    statuses: INCOMPLETE,
    needs: 'cut link',
  },
  {
    about: 'Asked again, the hub says at once that nobody listens for east.',
    argv: ASK,
    statuses: INCOMPLETE,
  },
  {
    about: 'The link is back, and the runner of east connects again by itself.',
    argv: ASK,
    statuses: [EXIT.ok],
    needs: 'mended link',
  },
];

/** What to do next. */
export const SITES_NEXT: readonly (readonly [string, string])[] = [
  ['cruc-fleet relay config --help', 'makes the configuration of a hub and credentials'],
  ['docs/sites.md', 'takes you there with two racks of your own'],
];
