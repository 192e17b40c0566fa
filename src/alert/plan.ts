import {
  statusOf,
  type CheckResult,
  type Group,
  type Incident,
  type News,
  type Notice,
  type Silence,
  type Thread,
  type Told,
} from '../model/incident.ts';
import { coverageOf, isComplete, ofRacks, racksOf, type FleetReport } from '../model/report.ts';
import { compareLevels, RULE_NAMES, worstLevel, type Level, type Policy } from '../model/rules.ts';
import { countsOf, headlineOf, isSpokenOf } from './headline.ts';
import { byWorst, isAsked, liveOn } from './life.ts';
import { observe } from './observe.ts';
import { withoutFuture } from './past.ts';
import { isInForce } from './silences.ts';
import type { CheckState, GroupMemory } from './state.ts';

export interface PlanInput {
  readonly state: CheckState;
  /** Of the check probe, whole: no filter. */
  readonly report: FleetReport;
  readonly policy: Policy;
  readonly silences: readonly Silence[];
  /** Milliseconds since the epoch; it may be before that of the last run. */
  readonly now: number;
  /** The inventory that was read, and every sled in it. */
  readonly inventory: { readonly file: string; readonly sleds: readonly string[] };
  /** What is wrong with the check itself, a line each. */
  readonly troubles: readonly string[];
  /**
   * Null where nobody is to be mailed: then there are no notices, and news are told by what is printed. `broken` where
   * somebody is, and cannot be: then nothing is told, and waits.
   */
  readonly mail: MailPlan | 'broken' | null;
}

interface MailPlan {
  /** Behind the @ of a Message-ID. */
  readonly domain: string;
  /** Groups of which a mail still waits in the spool. */
  readonly undelivered: ReadonlySet<string>;
}

export interface Plan {
  /** What to remember once the notices are in the spool. */
  readonly state: CheckState;
  readonly result: CheckResult;
  /** One at most for each group. */
  readonly notices: readonly Notice[];
  /** There are news, or it is time to be reminded of what stands. */
  readonly isWorthSaying: boolean;
}

/**
 * What a run comes to: which incidents there are, what is new, and who is to hear of it. Pure: the same state, report,
 * policy and time give the same plan, so that a run that was killed before its plan was written is as if it had not
 * been.
 */
