import { describeError, FleetError } from '../../model/error.ts';
import { coverageOf, ofRacks, racksOf, type FailedOutcome, type FleetReport } from '../../model/report.ts';
import { foldSleds } from '../../model/sled-fold.ts';
import { coverageCause, failureCounts } from '../coverage-cause.ts';
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
  summary: 'too few sleds of a rack answered, or a gateway shows another host key',
  counted: ['rack not covered', 'racks not covered'],
  nextStep: 'A gateway or the network is the likely cause, not the sleds. Find the step that fails.',
  isInStates: true,
  saidByCoverage: true,
  see: ({ report }, { below }) =>
    racksOf(report).flatMap((rack): readonly Symptom[] => {
      const ofRack = ofRacks(report, [rack]);
      const forged = forgedGateways(ofRack);
      const reasons = [...tooFew(ofRack, below), ...new Set(forged.map(describeError))];
      if (reasons.length === 0) return [];
      const failed = failedIn(ofRack);
      const how = forged.length > 0 ? '' : `: ${failureCounts(failed)}`;
      const silent =
        failed.length === 0 ? [] : [`no answer from ${foldSleds(failed.map(({ sled }) => sled))}${how}`];
      const shared = coverageCause(failed);
      const causes = [...new Set(forged.map(({ message }) => message)), ...(shared === null ? [] : [shared])];
      return [
        {
          subject: { rack, zone: null, upstairsId: null, downstairs: null, sled: null },
          sight: sightWithoutUpstairs([...reasons, ...silent].join('; '), {
            causes: causes.length === 0 ? undefined : causes,
          }),
        },
      ];
    }),
});

function tooFew(ofRack: FleetReport, below: number): readonly string[] {
  const { answered, selected } = coverageOf(ofRack);
  if (answered >= selected * below) return [];
  const percent = Math.round(below * 1000) / 10;
  return [`${answered} of ${selected} ${selected === 1 ? 'sled' : 'sleds'} answered, below ${percent}%`];
}

/** However many sleds another gateway reached: somebody has to look at the key, and to accept it. */
function forgedGateways(ofRack: FleetReport): readonly FleetError[] {
  return failedIn(ofRack).flatMap(({ error }) => forgedGateway(error) ?? []);
}

/** What of an error says that a gateway's key is to blame; null where none is, as where it is the sled's own. */
function forgedGateway(error: FleetError): FleetError | null {
  const isOfKey = error.code === 'host_key_changed' || error.code === 'host_key_revoked';
  if (!isOfKey || !(error.cause instanceof FleetError)) return null;
  return error.message.startsWith('gateway ') ? error : forgedGateway(error.cause);
}

function failedIn({ outcomes }: FleetReport): readonly FailedOutcome[] {
  return outcomes.filter((outcome) => outcome.status === 'failed');
}
