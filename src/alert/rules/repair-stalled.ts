import { formatDuration } from '../../model/duration.ts';
import { eachDownstairs } from '../downstairs-symptoms.ts';
import { perDownstairs } from '../fields.ts';
import type { Progress } from '../memory.ts';
import { defineRule, type Symptom } from '../rule.ts';
import type { Downstairs } from '../subject.ts';
import { duration, MINUTE_MS } from '../threshold.ts';
import { sightOf, subjectOf } from '../upstairs.ts';

interface Stall {
  readonly message: string;
  readonly since: number;
}

export const repairStalled = defineRule({
  name: 'repair_stalled',
  severity: 'critical',
  forMs: 0,
  thresholds: {
    after: duration({ default: 2 * MINUTE_MS, help: 'how long no extent is repaired or confirmed' }),
  },
  summary: 'a repair makes no progress between runs',
  counted: ['repair stalled', 'repairs stalled'],
  nextStep:
    'Check whether it makes progress now. If not, search the log of its process for the extent named above.',
  isInStates: true,
  isAboutDownstairs: true,
  reads: [
    ...perDownstairs('extents_repaired'),
    ...perDownstairs('extents_confirmed'),
    'extent_under_repair',
    'reconciled',
    'reconcile_needed',
  ],
  marks: ({ states, value }) => {
    const repairOf = (downstairs: Downstairs) => {
      const repaired = value(`extents_repaired_${downstairs}`);
      const confirmed = value(`extents_confirmed_${downstairs}`);
      if (states?.[downstairs] !== 'live_repair' || repaired === null || confirmed === null) return null;
      const extent = value('extent_under_repair') ?? 'unknown';
      return `${repaired} repaired, ${confirmed} confirmed, at extent ${extent}`;
    };
    const [reconciled, needed] = [value('reconciled'), value('reconcile_needed')];
    const isReconciling = states?.includes('reconcile') === true && reconciled !== null && needed !== null;
    return {
      repair_0: repairOf(0),
      repair_1: repairOf(1),
      repair_2: repairOf(2),
      reconcile: isReconciling ? `${reconciled} reconciled, ${needed} to go` : null,
    };
  },
  see: (scene, { after }) => {
    const stalled = (what: string, progress: Progress | null): Stall | null => {
      const standing = progress === null ? 0 : scene.now - progress.since;
      // It takes two runs to see that nothing moves, even with a threshold of 0.
      if (progress === null || standing <= 0 || standing < after) return null;
      const message = `${what}, no progress for ${formatDuration(standing)}: ${progress.mark}`;
      return { message, since: progress.since };
    };
    const repairs = eachDownstairs(scene, (upstairs, downstairs) =>
      stalled(`downstairs ${downstairs}`, scene.progress(upstairs, `repair_${downstairs}`)),
    );
    const reconciliations = scene.upstairs.flatMap((upstairs): readonly Symptom[] => {
      const stall = stalled('reconciliation', scene.progress(upstairs, 'reconcile'));
      if (stall === null) return [];
      const sight = sightOf(upstairs, `${stall.message} (tasks, four for each extent)`, stall.since);
      return [{ subject: subjectOf(upstairs, null), sight }];
    });
    return [...repairs, ...reconciliations];
  },
});
