import { lostDownstairs } from '../downstairs-symptoms.ts';
import { defineRule } from '../rule.ts';

export const critical = defineRule({
  name: 'critical',
  family: 'health',
  severity: 'critical',
  forMs: 0,
  thresholds: {},
  summary: 'two of three downstairs do not serve',
  counted: ['disk stopped (two of three downstairs lost)', 'disks stopped (two of three downstairs lost)'],
  nextStep:
    'Writes of the guest reach one downstairs at most, so its flushes wait or fail until a second one is back. Check that the sleds of the lost two answer and that their crucible zones run.',
  isInStates: true,
  isAboutDownstairs: true,
  see: (scene) => lostDownstairs(scene, 'critical'),
});
