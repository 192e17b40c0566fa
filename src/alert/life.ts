import { compareLevels } from '../model/level.ts';
import type { Incident, Silence } from './incident.ts';
import type { RepairEnd } from './repairs.ts';
import { RULE_NAMES, ruleNamed } from './rules/index.ts';
import { silenceOf } from './silences.ts';
import type { FoundSymptom } from './symptoms.ts';
import { identityOf } from './upstairs.ts';
import { judgeUnseen, rackViews, type RackView, type RunView } from './unseen.ts';

/** One that goes to and fro is not remembered for ever. */
const MOST_STAGES = 20;

/** What one run knows, as far as the lives of incidents go. */
export interface Run extends RunView {
  readonly symptoms: readonly FoundSymptom[];
  readonly silences: readonly Silence[];
  /** Live repairs that ended since the last run, by the identity of their upstairs. */
  readonly repairEnds: ReadonlyMap<string, readonly RepairEnd[]>;
  readonly now: number;
}

/**
 * Lets every incident live on by one run: those that are seen, those that are not and could have been, and those of
 * which this run knows nothing. A pending one that is gone was nothing; an open one is over after enough clean runs.
 */
export function liveOn(kept: readonly Incident[], run: Run): readonly Incident[] {
  const before = kept.map((incident) => withOutcome(incident, run));
  const matched = match(before, run.symptoms);
  const views = rackViews(run);
  const known = before.flatMap((incident) => {
    const symptom = matched.get(incident);
    if (symptom !== undefined) return [opened(settled(seenAgain(incident, symptom, run), symptom), run)];
    return unseen(incident, run, views.get(incident.subject.rack));
  });
  const taken = new Set(matched.values());
  const fresh = run.symptoms
    .filter((each) => !taken.has(each))
    .map((each) => opened(settled(begun(each, run), each), run));
  return withoutCovered([...known, ...fresh], before, run).map((incident) => quieted(incident, run));
}

/**
 * Without the sleds that fell silent together with their rack, which is one thing: the incident of its coverage names
 * them. Those that stay silent when the rack is back are told then.
 */
function withoutCovered(
  incidents: readonly Incident[],
  before: readonly Incident[],
  { now }: Run,
): readonly Incident[] {
  const isOpen = (each: Incident) =>
    each.openedAt !== null && each.ending === null && each.lastSeenAt === now;
  const covered = new Set(
    incidents.filter((each) => each.rule === 'coverage' && isOpen(each)).map(({ subject }) => subject.rack),
  );
  const wasOpen = new Set(before.filter(({ openedAt }) => openedAt !== null).map(({ key }) => key));
  return incidents.filter(
    ({ rule, key, subject }) => rule !== 'sled_silent' || wasOpen.has(key) || !covered.has(subject.rack),
  );
}

/** Which symptom belongs to which incident: by identity, then by the same upstairs in another zone, to which it moved. */
function match(
  before: readonly Incident[],
  symptoms: readonly FoundSymptom[],
): ReadonlyMap<Incident, FoundSymptom> {
  const byKey = new Map(symptoms.map((each) => [each.key, each]));
  const matched = new Map<Incident, FoundSymptom>();
  for (const incident of before) {
    const same = byKey.get(incident.key);
    if (same === undefined) continue;
    matched.set(incident, same);
    byKey.delete(same.key);
  }
  const elsewhere = new Map([...byKey.values()].map((each) => [withoutZone(each.key), each]));
  for (const incident of before) {
    if (matched.has(incident) || incident.subject.upstairsId === null) continue;
    const key = withoutZone(incident.key);
    const moved = elsewhere.get(key);
    if (moved === undefined) continue;
    matched.set(incident, moved);
    elsewhere.delete(key);
  }
  return matched;
}

function withoutZone(key: string): string {
  const parts: unknown = JSON.parse(key);
  return JSON.stringify(Array.isArray(parts) ? parts.with(2, null) : parts);
}

function begun({ key, rule, subject, sight }: FoundSymptom, { policy, now }: Run): Incident {
  return {
    key,
    rule,
    severity: policy.rules[rule].severity,
    subject,
    sight,
    firstSeenAt: now,
    ruleSince: now,
    stages: [],
    outcome: null,
    openedAt: null,
    lastSeenAt: now,
    cleanRuns: 0,
    unknown: null,
    ending: null,
    told: null,
    silencedBy: null,
    isListed: false,
  };
}

