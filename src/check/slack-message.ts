import type { Incident, News, Notice } from '../alert/incident.ts';
import { onOneLine } from '../model/printable.ts';

/** So many things are told one by one; Slack takes 50 blocks of 3000 characters, and a phone shows few. */
const MOST_TOLD = 15;
const LONGEST_LINE = 300;

/**
 * A notice as a message of Slack's incoming webhooks: a text for notifications, and blocks.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/
 */
export function slackMessage(
  { news, incidents, coverage, troubles }: Notice,
  subject: string,
  command: (incident: Incident) => string,
): Record<string, unknown> {
  const told = news.length > 0 ? news : incidents;
  const lines = told
    .slice(0, MOST_TOLD)
    .map((each) => ('incident' in each ? newsLine(each) : incidentLine(each)));
  if (told.length > MOST_TOLD) lines.push(`and ${told.length - MOST_TOLD} more`);
  const [first] = news.length > 0 ? news.map(({ incident }) => incident) : incidents;
  return {
    text: escaped(subject),
    blocks: [
      section(`*${escaped(subject)}*`),
      ...(lines.length === 0 ? [] : sections(lines)),
      ...(troubles.length === 0
        ? []
        : sections(troubles.map((trouble) => `problem with the check: ${escaped(trouble)}`))),
      ...(first === undefined ? [] : [section(`\`${code(command(first))}\``)]),
      {
        type: 'context',
        elements: [{ type: 'mrkdwn', text: `${coverage.answered} of ${coverage.selected} sleds answered` }],
      },
    ],
  };
}

const WORDS: Readonly<Record<News['kind'], string>> = {
  opened: 'new',
  worse: 'worse',
  better: 'better',
  moved: 'moved',
  changed: 'changed',
  resolved: 'over',
};

function newsLine({ kind, incident }: News): string {
  return `${WORDS[kind]}: ${incidentLine(incident)}`;
}

function incidentLine({ rule, subject, sight }: Incident): string {
  const where = sight.sleds.length > 0 ? sight.sleds.join(', ') : (subject.sled ?? `rack ${subject.rack}`);
  const of = subject.upstairsId === null ? '' : `, upstairs ${subject.upstairsId.slice(0, 8)}`;
  return `*${escaped(rule)}* on ${escaped(where)}${escaped(of)}: ${escaped(sight.message)}`;
}

/** Lines in as few sections as their length allows. */
function sections(lines: readonly string[]): readonly Record<string, unknown>[] {
  const texts = [''];
  for (const line of lines) {
    const last = texts.at(-1) ?? '';
    if (last !== '' && last.length + line.length > 2900) texts.push(line);
    else texts[texts.length - 1] = last === '' ? line : `${last}\n${line}`;
  }
  return texts.map(section);
}

/** Verbatim: Slack makes no links of what looks like one. */
function section(text: string): Record<string, unknown> {
  return { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } };
}

/** A text in which nothing is a link or a mention (`<!channel>`). */
function escaped(text: string): string {
  return entities(onOneLine(text).slice(0, LONGEST_LINE));
}

/** The same within a code span. */
function code(text: string): string {
  return entities(onOneLine(text)).replaceAll('`', "'");
}

function entities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
