import type { Column, Row } from '../model/column.ts';
import type { JudgedSubject } from '../model/verdict.ts';
import { roleOf } from '../model/health.ts';
import { EFFECTS, type Effect, type EffectWord } from './effect.ts';
import type { Verdict } from './verdict.ts';

/** What becomes of each upstairs, as columns behind those of its row in a status report. */
export const IMPACT_COLUMNS: readonly Column[] = [
  {
    name: 'zone',
    heading: 'ZONE',
    kind: 'zone',
    help: 'zone of the process that has the upstairs',
    narrow: true,
  },
  { name: 'pid', heading: 'PID', kind: 'count', role: 'identity', help: 'its process' },
  { name: 'upstairs_id', heading: 'UPSTAIRS', kind: 'id', help: 'id of the upstairs', narrow: true },
  { name: 'session_id', heading: 'SESSION', kind: 'id', help: 'new at each start of the upstairs', rank: -1 },
  { name: 'disk', heading: 'DISK', kind: 'text', help: 'name of the disk, by kept facts', unknownMark: '?' },
  {
    name: 'instance',
    heading: 'INSTANCE',
    kind: 'text',
    help: 'name of the instance, by kept facts',
    unknownMark: '?',
  },
  ...[0, 1, 2].map((index): Column => ({
    name: `ds${index}`,
    heading: `DS${index}`,
    kind: 'state',
    help: `state of downstairs ${index}`,
    narrow: true,
  })),
  {
    name: 'there',
    heading: 'THERE',
    kind: 'text',
    role: 'state',
    help: 'its downstairs that are there, by index; empty where none is, ? where that is not known',
    narrow: true,
    unknownMark: '?',
  },
  {
    name: 'keeps',
    heading: 'KEEPS',
    kind: 'count',
    role: 'state',
    help: 'active copies that it would keep',
    narrow: true,
    unknownMark: '?',
  },
  {
    name: 'effect',
    heading: 'EFFECT',
    kind: 'text',
    role: 'state',
    help: `what becomes of it: ${Object.entries(EFFECTS)
      .map(([word, help]) => `${word} (${help})`)
      .join(', ')}`,
    narrow: true,
  },
  {
    name: 'stops',
    heading: 'STOPS',
    kind: 'text',
    role: 'state',
    help: 'whether it runs there itself, and stops',
    narrow: true,
  },
  {
    name: 'repair',
    heading: 'REPAIR',
    kind: 'text',
    role: 'state',
    help: 'repairs of it, each with its downstairs and the time left',
    narrow: true,
  },
  { name: 'why', heading: 'WHY', kind: 'note', help: 'why its effect is not known', narrow: true },
];

/** The worst first. */
const ORDER: readonly EffectWord[] = [
  'unsafe',
  'wait',
  'unknown',
  'no_difference',
  'keeps_two',
  'idle',
  'untouched',
];

/** What stands in a row for an effect; `cells` are those of its upstairs. */
export function effectCells(
  { running, word, there, keeps, why }: Effect,
  { ground: { subject }, stopping }: Verdict,
): Row {
  const runsThere = running.sled === subject.sled.id;
  return {
    there: there === null ? null : there.join(','),
    keeps,
    effect: word,
    stops: runsThere && (subject.pools === null || stopping.zones.includes(running.zone)) ? 'yes' : 'no',
    repair: repairText(running.states, running.repairs),
    why,
  };
}

/** Whether an effect is worth a row: what becomes of it, or its VM, differs from nothing. */
export function isShown(effect: Effect, cells: Row): boolean {
  return effect.word !== 'untouched' && effect.word !== 'idle' ? true : cells['stops'] === 'yes';
}

export function byWorst(a: Effect, b: Effect): number {
  return ORDER.indexOf(a.word) - ORDER.indexOf(b.word);
}

function repairText(
  states: Effect['running']['states'],
  repairs: Effect['running']['repairs'],
): string | null {
  const under = (states ?? []).flatMap((state, index) =>
    roleOf(state) === 'repairing' ? [{ state, index }] : [],
  );
  if (under.length === 0) return null;
  return under
    .map(({ state, index }) => {
      const own = repairs.find(({ downstairs }) => downstairs === index || downstairs === null);
      return `${index}: ${own?.eta ?? (state === 'live_repair_ready' ? 'not begun' : '?')}`;
    })
    .join(', ');
}

/** A verdict on each sled, a row each. */
export const SLED_IMPACT_COLUMNS: readonly Column[] = [
  {
    name: 'verdict',
    heading: 'VERDICT',
    kind: 'text',
    role: 'state',
    help: 'safe, wait, unsafe or unknown: whether it may go, alone',
    narrow: true,
  },
  {
    name: 'vms',
    heading: 'VMS',
    kind: 'count',
    help: 'VMs that run there and would stop',
    narrow: true,
    unknownMark: '?',
  },
  {
    name: 'copies',
    heading: 'COPIES',
    kind: 'count',
    help: 'upstairs in use that have a copy there',
    narrow: true,
  },
  {
    name: 'keep_one',
    heading: 'KEEP 1',
    kind: 'count',
    help: 'upstairs that would keep one copy',
    narrow: true,
  },
  {
    name: 'keep_none',
    heading: 'KEEP 0',
    kind: 'count',
    help: 'upstairs that would keep none',
    narrow: true,
  },
  {
    name: 'not_known',
    heading: 'UNKNOWN',
    kind: 'count',
    help: 'upstairs where it is not known',
    narrow: true,
  },
  { name: 'why', heading: 'WHY', kind: 'note', help: 'the verdict in words', narrow: true },
];

/** The cells of `SLED_IMPACT_COLUMNS`. */
export function verdictCells(verdict: Verdict, isReached: boolean): Row {
  const { copies, keep_one, keep_none, unknown } = countsOf(verdict);
  return {
    verdict: verdict.word,
    vms: isReached ? verdict.stopping.zones.length : null,
    copies: copies ?? 0,
    keep_one: keep_one ?? 0,
    keep_none: keep_none ?? 0,
    not_known: unknown ?? 0,
    why: verdict.text,
  };
}

export function countsOf({ effects, idleRegions }: Verdict): JudgedSubject['counts'] {
  const count = (keeps: (effect: Effect) => boolean): number =>
    new Set(effects.filter(keeps).map(({ running }) => running.identity)).size;
  const isLess = ({ word }: Effect): boolean => word === 'unsafe' || word === 'wait';
  return {
    copies: count(({ there, word }) => (there?.length ?? 0) > 0 && word !== 'idle'),
    keep_one: count((effect) => isLess(effect) && effect.keeps === 1),
    keep_none: count((effect) => isLess(effect) && effect.keeps === 0),
    no_difference: count(({ word }) => word === 'no_difference'),
    unknown: count(({ word }) => word === 'unknown'),
    idle_regions: idleRegions,
  };
}
