import { coverageOf, ofRacks, racksOf } from '../../model/report.ts';
import { defineRule, type Symptom } from '../rule.ts';
import { sightWithoutUpstairs } from '../subject.ts';
import { share } from '../threshold.ts';

/** A gateway or the network, more likely than the sleds. */
export const coverage = defineRule({
  name: 'coverage',
  severity: 'unknown',
  forMs: 0,
  thresholds: {
    below: share({ default: 0.5, help: 'the share of the sleds of a rack that answered' }),
  },
  summary: 'too few sleds of a rack answered',
  counted: ['rack mostly silent', 'racks mostly silent'],
  saidByCoverage: true,
  see: ({ report }, { below }) =>
    racksOf(report).flatMap((rack): readonly Symptom[] => {
      const { answered, selected } = coverageOf(ofRacks(report, [rack]));
      if (answered >= selected * below) return [];
      const percent = Math.round(below * 1000) / 10;
      return [
        {
          subject: { rack, zone: null, upstairsId: null, downstairs: null, sled: null },
          sight: sightWithoutUpstairs(
            `${answered} of ${selected} sleds answered, which is less than ${percent} %`,
          ),
        },
      ];
    }),
});
