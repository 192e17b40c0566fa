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
  summary: 'a live repair was aborted since the last run',
  counted: ['repair aborted', 'repairs aborted'],
  compares: perDownstairs('live_repair_aborted'),
  see: ({ upstairs }) =>
    upstairs.flatMap((each): readonly Symptom[] => {
      const count = Math.max(...DOWNSTAIRS.map((n) => each.growth(`live_repair_aborted_${n}`)));
      if (each.states === null || count === 0) return [];
      const said = `${count} live ${count === 1 ? 'repair' : 'repairs'} aborted since the last run`;
      const ends = each.repairsEnded.filter(({ kind }) => kind === 'aborted').map(({ text }) => text);
      const message = [said, ...ends].join('; ');
      return [{ subject: subjectOf(each, null), sight: sightOf(each, message) }];
    }),
});
