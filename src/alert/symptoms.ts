import { compareLevels } from '../model/level.ts';
import type { SledOutcome } from '../model/report.ts';
import { compareAll, rememberedFor } from './compare.ts';
import type { PlanInput } from './plan-input.ts';
import { mergedMemories, type Memory, type SledMemory } from './memory.ts';
import { missingUpstairs } from './missing.ts';
import type { Policy } from './policy.ts';
import { processKey, silentProcesses } from './processes.ts';
import type { Symptom } from './rule.ts';
import type { RepairEnd } from './repairs.ts';
import { RULE_NAMES, ruleNamed, RULES, type RuleName } from './rules/index.ts';
import type { Subject } from './subject.ts';
import { identityOf, upstairsIn, type Upstairs } from './upstairs.ts';

/** A symptom with the rule that found it, and the identity of the incident to which it belongs. */
export interface FoundSymptom extends Symptom {
  readonly key: string;
  readonly rule: RuleName;
}

/** What one run found. */
export interface Found {
  /** One for each key. */
  readonly symptoms: readonly FoundSymptom[];
  readonly upstairs: readonly Upstairs[];
  /** Live repairs that ended since the last run, by the identity of their upstairs. */
  readonly repairEnds: ReadonlyMap<string, readonly RepairEnd[]>;
  /** To be kept for the next run. */
  readonly memory: Memory;
}

/** What the rules look at. */
type Looked = Pick<PlanInput, 'report' | 'policy' | 'now' | 'activeTwice'>;

/** Looks at a report with every rule that is on, in the light of what is remembered of the runs before. */
export function findSymptoms({ report, policy, now, activeTwice }: Looked, before: Memory): Found {
  const upstairs = upstairsIn(report.rows);
  const compared = compareAll(upstairs, before.sessions, policy.rules, now);
  const sleds = sledMemories(report.outcomes, before.sleds, now);
  const silent = silentProcesses(upstairs, report.outcomes, before, now);
  const seen = {
    report,
    activeTwice,
    upstairs: compared.upstairs,
    missing: missingUpstairs(before.sessions, upstairs, report.outcomes),
    silence: (each: Upstairs) => silent[processKey(each)] ?? null,
    sleds,
  };
  const symptoms = new Map<string, FoundSymptom>();
  for (const rule of RULES) {
    const { on, thresholds } = policy.rules[rule.name];
    if (!on) continue;
    const scene = { ...seen, now, ...rememberedFor(rule.name, compared) };
    for (const symptom of rule.see(scene, thresholds)) {
      const key = keyOf(rule.name, symptom.subject, identityIn(symptom, upstairs));
      const found = { ...symptom, rule: rule.name, key };
      const other = symptoms.get(key);
      symptoms.set(key, other === undefined ? found : worseOf(other, found, policy));
    }
  }
  return {
    symptoms: [...symptoms.values()],
    repairEnds: new Map(compared.upstairs.map((each) => [identityOf(each), each.repairsEnded])),
    upstairs,
    memory: {
      sessions: mergedMemories(before.sessions, [...compared.memories.values()], now),
      sleds,
      silent,
    },
  };
}

/** The identity of an incident: the family of its rule, and whom it is about. Not the sled or the PID. */
export function keyOf(rule: RuleName, subject: Subject, identity: string | null): string {
  const { rack, zone, downstairs, sled } = subject;
  return JSON.stringify([ruleNamed(rule).family, rack, zone, identity, downstairs, sled]);
}

/** What names the upstairs beside its zone; null where it is not about one. */
function identityIn({ subject, sight }: Symptom, upstairs: readonly Upstairs[]): string | null {
  if (subject.upstairsId !== null) return subject.upstairsId;
  const of = upstairs.find((each) => each.zone === subject.zone && each.sessionId === sight.sessionId);
  return of === undefined || sight.states === null ? null : (of.sessionId ?? 'without ids');
}

/** Of two symptoms of one incident (disks without ids in one zone) the worse one, with the sleds of both. */
function worseOf(a: FoundSymptom, b: FoundSymptom, policy: Policy): FoundSymptom {
  const order =
    compareLevels(policy.rules[a.rule].severity, policy.rules[b.rule].severity) ||
    RULE_NAMES.indexOf(b.rule) - RULE_NAMES.indexOf(a.rule);
  const worse = order >= 0 ? a : b;
  const sleds = [...new Set([...a.sight.sleds, ...b.sight.sleds])].sort();
  return { ...worse, sight: { ...worse.sight, sleds } };
}

/** What is to be kept of each sled after this run. */
function sledMemories(
  outcomes: readonly SledOutcome[],
  before: Memory['sleds'],
  now: number,
): Memory['sleds'] {
  const asked = outcomes.map((outcome): [string, SledMemory] => {
    const { id } = outcome.sled;
    if (outcome.status === 'answered') return [id, { silentRuns: 0 }];
    const { silentRuns = 0, silentSince } = before[id] ?? {};
    // Since when it has been silent is not known where an earlier version began to count.
    const since = silentRuns === 0 ? now : silentSince;
    return [id, { silentRuns: silentRuns + 1, ...(since === undefined ? {} : { silentSince: since }) }];
  });
  return { ...before, ...Object.fromEntries(asked) };
}
