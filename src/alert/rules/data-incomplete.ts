import { defineRule, type Symptom } from '../rule.ts';
import { sledSymptom } from '../sled-symptom.ts';

export const dataIncomplete = defineRule({
  name: 'data_incomplete',
  severity: 'unknown',
  forMs: 0,
  thresholds: {},
  summary: 'a sled gave a partial answer: drops, faults, or lines that could not be parsed',
  counted: ['partial answer', 'partial answers'],
  nextStep: 'Ask again. What was dropped or could not be parsed may hide a disk.',
  isInStates: true,
  see: ({ report }) =>
    report.outcomes.flatMap((outcome): readonly Symptom[] => {
      // What could not be read of a process is told of the process.
      const [issue, ...others] =
        outcome.status === 'answered' ? outcome.issues.filter(({ code }) => code !== 'unreadable') : [];
      if (issue === undefined) return [];
      const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
      return [sledSymptom(outcome.sled, `${issue.message}${more}`)];
    }),
});
