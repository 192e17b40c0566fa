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
  see: (scene) => lostDownstairs(scene, 'degraded'),
});
