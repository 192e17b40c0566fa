import { groupBy } from '../model/group-by.ts';
import { coverageOf, isComplete, racksOf, type FleetReport } from '../model/report.ts';
import { onThisClock } from './clock.ts';
import { countsOf, headlineOf } from './headline.ts';
import type { CheckResult, Group, Incident, News, Notice } from './incident.ts';
import { byWorst, liveOn } from './life.ts';
import { afterNews } from './news.ts';
import type { PlanInput } from './plan-input.ts';
import type { Policy } from './policy.ts';
import { isInForce } from './silences.ts';
import { ruleNamed } from './rules/index.ts';
import type { CheckState } from './state.ts';
import { findSymptoms } from './symptoms.ts';
import { levelOf, tellGroup } from './tell.ts';
import { isAsked } from './unseen.ts';

export interface Plan {
  /** What to remember once the notices are in the spool. */
  readonly state: CheckState;
  readonly result: CheckResult;
  /** One at most for each group. */
  readonly notices: readonly Notice[];
  /** There is news, or it is time to be reminded of what stands. */
  readonly isWorthSaying: boolean;
}

/**
 * What a run comes to: which incidents there are, what is new, and who is to hear of it. Pure: the same state, report,
 * policy and time give the same plan, so that a run that was killed before its plan was written is as if it had not
 * been.
 */
export function planRun(input: PlanInput): Plan {
  const { report, policy, silences, now } = input;
  const { state, notes } = onThisClock(input.state, now, input.clock);
  const { symptoms, upstairs, repairEnds, memory } = findSymptoms(input, state.memory);
  const sameInventory = state.inventory === null || state.inventory === input.inventory.file;
  const { sleds } = input.inventory;
  const inventorySleds = sameInventory && sleds !== null ? new Set(sleds) : null;
  const run = { report, upstairs, symptoms, repairEnds, policy, silences, now, inventorySleds };
  const incidents = liveOn(state.incidents, run).toSorted(byWorst);

  // Of sleds that were not asked this run says nothing: their incidents stay as they are.
  const asked = new Set(report.outcomes.map(({ sled }) => sled.id));
  const racks = racksOf(report);
  const concerned = incidents.filter(
    (each) =>
      !isPast(each) && (each.ending !== null || (racks.includes(each.subject.rack) && isAsked(each, asked))),
  );
  const groups = groupsOf(report, policy, concerned, inventorySleds);
  const told = groups.map((group) => tellGroup(group, concerned, incidents, state, input));
  const news = told.flatMap((each) => each.news);
  const after = new Map(input.mail === 'broken' ? [] : news.map((each) => [each.incident, each]));
  const kept = incidents.flatMap((incident) => afterNews(incident, after.get(incident) ?? null, now));
  const result = { ...resultOf(concerned, news, input), notes };
  return {
    state: {
      install: state.install,
      sequence: state.sequence + 1,
      inventory: input.inventory.file,
      clock: input.clock,
      lastRun: { at: now, level: result.level, headline: result.headline },
      lastWholeAt: isComplete(report) ? now : state.lastWholeAt,
      incidents: kept,
      memory: {
        ...memory,
        sleds: stillThere(memory.sleds, inventorySleds),
      },
      groups: {
        ...state.groups,
        ...Object.fromEntries(told.map(({ group, memory }) => [group.name, memory])),
      },
      spool: state.spool,
      alerts: state.alerts,
    },
    result,
    notices: told.flatMap((each) => (each.notice === null ? [] : [each.notice])),
    isWorthSaying: told.some((each) => each.isTold),
  };
}

/** An event of an earlier run: it is remembered, and is nothing that is so now. */
function isPast({ rule, cleanRuns }: Incident): boolean {
  return ruleNamed(rule).isEvent && cleanRuns > 0;
}

function stillThere<T>(
  sleds: Readonly<Record<string, T>>,
  inventorySleds: ReadonlySet<string> | null,
): Readonly<Record<string, T>> {
  if (inventorySleds === null) return sleds;
  return Object.fromEntries(Object.entries(sleds).filter(([id]) => inventorySleds.has(id)));
}

/** Groups that this run can say something about: those that were asked, and racks that left the inventory. */
function groupsOf(
  report: FleetReport,
  policy: Policy,
  incidents: readonly Incident[],
  inventorySleds: ReadonlySet<string> | null,
): readonly Group[] {
  const known = new Set([...(inventorySleds ?? [])].map((id) => id.slice(0, id.indexOf('/'))));
  const gone = incidents
    .filter(({ ending, subject }) => ending === 'withdrawn' && !known.has(subject.rack))
    .map(({ subject }) => subject.rack);
  const racks = [...new Set([...racksOf(report), ...gone])];
  if (policy.groupBy === 'fleet') return [{ name: 'fleet', racks }];
  const byRack = (some: readonly string[]) => some.map((rack) => ({ name: `rack ${rack}`, racks: [rack] }));
  if (policy.groupBy === 'rack') return byRack(racks);
  // A rack that is asked from here has no site.
  const sites = groupBy(
    racks.filter((rack) => rack.includes(':')),
    (rack) => rack.slice(0, rack.indexOf(':')),
  );
  return [
    ...[...sites].map(([site, ofSite]) => ({ name: `site ${site}`, racks: ofSite })),
    ...byRack(racks.filter((rack) => !rack.includes(':'))),
  ];
}

function resultOf(
  incidents: readonly Incident[],
  news: readonly News[],
  input: PlanInput,
): Omit<CheckResult, 'notes'> {
  const { report, silences, troubles, now } = input;
  return {
    level: levelOf(racksOf(report), incidents, input),
    headline: `${report.selection}: ${headlineOf(incidents, news, coverageOf(report))}`,
    counts: countsOf(incidents),
    incidents,
    news,
    troubles,
    silences: silences.filter((silence) => isInForce(silence, now)),
    at: now,
  };
}
