import type { Ending, Incident, Silence } from '../model/incident.ts';
import { ofRacks, racksOf, type FleetReport, type SledOutcome } from '../model/report.ts';
import { RULE_NAMES, type Policy } from '../model/rules.ts';
import { isPantry, type Look } from './look.ts';
import type { Observation } from './scene.ts';
import { silenceOf } from './silences.ts';

/** What one run knows, as far as the lives of incidents go. */
export interface Run {
  readonly report: FleetReport;
  readonly looks: readonly Look[];
  readonly observations: readonly Observation[];
  readonly policy: Policy;
  readonly silences: readonly Silence[];
  readonly now: number;
  /** Sleds of the inventory, selected or not; null where it is not the one of the runs before. */
  readonly inventorySleds: ReadonlySet<string> | null;
}

/**
 * Lets every incident live on by one run: those that are seen, those that are not and could have been, and those of
 * which this run knows nothing. A pending one that is gone was nothing; an open one is over after enough clean runs.
 */
export function liveOn(before: readonly Incident[], run: Run): readonly Incident[] {
  const matched = match(before, run.observations);
  const views = rackViews(run);
  const known = before.flatMap((incident) => {
    const observation = matched.get(incident);
    if (observation !== undefined) return [opened(seenAgain(incident, observation, run), run)];
    return unseen(incident, run, views.get(incident.subject.rack));
  });
  const taken = new Set(matched.values());
  const fresh = run.observations
    .filter((each) => !taken.has(each))
    .map((each) => opened(begun(each, run), run));
  return [...known, ...fresh].map((incident) => quieted(incident, run));
}

