import { formatDuration } from '../../model/duration.ts';
import { eachDownstairs } from '../downstairs-symptoms.ts';
import { perDownstairs } from '../fields.ts';
import { defineRule } from '../rule.ts';
import { count, duration, HOUR_MS } from '../threshold.ts';

export const flapping = defineRule({
  name: 'flapping',
  severity: 'warning',
  forMs: 0,
  thresholds: {
    rises: count({ default: 2, help: 'reconnects and replacements of one downstairs' }),
    within: duration({ default: HOUR_MS, help: 'the time in which they are counted' }),
  },
  summary: 'a downstairs reconnects or is replaced again and again',
  counted: ['flapping', 'flapping'],
  nextStep: 'Check the network and the sled of the downstairs that comes and goes.',
  isInStates: false,
  isAboutDownstairs: true,
  compares: [...perDownstairs('connected'), ...perDownstairs('replaced')],
  counts: {
    // Its first connection is what every session has.
    occurrences: ({ growth }, downstairs) =>
      growth(`connected_${downstairs}`, 1) + growth(`replaced_${downstairs}`),
    keptMs: ({ within }) => within,
  },
  see: (scene, { rises, within }) =>
    eachDownstairs(scene, (upstairs, downstairs) => {
      const times = scene.occurrences(upstairs, downstairs);
      if (times < rises) return null;
      return `downstairs ${downstairs} reconnected or was replaced ${times} times within ${formatDuration(within)}`;
    }),
});
