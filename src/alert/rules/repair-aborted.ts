import { DOWNSTAIRS } from '../subject.ts';
import { perDownstairs } from '../fields.ts';
import { defineRule, type Symptom } from '../rule.ts';
import { sightOf, subjectOf } from '../upstairs.ts';

/** Crucible counts an abort for all three downstairs at once, so that the counter names none of them. */
export const repairAborted = defineRule({
  name: 'repair_aborted',
  severity: 'warning',
  forMs: 0,
  thresholds: {},
  isEvent: true,
  summary: 'a live repair was aborted since the last run',
  counted: ['repair aborted', 'repairs aborted'],
  nextStep:
    'It begins again by itself once the downstairs is connected. If it aborts again, find out what cuts the connection.',
  isInStates: false,
  isAboutDownstairs: true,
  compares: perDownstairs('live_repair_aborted'),
  see: ({ upstairs }) =>
    upstairs.flatMap((each): readonly Symptom[] => {
      const count = Math.max(...DOWNSTAIRS.map((n) => each.growth(`live_repair_aborted_${n}`)));
      if (each.states === null || count === 0) return [];
      const places = each.repairsEnded.flatMap(({ place }) => place ?? []);
      const isKnown = places.length > 0;
      const times = count === 1 ? (isKnown ? [] : ['since the last run']) : [`${count} since the last run`];
      const message = [...times, ...(isKnown ? places : ['which downstairs is not known'])].join('; ');
      return [{ subject: subjectOf(each, null), sight: sightOf(each, message) }];
    }),
});