/** Which observation is which incident: by identity, then by the same upstairs in another zone, to which it moved. */
function match(
  before: readonly Incident[],
  observations: readonly Observation[],
): ReadonlyMap<Incident, Observation> {
  const byKey = new Map(observations.map((each) => [each.key, each]));
  const matched = new Map<Incident, Observation>();
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

function begun({ key, rule, subject, sight }: Observation, { policy, now }: Run): Incident {
  return {
    key,
    rule,
    severity: policy.rules[rule].severity,
    subject,
    sight,
    firstSeenAt: now,
    ruleSince: now,
    openedAt: null,
    lastSeenAt: now,
    cleanRuns: 0,
    unknown: null,
    ending: null,
    told: null,
    silencedBy: null,
  };
}

function seenAgain(incident: Incident, observation: Observation, { policy, now }: Run): Incident {
  const { key, rule, subject, sight } = observation;
  return {
    ...incident,
    key,
    rule,
    severity: policy.rules[rule].severity,
    subject,
    sight,
    ruleSince: rule === incident.rule ? incident.ruleSince : now,
    lastSeenAt: now,
    cleanRuns: 0,
    unknown: null,
    ending: null,
  };
}

/** An incident that this run did not see: nothing changes unless the run would have seen it. */
function unseen(incident: Incident, run: Run, view: RackView | undefined): readonly Incident[] {
  if (incident.ending !== null) return [incident];
  const verdict = lookFor(incident, run, view);
  if (verdict === 'not asked') return [incident];
  if ('unknown' in verdict) return [{ ...incident, unknown: verdict.unknown }];
  if (incident.openedAt === null) return [];
  const cleanRuns = incident.cleanRuns + 1;
  const isOver = cleanRuns >= run.policy.resolveAfter;
  return [{ ...incident, cleanRuns, unknown: null, ending: isOver ? verdict.ending : null }];
}

/** Opens one that was seen now, and for long enough. */
function opened(incident: Incident, { policy, now }: Run): Incident {
  const isDue = incident.openedAt === null && now - incident.ruleSince >= policy.rules[incident.rule].forMs;
  return isDue ? { ...incident, openedAt: now } : incident;
}

function quieted(incident: Incident, { silences, now }: Run): Incident {
  return { ...incident, silencedBy: silenceOf(incident, silences, now)?.id ?? null };
}

/** What one run knows of a rack. */
interface RackView {
  /** Sleds that were asked, and those of them that answered in full. */
  readonly asked: ReadonlySet<string>;
  readonly inFull: ReadonlySet<string>;
  readonly outcomes: ReadonlyMap<string, SledOutcome>;
  readonly looks: readonly Look[];
}

function rackViews({ report, looks }: Run): ReadonlyMap<string, RackView> {
  return new Map(
    racksOf(report).map((rack): [string, RackView] => {
      const { outcomes } = ofRacks(report, [rack]);
      const inFull = outcomes.filter((each) => each.status === 'answered' && each.issues.length === 0);
      return [
        rack,
        {
          asked: new Set(outcomes.map(({ sled }) => sled.id)),
          inFull: new Set(inFull.map(({ sled }) => sled.id)),
          outcomes: new Map(outcomes.map((outcome) => [outcome.sled.id, outcome])),
          looks: looks.filter((look) => look.rack === rack),
        },
      ];
    }),
  );
}

type Verdict = 'not asked' | { readonly unknown: string } | { readonly ending: Ending };

/** Whether an incident that was not seen is over, as far as this run can tell. Unknown is never over. */
function lookFor(incident: Incident, run: Run, view: RackView | undefined): Verdict {
  const { subject } = incident;
  const places = placesOf(incident);
  if (run.inventorySleds !== null && isOutOfInventory(subject.rack, places, run.inventorySleds)) {
    return { ending: 'withdrawn' };
  }
  if (view === undefined) return 'not asked';
  // Where its upstairs is seen, that place says how it is, whatever its sled of old does.
  const seen = view.looks.filter((look) => isOf(look, incident));
  if (seen.length === 0 && !isAsked(incident, view.asked)) return 'not asked';
  if (!run.policy.rules[incident.rule].on) return { ending: 'switched_off' };
  if (subject.sled !== null) return sledVerdict(view.outcomes.get(subject.sled));
  if (places.length === 0) return { ending: 'healthy' };
  const mute = seen.filter((look) => look.health === null || look.health === 'no_report');
  if (mute.length > 0) {
    const sleds = [...new Set(mute.map((look) => look.sled))].join(' and ');
    return { unknown: `${sleds} answered, and its process did not report` };
  }
  if (seen.length > 0 && incident.rule !== 'active_twice') return { ending: 'healthy' };
  if (seen.length === 0 && runsOn(incident, view)) {
    return {
      unknown: `${places.join(' and ')} answered, its process runs, and this upstairs does not report`,
    };
  }
  // It may have moved to any sled of the rack: only if all have answered is it known to be nowhere.
  const silent = new Set([...places, ...view.asked].filter((sled) => !view.inFull.has(sled)));
  const [first] = silent;
  if (first === undefined) return { ending: seen.length === 0 ? 'gone' : 'healthy' };
  const others = silent.size === 1 ? '' : ` (nor ${silent.size - 1} more)`;
  return {
    unknown: `${first}${others} ${view.asked.has(first) ? 'did not answer in full' : 'was not asked'}`,
  };
}

/**
 * Whether the process that had the upstairs goes on and reports others: then it may be stuck, and nobody knows. Not of
 * a pantry, which lets go of an upstairs when its work on a volume is done.
 */
function runsOn({ subject, sight }: Incident, view: RackView): boolean {
  const { zone, upstairsId } = subject;
  if (zone === null || upstairsId === null || isPantry(zone)) return false;
  return view.looks.some(
    (look) => look.zone === zone && look.pid === sight.pid && sight.sleds.includes(look.sled) && !look.exited,
  );
}

function sledVerdict(outcome: SledOutcome | undefined): Verdict {
  if (outcome === undefined) return 'not asked';
  // Silent, but not for so many runs as the rule wants now.
  if (outcome.status === 'failed') return { unknown: `${outcome.sled.id} did not answer` };
  return { ending: 'healthy' };
}

/** The sleds that know of an incident; none where it is about a rack. */
function placesOf({ subject, sight }: Incident): readonly string[] {
  return subject.sled === null ? sight.sleds : [subject.sled];
}

/** Whether a run that asked these sleds of the incident's rack is one in which it is looked for. */
export function isAsked(incident: Incident, sleds: ReadonlySet<string>): boolean {
  const places = placesOf(incident);
  return places.length === 0 || places.some((sled) => sleds.has(sled));
}

function isOf(look: Look, { subject, sight }: Incident): boolean {
  if (look.rack !== subject.rack) return false;
  if (subject.upstairsId !== null) {
    if (look.upstairsId !== null) return look.upstairsId === subject.upstairsId;
    return look.zone === subject.zone && look.health === 'no_report' && !isPantry(look.zone);
  }
  if (look.zone !== subject.zone) return false;
  // A process that was silent; or a session of an old Crucible, which has no better name.
  return sight.states === null || look.health === 'no_report' || look.sessionId === sight.sessionId;
}

function isOutOfInventory(
  rack: string,
  places: readonly string[],
  inventorySleds: ReadonlySet<string>,
): boolean {
  if (places.length > 0) return places.every((sled) => !inventorySleds.has(sled));
  return ![...inventorySleds].some((sled) => sled.startsWith(`${rack}/`));
}

/** Worst first: by severity and rule, then by place. */
export function byWorst(a: Incident, b: Incident): number {
  const rank = { critical: 0, unknown: 1, warning: 2 };
  return (
    rank[a.severity] - rank[b.severity] ||
    RULE_NAMES.indexOf(a.rule) - RULE_NAMES.indexOf(b.rule) ||
    (a.key < b.key ? -1 : Number(a.key > b.key))
  );
}
