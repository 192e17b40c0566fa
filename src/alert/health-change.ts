import { compareLevels } from '../model/level.ts';
import { thingOf, type News } from './incident.ts';
import { ruleNoun } from './rule-words.ts';
import { RULE_NAMES, ruleNamed } from './rules/index.ts';

/**
 * News with those of one upstairs' health as one: each downstairs has an incident, and an upstairs that
 * loses another downstairs got worse, once. The first of a group says what became of all.
 */
export function foldHealth(news: readonly News[]): readonly (readonly [News, ...News[]])[] {
  const groups = new Map<string, [News, ...News[]]>();
  news.forEach((each, index) => {
    const key = isOfHealth(each) ? thingOf(each.incident) : String(index);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  });
  return [...groups.values()].map(withSpeaker);
}

/** `degraded → disk stopped; downstairs 0 active → offline; was active/faulted/active`; null where nobody was told. */
export function healthChangeText(group: readonly [News, ...News[]]): string | null {
  const [{ incident, was }] = group;
  const now = incident.sight.states;
  const before = was?.states ?? null;
  if (!group.every(isOfHealth) || was === null || before === null || now === null) return null;
  if (was.rule === incident.rule) return null;
  const moves = now.flatMap((state, index) =>
    before[index] === undefined || before[index] === state
      ? []
      : [`downstairs ${index} ${before[index]} → ${state}`],
  );
  return [`${ruleNoun(was.rule)} → ${ruleNoun(incident.rule)}`, ...moves, `was ${before.join('/')}`].join(
    '; ',
  );
}

function isOfHealth({ kind, incident }: News): boolean {
  const isChange = kind === 'opened' || kind === 'worse' || kind === 'better';
  return isChange && ruleNamed(incident.rule).family === 'health';
}

/** Puts in front what speaks for all: the worst that is so, with what was told before, and which way it went. */
function withSpeaker(group: readonly [News, ...News[]]): readonly [News, ...News[]] {
  const told = group.filter(({ was }) => was !== null);
  const [before] = told.toSorted((a, b) => (b.was?.at ?? 0) - (a.was?.at ?? 0));
  if (before === undefined || group.length === 1) return group;
  const worst = group.reduce((a, b) => (isWorse(b, a) ? b : a));
  const gotWorse = group.some(({ kind }) => kind !== 'better');
  const speaker: News = { kind: gotWorse ? 'worse' : 'better', incident: worst.incident, was: before.was };
  return [speaker, ...group.filter((each) => each !== worst)];
}

function isWorse({ incident: a }: News, { incident: b }: News): boolean {
  const order =
    compareLevels(a.severity, b.severity) || RULE_NAMES.indexOf(b.rule) - RULE_NAMES.indexOf(a.rule);
  return order > 0;
}
