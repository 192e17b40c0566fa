import { describeError } from '../model/error.ts';
import type { Sight } from '../model/incident.ts';
import { coverageOf, ofRacks, racksOf, type SledOutcome } from '../model/report.ts';
import type { Memory, Scene, Seen, SledMemory } from './scene.ts';

/** What is to be kept of each sled after this run. */
export function sledMemories(outcomes: readonly SledOutcome[], before: Memory['sleds']): Memory['sleds'] {
  const asked = outcomes.map((outcome): [string, SledMemory] => {
    const { id } = outcome.sled;
    return [id, { silentRuns: outcome.status === 'answered' ? 0 : (before[id]?.silentRuns ?? 0) + 1 }];
  });
  return { ...before, ...Object.fromEntries(asked) };
}

/** Sleds that have been silent for some runs, and those that answered in part. */
export function sledTroubles({ report, sleds, policy }: Scene): readonly Seen[] {
  const runs = policy.rules.sled_silent.thresholds['runs'] ?? 1;
  return report.outcomes.flatMap((outcome): readonly Seen[] => {
    if (outcome.status === 'answered') {
      const [issue] = outcome.issues;
      if (issue === undefined) return [];
      const others = outcome.issues.length - 1;
      const message = others === 0 ? issue.message : `${issue.message} (and ${others} more)`;
      return [{ rule: 'data_incomplete', ...aboutSled(outcome, `answered in part: ${message}`) }];
    }
    const silentRuns = sleds[outcome.sled.id]?.silentRuns ?? 1;
    if (silentRuns < runs) return [];
    const { stage, error } = outcome;
    const times = silentRuns === 1 ? 'this run' : `${silentRuns} runs`;
    const message = `no answer in ${times}: ${stage}, ${error.code}: ${describeError(error)}`;
    return [{ rule: 'sled_silent', ...aboutSled(outcome, message) }];
  });
}

function aboutSled({ sled }: SledOutcome, message: string): Pick<Seen, 'subject' | 'sight'> {
  return {
    subject: { rack: sled.rack, zone: null, upstairsId: null, downstairs: null, sled: sled.id },
    sight: { ...NOTHING_SEEN, message, sleds: [sled.id], cubby: sled.cubby },
  };
}

const NOTHING_SEEN: Sight = {
  message: '',
  sleds: [],
  cubby: null,
  pid: null,
  sessionId: null,
  states: null,
  counters: null,
};

/** Racks of which too little answered. */
export function coverageTroubles({ report, policy }: Scene): readonly Seen[] {
  const below = policy.rules.coverage.thresholds['below'] ?? 0;
  return racksOf(report).flatMap((rack): readonly Seen[] => {
    const { answered, selected } = coverageOf(ofRacks(report, [rack]));
    if (answered >= selected * below) return [];
    const message = `${answered} of ${selected} sleds answered, which is less than ${Math.round(below * 1000) / 10} %`;
    const subject = { rack, zone: null, upstairsId: null, downstairs: null, sled: null };
    return [{ rule: 'coverage', subject, sight: { ...NOTHING_SEEN, message } }];
  });
}
