import type { Ending, Incident, News, Told } from '../alert/incident.ts';
import { foldBySubject } from '../alert/incident-fold.ts';
import { foldHealth, healthChangeText } from '../alert/health-change.ts';
import { whereOf } from './mail-entry.ts';
import { newsWord, ruleNoun, ruleWords } from './mail-subject.ts';
import { ageText, momentText } from '../drawing/moment.ts';

/** What is new of one upstairs (or sled, or rack) since the last mail. */
export interface MailChange {
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

/** What is needed beside the news. `sledText` names a sled, given its id. */
interface ChangeContext {
  readonly now: number;
  readonly sledText: (id: string) => string;
}

/** News as people read it, those of one kind and upstairs together. */
export function mailChanges(news: readonly News[], { now, sledText }: ChangeContext): readonly MailChange[] {
  const folded = foldHealth(news);
  const changeOf = new Map(folded.map((group) => [group[0], healthChangeText(group)]));
  return foldBySubject(
    folded.flatMap((group) => (changeOf.get(group[0]) === null ? group : [group[0]])),
    (each) => each.incident,
    newsWord,
  ).map((group) => ({
    kind: group[0].kind,
    word: newsWord(group[0]),
    what: [...new Set(group.map((each) => changeOf.get(each) ?? whatOf(each, sledText)))],
    where: whereOf(group[0].incident, sledText),
    since: sinceText(group, now),
  }));
}

function sinceText(group: readonly [News, ...News[]], now: number): string | null {
  if (group[0].kind === 'resolved') return null;
  const since = Math.min(...group.map(({ incident }) => incident.ruleSince));
  return since === now ? `since ${momentText(since)}` : `since ${momentText(since)}, ${ageText(now - since)}`;
}

function whatOf({ kind, incident, was }: News, sledText: (id: string) => string): string {
  switch (kind) {
    case 'opened':
      return `${ruleWords(incident.rule)}: ${incident.sight.message}`;
    case 'worse':
    case 'better':
      return `${was === null ? '' : `was ${toldText(was, incident)}, now `}${toldText(incident, was)}: ${incident.sight.message}`;
    case 'moved': {
      const from = was === null ? '' : ` from ${was.sleds.map(sledText).join(' and ')}`;
      return `${ruleWords(incident.rule)}, moved${from} to ${incident.sight.sleds.map(sledText).join(' and ')}`;
    }
    case 'resolved':
      if (incident.ending === 'settled') return settledText(incident);
      return `${ruleWords(was?.rule ?? incident.rule)}${endingText(incident.ending)}; ${lifeText(incident)}`;
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
  return `${ruleWords(rule)}: ${sight.message}; only listed from now on, until something changes`;
}

/** Behind what is over; a word such as `resolved` stands before it. */
function endingText(ending: Exclude<Ending, 'settled'> | null): string {
  switch (ending) {
    case 'healthy':
      return '';
    case 'gone':
      return ': its upstairs is not there any more, and was not seen to be healthy';
    case 'withdrawn':
      return ': its sled left the inventory, and nobody knows how it is';
    case 'switched_off':
      return ': its rule was switched off, and nobody knows how it is';
    case null:
      return '';
  }
}

/** How long it was seen: what was before the first run and after the last, nobody saw. */
function lifeText(incident: Incident): string {
  const { firstSeenAt, lastSeenAt, outcome } = incident;
  const stages = stagesText(incident);
  const seen =
    firstSeenAt === lastSeenAt
      ? `seen once, at ${momentText(firstSeenAt)}`
      : `lasted ${ageText(lastSeenAt - firstSeenAt)}, seen from ${momentText(firstSeenAt)} to ${momentText(lastSeenAt)}`;
  return [seen, ...(stages === null ? [] : [stages]), ...(outcome === null ? [] : [outcome])].join('; ');
}

/** `degraded for 2h05m, then repairing for 32s`; null of what was one thing all the time. */
function stagesText({ stages, rule, ruleSince, lastSeenAt }: Incident): string | null {
  if (stages.length === 0) return null;
  const all = [...stages, { rule, since: ruleSince }];
  const texts = all.map((stage, index) => {
    const until = all[index + 1]?.since ?? lastSeenAt;
    return `${ruleNoun(stage.rule)} for ${ageText(until - stage.since)}`;
  });
  return texts.join(', then ');
}
