import { severalPlaces } from '../model/active-places.ts';
import { ofRacks, racksOf, type FleetReport, type SledOutcome } from '../model/report.ts';
import type { Ending, Incident } from './incident.ts';
import type { Policy } from './policy.ts';
import { isInFull } from './processes.ts';
import { ruleNamed } from './rules/index.ts';
import { isPantry, type Upstairs } from './upstairs.ts';

/** What a run knows, as far as incidents go that it did not see. */
export interface RunView {
  readonly report: FleetReport;
  readonly upstairs: readonly Upstairs[];
  readonly policy: Policy;
  /** Sleds of the inventory, selected or not; null where it is not the one of the runs before. */
  readonly inventorySleds: ReadonlySet<string> | null;
}

/** What one run knows of a rack. */
export interface RackView {
  /** Sleds that were asked, and those of them that answered in full. */
  readonly asked: ReadonlySet<string>;
  readonly inFull: ReadonlySet<string>;
  readonly outcomes: ReadonlyMap<string, SledOutcome>;
  readonly upstairs: readonly Upstairs[];
}

export function rackViews({ report, upstairs }: RunView): ReadonlyMap<string, RackView> {
  return new Map(
    racksOf(report).map((rack): [string, RackView] => {
      const { outcomes } = ofRacks(report, [rack]);
      const inFull = outcomes.filter(isInFull);
      return [
        rack,
        {
          asked: new Set(outcomes.map(({ sled }) => sled.id)),
          inFull: new Set(inFull.map(({ sled }) => sled.id)),
          outcomes: new Map(outcomes.map((outcome) => [outcome.sled.id, outcome])),
          upstairs: upstairs.filter((each) => each.rack === rack),
        },
      ];
    }),
  );
}

/** Of an incident that was not seen: nothing changes; nobody can tell; or it would be over if that stays so. */
type Unseen = 'not asked' | { readonly unknown: string } | { readonly ending: Ending };

/** Whether an incident that was not seen is over, as far as this run can tell. Unknown is never over. */
export function judgeUnseen(incident: Incident, run: RunView, view: RackView | undefined): Unseen {
  const { subject } = incident;
  const places = placesOf(incident);
  if (run.inventorySleds !== null && isOutOfInventory(subject.rack, places, run.inventorySleds)) {
    return { ending: 'withdrawn' };
  }
  if (view === undefined) return 'not asked';
  // Where its upstairs is seen, that place tells its state, whatever its former sled does.
  const seen = view.upstairs.filter((each) => isOf(each, incident));
  if (seen.length === 0 && !isAsked(incident, view.asked)) return 'not asked';
  if (!run.policy.rules[incident.rule].on) return { ending: 'switched_off' };
  if (subject.sled !== null) return judgeSled(view.outcomes.get(subject.sled));
  if (places.length === 0) return { ending: 'healthy' };
  const mute = seen.filter(({ states }) => states === null);
  if (mute.length > 0) {
    const sleds = [...new Set(mute.map(({ sled }) => sled))].join(' and ');
    const isUnreadable = mute.some(({ unreadable }) => unreadable !== null);
    const what = isUnreadable ? 'the report of its process could not be read' : 'its process did not report';
    return { unknown: `${sleds} answered, and ${what}` };
  }
  if (ruleNamed(incident.rule).acrossSleds && isInSeveralPlaces(subject.upstairsId, run)) {
    return { unknown: 'seen in several places, and it is not known whether at the same time' };
  }
  if (seen.length > 0 && !ruleNamed(incident.rule).acrossSleds) return { ending: 'healthy' };
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

function isInSeveralPlaces(upstairsId: string | null, { report }: RunView): boolean {
  return upstairsId !== null && severalPlaces(report.rows).has(upstairsId);
}

/**
 * Whether the process that had the upstairs goes on and reports others: then it may be stuck, and its state is unknown. Not of
 * a pantry, which lets go of an upstairs when its work on a volume is done.
 */
function runsOn({ subject, sight }: Incident, view: RackView): boolean {
  const { zone, upstairsId } = subject;
  if (zone === null || upstairsId === null || isPantry(zone)) return false;
  return view.upstairs.some(
    (each) => each.zone === zone && each.pid === sight.pid && sight.sleds.includes(each.sled),
  );
}

function judgeSled(outcome: SledOutcome | undefined): Unseen {
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

function isOf(upstairs: Upstairs, { subject, sight }: Incident): boolean {
  const { rack, zone, upstairsId, sessionId, states } = upstairs;
  if (rack !== subject.rack) return false;
  if (subject.upstairsId !== null) {
    if (upstairsId !== null) return upstairsId === subject.upstairsId;
    return zone === subject.zone && states === null && !isPantry(zone);
  }
  if (zone !== subject.zone) return false;
  // A process that was silent; or a session of an old Crucible, which has no better name.
  return sight.states === null || states === null || sessionId === sight.sessionId;
}

function isOutOfInventory(
  rack: string,
  places: readonly string[],
  inventorySleds: ReadonlySet<string>,
): boolean {
  if (places.length > 0) return places.every((sled) => !inventorySleds.has(sled));
  return ![...inventorySleds].some((sled) => sled.startsWith(`${rack}/`));
}
