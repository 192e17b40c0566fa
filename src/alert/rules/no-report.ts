import { defineRule } from '../rule.ts';
import { isPantry, sightOf, subjectOf } from '../upstairs.ts';

/** Not of a pantry, which has an upstairs only while it works on a volume: mostly its silence means nothing. */
export const noReport = defineRule({
  name: 'no_report',
  severity: 'warning',
  forMs: 0,
  thresholds: {},
  summary: 'a propolis process runs and none of its upstairs reports',
  counted: ['not reporting', 'not reporting'],
  see: ({ upstairs }) =>
    upstairs
      .filter(({ health, zone }) => health === 'no_report' && !isPantry(zone))
      .map((each) => ({
        subject: subjectOf(each, null),
        sight: sightOf(each, 'no upstairs of it reported within the window'),
      })),
});
