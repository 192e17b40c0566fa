import { statusOf, type Ending, type Notice } from '../alert/incident.ts';
import { printable } from '../model/printable.ts';
import { RULE_NAMES, type RuleName } from '../alert/rules/index.ts';
import { foldBySubject } from '../alert/incident-fold.ts';

const MAX_SUBJECT = 150;
const MAX_GROUP = 60;

/** One line of at most 150 characters: `[cruc-fleet] rack 3 CRITICAL: 2 degraded, 1 repairing (29/32 sleds)`. */
export function mailSubject(notice: Notice): string {
  const { answered, selected } = notice.coverage;
  const group = shortened(printable(notice.group.name), MAX_GROUP);
  const head = `[cruc-fleet] ${group} ${notice.level.toUpperCase()}: `;
  const tail = ` (${answered}/${selected} ${selected === 1 ? 'sled' : 'sleds'})`;
  const over = overHeadline(notice);
  const still = notice.kind === 'reminder' && over === null ? 'still ' : '';
  return (
    head +
    shortened(printable(still + (over ?? notice.headline)), MAX_SUBJECT - head.length - tail.length) +
    tail
  );
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

/** `resolved: 2 degraded; gone: 1 critical`, where a mail says that things are over and nothing is open; else null. */
export function overHeadline(notice: Notice): string | null {
  const isOpen = notice.incidents.some((each) => ['open', 'unknown'].includes(statusOf(each)));
  if (isOpen || notice.news.length === 0 || notice.news.some((each) => each.kind !== 'resolved')) return null;
  const ended = foldBySubject(
    notice.news,
    (news) => news.incident,
    (news) => endingWord(news.incident.ending),
  ).map((group) => ({
    word: endingWord(group[0].incident.ending),
    rule: worstRule(group.map((news) => news.was?.rule ?? news.incident.rule)),
  }));
  const words = new Set([...Object.values(ENDING_WORDS), endingWord(null)]);
  const parts = [...words].flatMap((word) => {
    const counts = RULE_NAMES.flatMap((rule) => {
      const count = ended.filter((each) => each.word === word && each.rule === rule).length;
      return count === 0 ? [] : [`${count} ${rule}`];
    });
    return counts.length === 0 ? [] : [`${word}: ${counts.join(', ')}`];
  });
  return parts.join('; ');
}

/** The one that comes first in the order of rules speaks for an upstairs. */
function worstRule(rules: readonly RuleName[]): RuleName | undefined {
  return RULE_NAMES.find((name) => rules.includes(name));
}
