import { lostDownstairs } from '../downstairs-symptoms.ts';
import { defineRule } from '../rule.ts';

export const down = defineRule({
  name: 'down',
  family: 'health',
  severity: 'critical',
  forMs: 0,
  thresholds: {},
  summary: 'no downstairs of an upstairs serves',
  counted: ['disk down (all three downstairs lost)', 'disks down (all three downstairs lost)'],
  see: (scene) => lostDownstairs(scene, 'down'),
});
