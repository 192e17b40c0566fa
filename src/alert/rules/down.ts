import { lostDownstairs } from '../downstairs-symptoms.ts';
import { defineRule, type Symptom } from '../rule.ts';

// https://github.com/oxidecomputer/crucible/issues/1556, fixed by pull request 1784 of October 2025.
const REMEDY =
  'before Crucible of October 2025 nothing recovers by itself from three faulted ones: stop and start the instance';

export const down = defineRule({
  name: 'down',
  family: 'health',
  severity: 'critical',
  forMs: 0,
  thresholds: {},
  summary: 'no downstairs of an upstairs serves',
  counted: ['disk down (all three downstairs lost)', 'disks down (all three downstairs lost)'],
  nextStep:
    'The disk does not serve its guest. Check that the sleds of its downstairs answer and that their crucible zones run.',
  isInStates: true,
  isAboutDownstairs: true,
  see: (scene) => lostDownstairs(scene, 'down').map(withRemedy),
});

/** Once for the three of an upstairs. */
function withRemedy({ subject, sight }: Symptom): Symptom {
  const isForGood = sight.states?.every((state) => state === 'faulted') === true;
  if (!isForGood || subject.downstairs !== 2) return { subject, sight };
  return { subject, sight: { ...sight, message: `${sight.message}; ${REMEDY}` } };
}
