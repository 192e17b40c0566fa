import { eachDownstairs } from '../downstairs-symptoms.ts';
import { perDownstairs } from '../fields.ts';
import { defineRule } from '../rule.ts';

export const repairAborted = defineRule({
  name: 'repair_aborted',
  severity: 'warning',
  forMs: 0,
  thresholds: {},
  summary: 'a live repair was aborted since the last run',
  counted: ['repair aborted', 'repairs aborted'],
  compares: perDownstairs('live_repair_aborted'),
  see: (scene) =>
    eachDownstairs(scene, ({ growth }, downstairs) => {
      const count = growth(`live_repair_aborted_${downstairs}`);
      if (count === 0) return null;
      return `${count} live ${count === 1 ? 'repair' : 'repairs'} of downstairs ${downstairs} aborted since the last run`;
    }),
});
