import type { Ending, Incident, News, Told } from '../alert/incident.ts';
import { foldBySubject } from '../alert/incident-fold.ts';
import { foldHealth, healthChangeText } from '../alert/health-change.ts';
import { whereOf } from './mail-entry.ts';
import { endingWord } from './mail-subject.ts';
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
}

/** News as people read it, those of one kind and upstairs together. `sledText` names a sled, given its id. */
export function mailChanges(news: readonly News[], sledText: (id: string) => string): readonly MailChange[] {
  const wordOf = (each: News) => changeWord(each);
  const folded = foldHealth(news);
  const changeOf = new Map(folded.map((group) => [group[0], healthChangeText(group)]));
  return foldBySubject(
    folded.flatMap((group) => (changeOf.get(group[0]) === null ? group : [group[0]])),
    (each) => each.incident,
    wordOf,
  ).map((group) => ({
    kind: group[0].kind,
    word: wordOf(group[0]),
    what: [...new Set(group.map((each) => changeOf.get(each) ?? whatOf(each, sledText)))],
    where: whereOf(group[0].incident, sledText),
  }));
}

function changeWord({ kind, incident }: News): string {
  if (kind === 'opened') return 'new';
  if (kind !== 'resolved') return kind;
  const isWatched = incident.ending !== 'withdrawn' && incident.ending !== 'switched_off';
  return isWatched ? endingWord(incident.ending) : 'unwatched';
}

function whatOf({ kind, incident, was }: News, sledText: (id: string) => string): string {
  switch (kind) {
    case 'opened':
      return `${incident.rule}: ${incident.sight.message}`;
    case 'worse':
    case 'better':
      return `${was === null ? '' : `was ${toldText(was, incident)}, now `}${toldText(incident, was)}: ${incident.sight.message}`;
    case 'moved': {
      const from = was === null ? '' : ` from ${was.sleds.map(sledText).join(' and ')}`;
      return `${incident.rule}, moved${from} to ${incident.sight.sleds.map(sledText).join(' and ')}`;
    }
    case 'resolved':
      if (incident.ending === 'settled') return settledText(incident);
      return `${was?.rule ?? incident.rule} ${endingText(incident.ending)}; ${lifeText(incident)}`;
  }
}

/** The rule, and the severity where only that has changed. */
function toldText(
  told: Pick<Told, 'rule' | 'severity'>,
  other: Pick<Told, 'rule' | 'severity'> | null,
): string {
  return other !== null && other.rule === told.rule && other.severity !== told.severity
    ? `${told.rule} (${told.severity})`
    : told.rule;
}

/** It goes on: what is said of it is said once more, and then no more. */
function settledText({ rule, sight }: Incident): string {
  return `${rule}: ${sight.message}; only listed from now on, until something changes`;
}

function endingText(ending: Exclude<Ending, 'settled'> | null): string {
  switch (ending) {
    case 'healthy':
      return 'was looked for and is not so any more';
    case 'gone':
      return 'is over since its upstairs is not there any more; it was not seen to be healthy';
    case 'withdrawn':
      return 'is not watched any more, since its sled left the inventory; how it is, nobody knows';
    case 'switched_off':
      return 'is not looked for any more, since its rule was switched off';
    case null:
      return 'is over';
  }
}

/** How long it was seen: what was before the first run and after the last, nobody saw. */
function lifeText(incident: Incident): string {
  const { firstSeenAt, lastSeenAt, outcome } = incident;
  const stages = stagesText(incident);
  const seen =
    firstSeenAt === lastSeenAt
      ? `seen once, at ${momentText(firstSeenAt)}`
      : `it lasted ${ageText(lastSeenAt - firstSeenAt)}, seen from ${momentText(firstSeenAt)} to ${momentText(lastSeenAt)}`;
  return [seen, ...(stages === null ? [] : [stages]), ...(outcome === null ? [] : [outcome])].join('; ');
}

/** `degraded for 2h05m, then repairing for 32s`; null of what was one thing all the time. */
function stagesText({ stages, rule, ruleSince, lastSeenAt }: Incident): string | null {
  if (stages.length === 0) return null;
  const all = [...stages, { rule, since: ruleSince }];
  const texts = all.map((stage, index) => {
    const until = all[index + 1]?.since ?? lastSeenAt;
    return `${stage.rule} for ${ageText(until - stage.since)}`;
  });
  return texts.join(', then ');
}
