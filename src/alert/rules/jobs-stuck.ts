import { formatDuration } from '../../model/duration.ts';
import { defineRule, type Symptom } from '../rule.ts';
import { duration, MINUTE_MS } from '../threshold.ts';
import { isPantry, sightOf, subjectOf } from '../upstairs.ts';

/** Of any upstairs, a read-only one too, whose states say nothing of it: a disk that has stopped is said to have. */
export const jobsStuck = defineRule({
  name: 'jobs_stuck',
  severity: 'critical',
  forMs: 0,
  thresholds: {
    after: duration({ default: 10 * MINUTE_MS, help: 'how long no job completes and none arrives' }),
  },
  summary: 'jobs of a guest are waiting, and none completes',
  counted: ['disk with stuck jobs', 'disks with stuck jobs'],
  nextStep: 'Find out which downstairs does not answer.',
  isInStates: false,
  isAboutDownstairs: true,
  reads: ['up_count', 'next_job_id'],
  marks: ({ zone, health, value }) => {
    const [waiting, next] = [value('up_count'), value('next_job_id')];
    // A disk that has stopped, or has not begun, is told of by its states.
    const isTold = health === 'critical' || health === 'down' || health === 'inactive';
    if (waiting === null || waiting === 0 || next === null || isTold || isPantry(zone)) return { jobs: null };
    return { jobs: `${waiting} waiting, next id ${next}` };
  },
  see: (scene, { after }) =>
    scene.upstairs.flatMap((each): readonly Symptom[] => {
      const progress = scene.progress(each, 'jobs');
      const lasting = progress === null ? 0 : scene.now - progress.since;
      // It takes two runs to see that nothing moves, even with a threshold of 0.
      if (progress === null || lasting <= 0 || lasting < after) return [];
      const message = `no answer to its guest for ${formatDuration(lasting)}: ${progress.mark}`;
      return [{ subject: subjectOf(each, null), sight: sightOf(each, message, progress.since) }];
    }),
});
