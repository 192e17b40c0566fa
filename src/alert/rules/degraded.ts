import { lostDownstairs } from '../downstairs-symptoms.ts';
import { defineRule } from '../rule.ts';

export const degraded = defineRule({
  name: 'degraded',
  family: 'health',
  severity: 'critical',
  forMs: 0,
  thresholds: {},
  summary: 'one of three downstairs does not serve',
  counted: ['degraded', 'degraded'],
  nextStep:
    'Leave the other two alone: one more loss stops the disk. Check that the sled of the lost downstairs answers and that its crucible zone runs. The repair begins by itself once it is back.',
  isInStates: true,
  isAboutDownstairs: true,
  see: (scene) => lostDownstairs(scene, 'degraded'),
});
