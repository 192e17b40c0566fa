import { beganAt, type Ending, type Incident, type News, type Told } from '../alert/incident.ts';
import type { RuleName } from '../alert/rules/index.ts';
import { foldAlike } from '../alert/incident-fold.ts';
import type { IncidentPlaces } from '../alert/incident-place.ts';
import { inBlocks } from '../alert/placed-incidents.ts';
import { foldHealth, healthChangeText } from '../alert/health-change.ts';
import { ruleNoun, ruleWords } from '../alert/rule-words.ts';
import { whereOf } from './mail-entry.ts';
import { newsWord } from './mail-subject.ts';
import { isClockSet } from '../model/clock-set.ts';
import { ageText, momentText } from '../drawing/moment.ts';
import { messagesOf, type SledNames } from './sled-names.ts';

/** What is new of one upstairs (or sled, or rack) since the last mail. */
export interface MailChange {
  /** Above it and those that follow: what they share; null where it is that of the one before, or nothing. */
  readonly heading: string | null;
  readonly kind: News['kind'];
  /** `new`, `worse`, `gone`. */
  readonly word: string;
  /** A sentence a change. */
  readonly what: readonly string[];
  /** In parts that may each stand on a line. */
  readonly where: readonly string[];
  /** Since when it is so; null where it is over, which says so itself. */
  readonly since: string | null;
}

/** What is needed beside the news. */
interface ChangeContext {
  readonly now: number;
  readonly sleds: SledNames;
  readonly places: IncidentPlaces;
}

/** News as people read it, those of one kind and upstairs together. */
export function mailChanges(
  news: readonly News[],
  { now, sleds, places }: ChangeContext,
): readonly MailChange[] {
  const folded = foldHealth(news);
  const changeOf = new Map(folded.map((group) => [group[0], healthChangeText(group)]));
  const groups = foldAlike(
    folded.flatMap((group) => (changeOf.get(group[0]) === null ? group : [group[0]])),
    (each) => each.incident,
    newsWord,
  );
  const changeFor = (group: readonly [News, ...News[]]): Omit<MailChange, 'heading'> => ({
    kind: group[0].kind,
    word: newsWord(group[0]),
    what: whatTexts(group, (each) => changeOf.get(each) ?? null, sleds),
    where: whereOf([group[0].incident, ...group.slice(1).map((each) => each.incident)], sleds),
    since: sinceText(group, now),
  });
  return inBlocks(groups, (group) => group.map(({ incident }) => incident), places).flatMap(
    ({ heading, items }) =>
      items.map((group, at) => ({ heading: at === 0 ? heading : null, ...changeFor(group) })),
  );
}

/** A sentence a change; what opened or ended of one rule, as the lost downstairs of a disk, is one. */
function whatTexts(
  group: readonly News[],
  changeOf: (news: News) => string | null,
  sleds: SledNames,
): readonly string[] {
  const opened = (each: News) => each.kind === 'opened' && changeOf(each) === null;
  const texts = group.map((each) => {
    if (each.kind === 'resolved') {
      const alike = group
        .filter((other) => saidOf(other) === saidOf(each) && isSameEnd(other, each))
        .map(({ incident }) => incident);
      return whatOf({ ...each, incident: oneLife(alike, each.incident) }, sleds, sledCount(alike));
    }
    if (!opened(each)) return changeOf(each) ?? whatOf(each, sleds);
    const alike = group.filter((other) => opened(other) && other.incident.rule === each.incident.rule);
    const incidents = alike.map(({ incident }) => incident);
    return `${ruleWords(each.incident.rule, sledCount(incidents))}: ${messagesOf(incidents, sleds).join('; ')}`;
  });
  return [...new Set(texts)];
}

/** How many sleds an entry is about, where it is about sleds; else it is about one thing. */
function sledCount(incidents: readonly Incident[]): number {
  return Math.max(1, new Set(incidents.flatMap(({ subject }) => subject.sled ?? [])).size);
}

function saidOf({ incident, was }: News): RuleName {
  return was?.rule ?? incident.rule;
}

function isSameEnd({ incident: a }: News, { incident: b }: News): boolean {
  return a.ending === b.ending && a.ending !== 'settled';
}