function seenAgain(incident: Incident, symptom: FoundSymptom, { policy, now }: Run): Incident {
  const { key, rule, subject, sight } = symptom;
  const isNoMoreListed = incident.isListed && symptom.isListed !== true;
  // It was gone in between, so that it did not last.
  const isBack = incident.cleanRuns > 0 && !ruleNamed(rule).isEvent;
  const isSame = rule === incident.rule && !isBack;
  const stage = { rule: incident.rule, since: incident.ruleSince };
  return {
    ...incident,
    key,
    rule,
    severity: policy.rules[rule].severity,
    subject,
    sight,
    ruleSince: isSame && !isNoMoreListed ? incident.ruleSince : now,
    stages: isSame
      ? incident.stages
      : [...incident.stages, isBack ? { ...stage, until: incident.lastSeenAt } : stage].slice(-MOST_STAGES),
    lastSeenAt: now,
    cleanRuns: 0,
    unknown: null,
    ending: null,
    isListed: incident.isListed && !isNoMoreListed,
  };
}

/** One that is to be listed only: first it is over for whoever was told of it. */
function settled(incident: Incident, { isListed }: FoundSymptom): Incident {
  if (isListed !== true || incident.isListed) return incident;
  return incident.told === null
    ? { ...incident, isListed: true, openedAt: null }
    : { ...incident, ending: 'settled' };
}

/** An incident that this run did not see: nothing changes unless the run would have seen it. */
function unseen(incident: Incident, run: Run, view: RackView | undefined): readonly Incident[] {
  if (incident.ending !== null) return [incident];
  const judged = judgeUnseen(incident, run, view);
  if (judged === 'not asked') return [incident];
  if (ruleNamed(incident.rule).isEvent) return past(incident, run);
  if ('unknown' in judged) return [{ ...incident, unknown: judged.unknown }];
  if (incident.openedAt === null) return [];
  const cleanRuns = incident.cleanRuns + 1;
  const isOver = cleanRuns >= run.policy.resolveAfter;
  return [{ ...incident, cleanRuns, unknown: null, ending: isOver ? judged.ending : null }];
}

/**
 * An event of an earlier run. Nobody is told that it is over; it is remembered for as many runs as it takes to resolve
 * something, so that what happens in every other run is told once.
 */
function past(incident: Incident, { policy }: Run): readonly Incident[] {
  const cleanRuns = incident.cleanRuns + 1;
  return cleanRuns >= policy.resolveAfter ? [] : [{ ...incident, cleanRuns, unknown: null }];
}

/** Opens one that was seen now, and for long enough; an event does not last, so that it need not. */
function opened(incident: Incident, { policy, now }: Run): Incident {
  const needMs = ruleNamed(incident.rule).isEvent ? 0 : policy.rules[incident.rule].forMs;
  const isDue = incident.openedAt === null && !incident.isListed && now - incident.ruleSince >= needMs;
  return isDue ? { ...incident, openedAt: now } : incident;
}

function quieted(incident: Incident, { silences, now }: Run): Incident {
  return { ...incident, silencedBy: silenceOf(incident, silences, now)?.id ?? null };
}

/** How a live repair of its downstairs ended, if one did since the last run. */
function withOutcome(incident: Incident, { repairEnds }: Run): Incident {
  const { subject, sight } = incident;
  if (subject.downstairs === null) return incident;
  const ends = repairEnds.get(
    identityOf({ ...subject, zone: subject.zone ?? '', sessionId: sight.sessionId }),
  );
  const end = ends?.find(({ downstairs }) => downstairs === subject.downstairs);
  return end === undefined ? incident : { ...incident, outcome: end.text };
}

/** Worst first: by severity and rule, then by place. */
export function byWorst(a: Incident, b: Incident): number {
  return (
    compareLevels(b.severity, a.severity) ||
    RULE_NAMES.indexOf(a.rule) - RULE_NAMES.indexOf(b.rule) ||
    (a.key < b.key ? -1 : Number(a.key > b.key))
  );
}
