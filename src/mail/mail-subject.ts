import { statusOf, thingOf, type Ending, type Incident, type News, type Notice } from '../alert/incident.ts';
import { foldBySubject } from '../alert/incident-fold.ts';
import { RULE_NAMES, ruleNamed, type RuleName } from '../alert/rules/index.ts';
import { printable } from '../model/printable.ts';
import type { SubjectStyle } from '../model/subject-style.ts';

const MAX_SUBJECT = 150;
const MAX_GROUP = 60;
const PREFIX = '[cruc-fleet] ';

/**
 * One line of at most 150 characters: `[cruc-fleet] CRITICAL - rack 3: 1 disk stopped (two of three downstairs lost) -
 * worse; 29 of 32 sleds answered`, or `[cruc-fleet] rack 3: trouble #214` of a whole thread.
 */
export function mailSubject(notice: Notice, style: SubjectStyle): string {
  const { answered, selected } = notice.coverage;
  if (style === 'thread' && notice.kind !== 'all_well') {
    return `${PREFIX}${groupOf(notice)}: trouble #${storyOf(notice)}`;
  }
  const tail = answered === selected ? '' : `; ${answered} of ${selected} ${sledsWord(selected)} answered`;
  return PREFIX + shortened(printable(verdictLine(notice)), MAX_SUBJECT - PREFIX.length - tail.length) + tail;
}

/** `CRITICAL - rack 3: 1 disk stopped (two of three downstairs lost), 3 degraded - new: 1 degraded`. */
export function verdictLine(notice: Notice): string {
  const over = overHeadline(notice);
  const still = notice.kind === 'reminder' && over === null ? 'still ' : '';
  const what = over ?? notice.headline + newsText(notice);
  return `${notice.level.toUpperCase()} - ${groupOf(notice)}: ${still}${what}`;
}

export function sledsWord(count: number): string {
  return count === 1 ? 'sled' : 'sleds';
}

function groupOf({ group }: Notice): string {
  return shortened(printable(group.name), MAX_GROUP);
}

/** The number of the run in which a story began, as its first mail's Message-ID has it: the same in all of its mails. */
function storyOf({ thread }: Notice): string {
  return /\.(\d+)\.[^.]*@/.exec(thread.references[0] ?? thread.messageId)?.[1] ?? '0';
}

/** Whole characters only: half of one would not survive the mail. */
function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 3).replace(/\p{Cs}$/u, '')}...`;
}

/** How an incident ended, in a word or three. Only what was looked for and not found is resolved. */
const ENDING_WORDS: Readonly<Record<Ending, string>> = {
  healthy: 'resolved',
  gone: 'gone',
  withdrawn: 'no longer watched',
  switched_off: 'no longer watched',
  settled: 'listed',
};

export function endingWord(ending: Ending | null): string {
  return ending === null ? 'over' : ENDING_WORDS[ending];
}

/** What became of an incident, in a word or three: the same in the subject and in the list of changes. */
export function newsWord({ kind, incident }: News): string {
  if (kind === 'opened') return 'new';
  return kind === 'resolved' ? endingWord(incident.ending) : kind;
}

/** ` - new`, where all that stands is new; ` - new: 1 degraded; resolved: 1 repairing`, where it is not. */
function newsText({ news, incidents }: Notice): string {
  if (news.length === 0) return '';
  const standing = things(incidents.filter(isStanding));
  const told = things(news.map((each) => each.incident));
  const isAll = told.size === standing.size && [...told].every((thing) => standing.has(thing));
  const words = new Set(foldBySubject(news, (each) => each.incident).map(wordOf));
  const [word] = words;
  return isAll && words.size === 1 && word !== undefined ? ` - ${word}` : ` - ${countsByWord(news)}`;
}

/** Whether a headline counts it: what is silenced it does not speak of. */
export function isStanding(incident: Incident): boolean {
  return ['open', 'unknown', 'clearing', 'pending'].includes(statusOf(incident));
}

function things(incidents: readonly Incident[]): ReadonlySet<string> {
  return new Set(incidents.map(thingOf));
}

/** `resolved: 2 degraded; gone: 1 disk stopped`, where a mail says that things are over and nothing is open; else null. */
export function overHeadline(notice: Notice): string | null {
  const isOpen = notice.incidents.some((each) => ['open', 'unknown'].includes(statusOf(each)));
  if (isOpen || notice.news.length === 0 || notice.news.some((each) => each.kind !== 'resolved')) return null;
  return countsByWord(notice.news);
}

/** In the order in which a count names them. */
const WORDS = ['worse', 'new', 'moved', 'better', ...Object.values(ENDING_WORDS), endingWord(null)];

/** One word for all that is new of an upstairs: what got worse says more than what is new beside it. */
function wordOf(group: readonly [News, ...News[]]): string {
  const words = group.map(newsWord);
  return WORDS.find((word) => words.includes(word)) ?? newsWord(group[0]);
}

function countsByWord(news: readonly News[]): string {
  const folded = foldBySubject(news, (each) => each.incident).map((group) => {
    const word = wordOf(group);
    return { word, rule: worstRule(group.filter((each) => newsWord(each) === word).map(ruleSaid)) };
  });
  const parts = [...new Set(WORDS)].flatMap((word) => {
    const counts = RULE_NAMES.flatMap((rule) => {
      const count = folded.filter((each) => each.word === word && each.rule === rule).length;
      return count === 0 ? [] : [`${count} ${ruleNoun(rule, count)}`];
    });
    return counts.length === 0 ? [] : [`${word}: ${counts.join(', ')}`];
  });
  return parts.join('; ');
}

/** What was said of it, where it is over. */
function ruleSaid({ kind, incident, was }: News): RuleName {
  return kind === 'resolved' ? (was?.rule ?? incident.rule) : incident.rule;
}

/** `disk stopped`: what counts say of a rule, without what stands behind it in brackets. */
export function ruleNoun(rule: RuleName, count = 1): string {
  return ruleNamed(rule).counted[count === 1 ? 0 : 1].replace(/ \(.*\)$/, '');
}

/** `disk stopped (two of three downstairs lost)`: the same words when it opens, is listed and ends. */
export function ruleWords(rule: RuleName): string {
  return ruleNamed(rule).counted[0];
}

/** The one that comes first in the order of rules speaks for an upstairs. */
function worstRule(rules: readonly RuleName[]): RuleName | undefined {
  return RULE_NAMES.find((name) => rules.includes(name));
}
