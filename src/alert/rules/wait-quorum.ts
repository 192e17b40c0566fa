import { formatDuration } from '../../model/duration.ts';
import { defineRule, type Symptom } from '../rule.ts';
import { duration, MINUTE_MS } from '../threshold.ts';
import { sightOf, subjectOf } from '../upstairs.ts';

/** It was told to become active, and cannot: a guest waits for its disk. */
export const waitQuorum = defineRule({
  name: 'wait_quorum',
  severity: 'critical',
  forMs: 0,
  thresholds: {
    after: duration({ default: 10 * MINUTE_MS, help: 'how long an upstairs waits' }),
  },
  summary: 'an upstairs has waited too long for enough of its downstairs',
  counted: ['disk waiting for a quorum', 'disks waiting for a quorum'],
  nextStep: 'Find out which downstairs cannot be reached, and why.',
  isInStates: false,
  isAboutDownstairs: true,
  marks: ({ states, health }) => ({
    wait: health === 'inactive' && states?.includes('wait_quorum') === true ? 'waiting' : null,
  }),
  see: (scene, { after }) =>
    scene.upstairs.flatMap((each): readonly Symptom[] => {
      const progress = scene.progress(each, 'wait');
      const lasting = progress === null ? 0 : scene.now - progress.since;
      if (progress === null || lasting <= 0 || lasting < after) return [];
      const message = `no disk for its guest for ${formatDuration(lasting)}`;
      return [{ subject: subjectOf(each, null), sight: sightOf(each, message, progress.since) }];
    }),
});
