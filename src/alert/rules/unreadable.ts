import { defineRule, type Symptom } from '../rule.ts';
import { sightOf, subjectOf } from '../upstairs.ts';

/** Nothing is known of the disk: neither that it is well nor that nothing serves it. */
export const unreadable = defineRule({
  name: 'unreadable',
  severity: 'unknown',
  forMs: 0,
  thresholds: {},
  summary: 'a report of an upstairs could not be read',
  counted: ['report unreadable', 'reports unreadable'],
  nextStep: 'Look at the disk in another way, for example in the log of its process.',
  isInStates: true,
  see: ({ upstairs }) =>
    upstairs.flatMap((each): readonly Symptom[] => {
      if (each.unreadable === null) return [];
      const message = `${each.unreadable}; the state of its disk is unknown`;
      return [{ subject: subjectOf(each, null), sight: sightOf(each, message) }];
    }),
});
