import { worstLevel, type Level } from '../model/level.ts';
import { coverageOf, isComplete, ofRacks } from '../model/report.ts';
import { headlineOf, isSpokenOf } from './headline.ts';
import { statusOf, type Group, type Incident, type News, type Notice, type Thread } from './incident.ts';
import { newsOf } from './news.ts';
import type { PlanInput } from './plan-input.ts';
import type { Policy } from './policy.ts';
import type { CheckState, GroupMemory } from './state.ts';

/** What a group is told in this run, and what to remember of that. */
export interface ToldGroup {
  readonly group: Group;
  readonly news: readonly News[];
  readonly memory: GroupMemory;
  readonly notice: Notice | null;
  /** Somebody is told of incidents, by a mail or by what is printed. */
  readonly isTold: boolean;
}

/** Decides whether a group has a mail in this run, and which. */
export function tellGroup(
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
  // A story goes on as long as anything of it is open or has still to be told, also on sleds that were not asked.
  const isOfStory = (each: Incident) => each.told !== null || isNew(each, news);
  const goesOn = all.filter(isOfGroup).some((each) => each.ending === null && isOfStory(each));
  const hasEnded = kind === null && news.length === 0 && !all.filter(isOfGroup).some(isOfStory);
  const memory = {
    ...before,
    toldAt: isTold ? now : before.toldAt,
    thread: hasEnded ? null : before.thread,
  };
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
    incidents: incidents.filter((each) => each.ending === null && (kind === 'all_well' || !each.isListed)),
    troubles: input.troubles,
    thread,
  };
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

function isNew(incident: Incident, news: readonly News[]): boolean {
  return news.some((each) => each.incident === incident);
}

/** The level of some racks: the worst of what is open and not silenced, and unknown where answers are missing. */
export function levelOf(racks: readonly string[], incidents: readonly Incident[], input: PlanInput): Level {
  const { report, troubles } = input;
  const isWhole = isComplete(ofRacks(report, racks)) && troubles.length === 0;
  return worstLevel([
    isWhole ? 'ok' : 'unknown',
    ...incidents.filter(isSpokenOf).map((incident) => incident.severity),
  ]);
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
