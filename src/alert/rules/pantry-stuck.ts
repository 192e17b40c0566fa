import { formatDuration } from '../../model/duration.ts';
import { defineRule, type Symptom } from '../rule.ts';
import { duration, HOUR_MS } from '../threshold.ts';
import { isPantry, sightOf, subjectOf } from '../upstairs.ts';

/** A pantry has an upstairs only while it works on a volume: one that does nothing keeps the volume from others. */
export const pantryStuck = defineRule({
  name: 'pantry_stuck',
  severity: 'warning',
  forMs: 0,
  thresholds: {
    after: duration({ default: HOUR_MS, help: 'how long its upstairs gets no new job' }),
  },
  summary: 'a pantry holds a volume and does nothing with it',
  counted: ['volume stuck in a pantry', 'volumes stuck in a pantry'],
  nextStep: 'Find out which snapshot or import it works for, and whether that is still running.',
  isInStates: false,
  reads: ['next_job_id'],
  marks: ({ zone, value }) => {
    const next = value('next_job_id');
    return { jobs: isPantry(zone) && next !== null ? `next job id ${next}` : null };
  },
  see: (scene, { after }) =>
    scene.upstairs.flatMap((each): readonly Symptom[] => {
      const progress = scene.progress(each, 'jobs');
      const lasting = progress === null ? 0 : scene.now - progress.since;
      if (progress === null || lasting <= 0 || lasting < after) return [];
      const message = `idle for ${formatDuration(lasting)}: ${progress.mark}`;
      return [{ subject: subjectOf(each, null), sight: sightOf(each, message, progress.since) }];
    }),
});
