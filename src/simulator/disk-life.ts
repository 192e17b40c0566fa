import { seedOf } from './random.ts';
import type { Random } from './random.ts';
import type { DownstairsState, States } from './simulated-downstairs.ts';
import { CONFIRMED_PER_SECOND, REPAIRED_PER_SECOND } from './upstairs-session.ts';

/** What happens next to a disk, after how many seconds. */
export interface Next {
  readonly afterSeconds: number;
  readonly states: States;
  readonly reconciliation?: { readonly total: number; readonly perSecond: number };
}

/** How a disk is, as far as what happens next depends on it. */
export interface DiskNow {
  readonly states: States;
  readonly extents: number;
  /** The extent that live repair is at, where it runs. */
  readonly extent: number;
  /** Seconds until its reconciliation is done, where it runs. */
  readonly reconcileSeconds: number;
  /** Its downstairs may differ when it is activated. */
  readonly isDoubtful: boolean;
}

const EXTENTS_PER_SECOND = REPAIRED_PER_SECOND + CONFIRMED_PER_SECOND;

/** Extents of 64 MiB: disks of 10 to 320 GiB. */
export function extentsOf(upstairsId: string): number {
  return 160 * 2 ** (seedOf(upstairsId) % 6);
}

/** What follows from its states, as in Crucible; null where nothing does by itself. */
export function nextOf(now: DiskNow, random: Random): Next | null {
  const between = (least: number, most: number): number => least + (most - least) * random.next();
  const { states } = now;
  const turned = (from: DownstairsState, to: DownstairsState): States =>
    replaced(states, states.indexOf(from), to);
  if (states.includes('live_repair')) return endOfRepair(now, random);
  if (states.includes('reconcile'))
    return { afterSeconds: now.reconcileSeconds, states: ['active', 'active', 'active'] };
  if (states.includes('new')) return { afterSeconds: between(0.2, 1), states: turned('new', 'wait_quorum') };
  if (states.includes('wait_quorum')) return activation(now, random);
  if (!states.includes('active')) return null;
  if (states.includes('replacing'))
    return { afterSeconds: between(5, 15), states: turned('replacing', 'replaced') };
  if (states.includes('replaced'))
    return { afterSeconds: between(5, 15), states: turned('replaced', 'live_repair_ready') };
  if (states.includes('offline')) {
    // It comes back in time, or has missed too much.
    const isFlap = random.next() < 0.55;
    return { afterSeconds: between(6, 40), states: turned('offline', isFlap ? 'active' : 'faulted') };
  }
  if (states.includes('faulted'))
    return { afterSeconds: between(5, 25), states: turned('faulted', 'live_repair_ready') };
  if (states.includes('live_repair_ready'))
    return { afterSeconds: between(2, 8), states: turned('live_repair_ready', 'live_repair') };
  return null;
}

/** A healthy disk falls ill: mostly one downstairs, at times two. */
export function illness(random: Random): States {
  const kind = random.next();
  const state: DownstairsState = kind < 0.55 ? 'offline' : kind < 0.9 ? 'faulted' : 'replacing';
  const client = random.below(3);
  const ill = replaced(['active', 'active', 'active'], client, state);
  return random.next() < 0.1 ? replaced(ill, (client + 1) % 3, 'offline') : ill;
}

/** One in five is aborted on the way; the others end before the last extent is closed. */
function endOfRepair({ states, extents, extent }: DiskNow, random: Random): Next {
  const seconds = Math.max(1, (extents - 1 - Math.max(1, extent)) / EXTENTS_PER_SECOND);
  const isAborted = random.next() < 0.2;
  const after: DownstairsState = isAborted ? 'faulted' : 'active';
  return {
    afterSeconds: isAborted ? seconds * (0.1 + 0.8 * random.next()) : seconds,
    states: each(states, (state) => (state === 'live_repair' ? after : state)),
  };
}

function activation({ isDoubtful }: DiskNow, random: Random): Next {
  const afterSeconds = 0.3 + random.next();
  if (!isDoubtful && random.next() < 0.9) return { afterSeconds, states: ['active', 'active', 'active'] };
  const reconciliation = { total: 4 * (10 + random.below(60)), perSecond: 2 + 6 * random.next() };
  return { afterSeconds, states: ['reconcile', 'reconcile', 'reconcile'], reconciliation };
}

function each(
  [a, b, c]: States,
  change: (state: DownstairsState, client: number) => DownstairsState,
): States {
  return [change(a, 0), change(b, 1), change(c, 2)];
}

function replaced(states: States, client: number, by: DownstairsState): States {
  return each(states, (state, index) => (index === client ? by : state));
}
