import { roleOf } from '../../model/health.ts';
import { eachDownstairs } from '../downstairs-symptoms.ts';
import { perDownstairs } from '../fields.ts';
import { REPAIR_COLUMNS } from '../repairs.ts';
import { defineRule } from '../rule.ts';
import { HOUR_MS } from '../threshold.ts';

export const repairing = defineRule({
  name: 'repairing',
  family: 'health',
  severity: 'warning',
  forMs: 2 * HOUR_MS,
  thresholds: {},
  // Of a repair that ends it is said how.
  reads: ['extent_under_repair'],
  compares: REPAIR_COLUMNS.flatMap((name) => [...perDownstairs(name)]),
  summary: 'a downstairs has been under repair for a long time',
  counted: ['repairing', 'repairing'],
  nextStep:
    'Leave the other downstairs alone until the repair is done. While it makes progress, there is nothing else to do.',
  isInStates: true,
  isAboutDownstairs: true,
  see: (scene) =>
    eachDownstairs(scene, ({ states }, downstairs) => {
      const state = states[downstairs];
      return roleOf(state) === 'repairing' ? `downstairs ${downstairs} is in ${state}` : null;
    }),
});
