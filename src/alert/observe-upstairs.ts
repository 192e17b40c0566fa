import { activePlaces } from '../model/active-places.ts';
import type { Row } from '../model/column.ts';
import { formatDuration } from '../model/duration.ts';
import { roleOf } from '../model/health.ts';
import type { Policy, RuleName } from '../model/rules.ts';
import { isPantry, lookOf, sightOf, subjectOf, type Look } from './look.ts';
import type { SessionMemory } from './memory.ts';
import type { Compared, Scene, Seen } from './scene.ts';

/** Everything that is wrong with one upstairs that reports. */
export function upstairsTroubles({ look, memory, aborted }: Compared, scene: Scene): readonly Seen[] {
  const each = (downstairs: 0 | 1 | 2): readonly Seen[] => {
    const subject = subjectOf(look, downstairs);
    const see = (rule: RuleName, message: string): Seen => ({ rule, subject, sight: sightOf(look, message) });
    const count = aborted[downstairs];
    const abortedText = `${count} live ${count === 1 ? 'repair' : 'repairs'} of downstairs ${downstairs} aborted since the last run`;
    return [
      ...stateTrouble(look, downstairs).map(({ rule, message }) => see(rule, message)),
      ...stalled(memory, downstairs, scene).map((message) => see('repair_stalled', message)),
      ...(count > 0 ? [see('repair_aborted', abortedText)] : []),
      ...flapping(memory, downstairs, scene).map((message) => see('flapping', message)),
    ];
  };
  return [...each(0), ...each(1), ...each(2), ...stalledReconcile(look, memory, scene)];
}

/** What the state of one downstairs means: a lost one by how many are lost, one under repair as such. */
function stateTrouble(
  look: Look,
  downstairs: 0 | 1 | 2,
): readonly { readonly rule: RuleName; readonly message: string }[] {
  const { states, health } = look;
  const state = states?.[downstairs];
  if (state === undefined || health === null) return [];
  const message = `downstairs ${downstairs} is ${state}`;
  switch (health) {
    case 'down':
    case 'critical':
    case 'degraded':
    case 'repairing': {
      const role = roleOf(state);
      if (role === 'serves') return [];
      return [{ rule: role === 'repairing' || health === 'repairing' ? 'repairing' : health, message }];
    }
    case 'ok':
    case 'inactive':
    case 'no_report':
      return [];
  }
}

function stalled(memory: SessionMemory, downstairs: 0 | 1 | 2, scene: Scene): readonly string[] {
  const progress = memory.repair[downstairs];
  const standing = progress === null ? 0 : scene.now - progress.since;
  if (progress === null || !isStalled(standing, scene.policy)) return [];
  return [
    `the live repair of downstairs ${downstairs} has not got on for ${formatDuration(standing)}: ${progress.mark}`,
  ];
}

function stalledReconcile(look: Look, memory: SessionMemory, scene: Scene): readonly Seen[] {
  const { reconcile } = memory;
  const standing = reconcile === null ? 0 : scene.now - reconcile.since;
  if (reconcile === null || !isStalled(standing, scene.policy)) return [];
  const message = `reconciliation has not got on for ${formatDuration(standing)}: ${reconcile.mark}`;
  return [{ rule: 'repair_stalled', subject: subjectOf(look, null), sight: sightOf(look, message) }];
}

/** It takes two runs to see that nothing moves, even with a threshold of 0. */
function isStalled(standingMs: number, policy: Policy): boolean {
  return standingMs > 0 && standingMs >= (policy.rules.repair_stalled.thresholds['after'] ?? 0);
}

function flapping(memory: SessionMemory, downstairs: 0 | 1 | 2, { policy }: Scene): readonly string[] {
  const { rises = 1, within = 0 } = policy.rules.flapping.thresholds;
  const count = memory.rises
    .filter((rise) => rise.downstairs === downstairs)
    .reduce((sum, rise) => sum + rise.by, 0);
  if (count < rises) return [];
  return [
    `downstairs ${downstairs} reconnected or was replaced ${count} times within ${formatDuration(within)}`,
  ];
}

/**
 * Processes that run and said nothing. Not of a pantry, which has an upstairs only while it works on a volume: most of
 * the time its silence means nothing.
 */
export function silentProcesses(looks: readonly Look[]): readonly Seen[] {
  return looks
    .filter((look) => look.health === 'no_report' && !isPantry(look.zone))
    .map((look) => ({
      rule: 'no_report',
      subject: subjectOf(look, null),
      sight: sightOf(look, 'no upstairs of it reported within the window'),
    }));
}

/** An upstairs that is active on two sleds: two writers of one disk. No single sled can see it. */
export function activeTwice(rows: readonly Row[]): readonly Seen[] {
  return [...activePlaces(rows).values()].flatMap((places): readonly Seen[] => {
    const looks = places.map(lookOf).toSorted((a, b) => (a.sled < b.sled ? -1 : 1));
    const [first] = looks;
    if (first === undefined || looks.length < 2) return [];
    const where = looks.map((look) => `${look.sled} PID ${look.pid ?? 'unknown'}`).join(' and ');
    const sleds = looks.map((look) => look.sled);
    const sight = { ...sightOf(first, `active on ${looks.length} sleds: ${where}`), pid: null, sleds };
    return [{ rule: 'active_twice', subject: { ...subjectOf(first, null), zone: null }, sight }];
  });
}