export function planRun(input: PlanInput): Plan {
  const { report, policy, silences, now } = input;
  const state = withoutFuture(input.state, now);
  const { observations, looks, memory } = observe(report, state.memory, policy, now);
  const sameInventory = state.inventory === null || state.inventory === input.inventory.file;
  const inventorySleds = sameInventory ? new Set(input.inventory.sleds) : null;
  const run = { report, looks, observations, policy, silences, now, inventorySleds };
  const incidents = liveOn(state.incidents, run).toSorted(byWorst);

  // Of sleds that were not asked this run says nothing: their incidents stay as they are.
  const asked = new Set(report.outcomes.map(({ sled }) => sled.id));
  const racks = racksOf(report);
  const concerned = incidents.filter(
    (each) => each.ending !== null || (racks.includes(each.subject.rack) && isAsked(each, asked)),
  );
  const groups = groupsOf(report, policy, concerned, inventorySleds);
  const told = groups.map((group) => tellGroup(group, concerned, incidents, state, input));
  const news = told.flatMap((each) => each.news);
  const after = new Map(input.mail === 'broken' ? [] : news.map((each) => [each.incident, each]));
  const kept = incidents.flatMap((incident) => afterNews(incident, after.get(incident) ?? null, now));
  const result = resultOf(concerned, news, input);
  return {
    state: {
      install: state.install,
      sequence: state.sequence + 1,
      inventory: input.inventory.file,
      lastRun: { at: now, level: result.level, headline: result.headline },
      lastWholeAt: isComplete(report) ? now : state.lastWholeAt,
      incidents: kept,
      memory: { ...memory, sleds: stillThere(memory.sleds, inventorySleds) },
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

function stillThere<T>(
  sleds: Readonly<Record<string, T>>,
  inventorySleds: ReadonlySet<string> | null,
): Readonly<Record<string, T>> {
  if (inventorySleds === null) return sleds;
  return Object.fromEntries(Object.entries(sleds).filter(([id]) => inventorySleds.has(id)));
}

/** Groups of which this run can say something: those that were asked, and racks that left the inventory. */
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
  return racks.map((rack) => ({ name: `rack ${rack}`, racks: [rack] }));
}

interface ToldGroup {
  readonly group: Group;
  readonly news: readonly News[];
  readonly memory: GroupMemory;
  readonly notice: Notice | null;
  /** Somebody is told of incidents, by a mail or by what is printed. */
  readonly isTold: boolean;
}

function tellGroup(
  group: Group,
  concerned: readonly Incident[],
  all: readonly Incident[],
  state: CheckState,
  input: PlanInput,
): ToldGroup {
  const { policy, now } = input;
  const mail = input.mail === 'broken' ? null : input.mail;
  const isOfGroup = ({ subject }: Incident) => group.racks.includes(subject.rack);
  const incidents = concerned.filter(isOfGroup);
  const before = state.groups[group.name] ?? NEW_GROUP;
  const news = incidents.flatMap(newsOf);
  const standing = incidents.filter(isSpokenOf);
  const isClearing = incidents.some((each) => statusOf(each) === 'clearing');
  const level = levelOf(group.racks, incidents, input);
  const kind = kindOf();
  const isTold = input.mail !== 'broken' && (kind === 'news' || kind === 'reminder');
  const memory = { ...before, toldAt: isTold ? now : before.toldAt };
  if (kind === null || mail === null) return { group, news, memory, notice: null, isTold };

  const coverage = coverageOf(ofRacks(input.report, group.racks));
  const { answered, selected } = coverage;
  const messageId = `<${slug(group.name)}.${state.sequence + 1}.${state.install}@${mail.domain}>`;
  const thread = kind === 'all_well' ? alone(messageId) : threadOf(messageId, before.thread);
  const notice = {
    kind,
    group,
    level,
    headline: headlineOf(incidents, news, coverage),
    coverage: { answered, selected },
    news,
    incidents: incidents.filter((each) => each.ending === null),
    troubles: input.troubles,
    thread,
  };
  // A story goes on as long as anything of it is open, also on sleds that were not asked.
  const goesOn = all
    .filter(isOfGroup)
    .some((each) => each.ending === null && (each.told !== null || isNew(each, news)));
  const story = { first: before.thread?.first ?? messageId, last: messageId };
  return {
    group,
    news,
    notice,
    isTold,
    memory:
      kind === 'all_well'
        ? { ...memory, mailedAt: now, allWellAt: now }
        : { ...memory, mailedAt: now, thread: goesOn ? story : null },
  };

  function kindOf(): Notice['kind'] | null {
    if (news.length > 0) return 'news';
    if (standing.length > 0) {
      const lastAt = mail === null ? before.toldAt : before.mailedAt;
      const isDue = policy.repeatMs !== null && now - (lastAt ?? -Infinity) >= policy.repeatMs;
      // No reminder of a mail that has not arrived yet.
      return isDue && mail?.undelivered.has(group.name) !== true ? 'reminder' : null;
    }
    const isDue = mail !== null && isTimeForAllWell(before.allWellAt, policy, now);
    return isDue && level === 'ok' && !isClearing ? 'all_well' : null;
  }
}

const NEW_GROUP: GroupMemory = { toldAt: null, mailedAt: null, allWellAt: null, thread: null };

/** What is to be said of an incident now; nothing while it is silenced. */
function newsOf(incident: Incident): readonly News[] {
  const { told: was, ending } = incident;
  if (incident.silencedBy !== null) return [];
  if (ending !== null) return was === null ? [] : [{ kind: 'resolved', incident, was }];
  if (incident.openedAt === null) return [];
  // What clears before anybody heard of it needs no beginning.
  if (was === null) return incident.cleanRuns > 0 ? [] : [{ kind: 'opened', incident, was }];
  const change = changeSince(was, incident);
  return change === null ? [] : [{ kind: change, incident, was }];
}

function changeSince(was: Told, incident: Incident): 'worse' | 'better' | 'moved' | null {
  const order =
    compareLevels(incident.severity, was.severity) ||
    RULE_NAMES.indexOf(was.rule) - RULE_NAMES.indexOf(incident.rule);
  if (order !== 0) return order > 0 ? 'worse' : 'better';
  return was.sleds.join() === incident.sight.sleds.join() ? null : 'moved';
}

function isNew(incident: Incident, news: readonly News[]): boolean {
  return news.some((each) => each.incident === incident);
}

/** What stays of an incident once its news are told; one that is over stays until somebody heard of it. */
function afterNews(incident: Incident, news: News | null, now: number): readonly Incident[] {
  const { ending, told, rule, severity, sight } = incident;
  if (ending !== null && (news !== null || told === null)) return [];
  return [news === null ? incident : { ...incident, told: { at: now, rule, severity, sleds: sight.sleds } }];
}

/** The level of some racks: the worst of what is open and not silenced, and unknown where the picture is not whole. */
function levelOf(racks: readonly string[], incidents: readonly Incident[], input: PlanInput): Level {
  const { report, troubles } = input;
  const isWhole = isComplete(ofRacks(report, racks)) && troubles.length === 0;
  return worstLevel([
    isWhole ? 'ok' : 'unknown',
    ...incidents.filter(isSpokenOf).map((incident) => incident.severity),
  ]);
}

function resultOf(incidents: readonly Incident[], news: readonly News[], input: PlanInput): CheckResult {
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

function isTimeForAllWell(lastAt: number | null, { allWellAt }: Policy, now: number): boolean {
  if (allWellAt === null) return false;
  const today = new Date(now);
  if (today.getHours() * 60 + today.getMinutes() < allWellAt) return false;
  return lastAt === null || new Date(lastAt).toDateString() !== today.toDateString();
}

function alone(messageId: string): Thread {
  return { messageId, inReplyTo: null, references: [] };
}

function threadOf(messageId: string, story: GroupMemory['thread']): Thread {
  if (story === null) return alone(messageId);
  return { messageId, inReplyTo: story.last, references: [...new Set([story.first, story.last])] };
}

/** As part of a Message-ID and of a file's name; racks that differ stay so. */
function slug(text: string): string {
  return text.replaceAll(/[^\w.-]+/g, '-');
}
