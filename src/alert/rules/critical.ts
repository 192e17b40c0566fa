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
  see: (scene) => lostDownstairs(scene, 'critical'),
});