/** Incidents of one disk as one that lasted from the first to the last, with how each of their repairs ended. */
function oneLife(incidents: readonly Incident[], alone: Incident): Incident {
  const longest = incidents.reduce((a, b) => (b.firstSeenAt < a.firstSeenAt ? b : a), alone);
  const outcomes = [...new Set(incidents.flatMap(({ outcome }) => outcome ?? []))];
  return {
    ...longest,
    lastSeenAt: Math.max(longest.lastSeenAt, ...incidents.map(({ lastSeenAt }) => lastSeenAt)),
    outcome: outcomes.length === 0 ? longest.outcome : outcomes.join('; '),
  };
}

function sinceText(group: readonly [News, ...News[]], now: number): string | null {
  if (group[0].kind === 'resolved') return null;
  const since = Math.min(...group.map(({ incident }) => beganAt(incident)));
  const isNoAge = since === now || !isClockSet(now);
  return isNoAge ? `since ${momentText(since)}` : `since ${momentText(since)}, ${ageText(now - since)}`;
}

function whatOf({ kind, incident, was }: News, { one }: SledNames, count = 1): string {
  switch (kind) {
    case 'opened':
      return `${ruleWords(incident.rule)}: ${incident.sight.message}`;
    case 'worse':
    case 'better':
      return `${was === null ? '' : `was ${toldText(was, incident)}, now `}${toldText(incident, was)}: ${incident.sight.message}`;
    case 'changed':
      return `${ruleWords(incident.rule)}: ${incident.sight.message}`;
    case 'moved': {
      const from = was === null ? '' : ` from ${was.sleds.map(one).join(' and ')}`;
      return `${ruleWords(incident.rule)}:${from} to ${incident.sight.sleds.map(one).join(' and ')}`;
    }
    case 'resolved':
      if (incident.ending === 'settled') return settledText(incident);
      return `${ruleWords(was?.rule ?? incident.rule, count)}${endingText(incident.ending)}; ${lifeText(incident)}`;
  }
}

/** The rule, and the severity where only that has changed. */
function toldText(
  told: Pick<Told, 'rule' | 'severity'>,
  other: Pick<Told, 'rule' | 'severity'> | null,
): string {
  return other !== null && other.rule === told.rule && other.severity !== told.severity
    ? `${ruleWords(told.rule)} (${told.severity})`
    : ruleWords(told.rule);
}

/** It goes on: what is said of it is said once more, and then no more. */
function settledText({ rule, sight }: Incident): string {
  return `${ruleWords(rule)}: ${sight.message}; only listed from now on, until it changes`;
}

/** Behind what is over; a word such as `resolved` stands before it. */
function endingText(ending: Exclude<Ending, 'settled'> | null): string {
  switch (ending) {
    case 'healthy':
      return '';
    case 'gone':
      return ': its upstairs no longer exists and was never seen to recover';
    case 'withdrawn':
      return ': its sled was removed from the inventory; its state is unknown';
    case 'switched_off':
      return ': its rule was switched off; its state is unknown';
    case null:
      return '';
  }
}

/** How long it was seen: what was before the first run and after the last, nobody saw. */
function lifeText(incident: Incident): string {
  const { lastSeenAt, outcome } = incident;
  const firstSeenAt = Math.min(incident.firstSeenAt, incident.sight.since ?? incident.firstSeenAt);
  const ended = outcome === null ? [] : [outcome];
  // Times and ages by a clock that was not set mean nothing.
  if (!isClockSet(lastSeenAt)) return [`seen at ${momentText(lastSeenAt)}`, ...ended].join('; ');
  const stages = stagesText(incident);
  const seen =
    firstSeenAt === lastSeenAt
      ? `seen once, at ${momentText(firstSeenAt)}`
      : `seen for ${ageText(lastSeenAt - firstSeenAt)}, from ${momentText(firstSeenAt)} to ${momentText(lastSeenAt)}`;
  return [seen, ...(stages === null ? [] : [stages]), ...ended].join('; ');
}

/** `degraded for 2h05m, then repairing for 32s`; null of what was one thing all the time. */
function stagesText({ stages, rule, ruleSince, lastSeenAt }: Incident): string | null {
  if (stages.length === 0) return null;
  const all = [...stages, { rule, since: ruleSince }];
  const texts = all.map((stage, index) => {
    const next = all[index + 1]?.since ?? lastSeenAt;
    const until = stage.until ?? next;
    const noun = ruleNoun(stage.rule);
    const lasted =
      until === stage.since ? `${noun} (seen once)` : `${noun} for ${ageText(until - stage.since)}`;
    return stage.until === undefined ? lasted : `${lasted}, then not seen for ${ageText(next - until)}`;
  });
  return texts.join(', then ');
}
