import { describeError } from '../../model/error.ts';
import { defineRule, type Symptom } from '../rule.ts';
import { sledSymptom } from '../sled-symptom.ts';
import { count } from '../threshold.ts';

export const sledSilent = defineRule({
  name: 'sled_silent',
  severity: 'unknown',
  forMs: 0,
  thresholds: { runs: count({ default: 2, help: 'runs in a row without an answer' }) },
  summary: 'a sled has not answered in several runs',
  counted: ['sled silent', 'sleds silent'],
  nextStep: 'Find the step that fails on the way to it.',
  isInStates: true,
  saidByCoverage: true,
  see: ({ report, sleds }, { runs }) =>
    report.outcomes.flatMap((outcome): readonly Symptom[] => {
      if (outcome.status === 'answered') return [];
      const { silentRuns = 1, silentSince } = sleds[outcome.sled.id] ?? {};
      if (silentRuns < runs) return [];
      const { sled, stage, error } = outcome;
      const times = silentRuns === 1 ? 'this run' : `${silentRuns} runs`;
      const message = `no answer in ${times}: ${stage}, ${error.code}: ${describeError(error)}`;
      return [sledSymptom(sled, message, silentSince)];
    }),
});
