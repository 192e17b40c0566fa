import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { composeMails } from '../../src/check/compose-mails.ts';
import type { SubjectStyle } from '../../src/model/subject-style.ts';
import { makeChecker, makePolicy, makeWorld, MINUTE, reportOf } from '../support/check-world.ts';
import { MAIL_CONTEXT } from '../support/rich-notice.ts';

/** What a reader of mails goes by. */
interface Head {
  readonly subject: string;
  readonly messageId: string;
  readonly references: readonly string[];
}

/** How many conversations a reader makes that goes by the references alone. */
function threads(mails: readonly Head[]): number {
  return conversations(mails, () => true);
}

/** As many as Gmail: a mail is of the conversation of one that it refers to only if their subjects are the same. */
function gmailThreads(mails: readonly Head[]): number {
  const plain = ({ subject }: Head) => subject.replace(/^((re|fwd?): *)+/i, '');
  return conversations(mails, (a, b) => plain(a) === plain(b));
}

function conversations(mails: readonly Head[], isSame: (a: Head, b: Head) => boolean): number {
  const groups: Head[][] = [];
  for (const mail of mails) {
    const group = groups.find((others) =>
      others.some((other) => mail.references.includes(other.messageId) && isSame(mail, other)),
    );
    if (group === undefined) groups.push([mail]);
    else group.push(mail);
  }
  return groups.length;
}

/** A story as a check tells it: degraded, worse, under repair, over; then another one. */
function story(subjectStyle: SubjectStyle): readonly (readonly Head[])[] {
  const world = makeWorld(4, 2);
  const checker = makeChecker(world, makePolicy({ rules: { repairing: { forMs: 0 } } }));
  const mails: Head[] = [];
  const step = (states: readonly [string, string, string]) => {
    const session = world.sessions[1];
    if (session !== undefined) session.states = [...states];
    checker.advance(5 * MINUTE);
    const { notices } = checker.run();
    const settings = { from: 'c@example.com', to: ['ada@example.com'], html: true };
    const report = reportOf(world, checker.now());
    for (const { mail } of composeMails(notices, report, settings, { ...MAIL_CONTEXT, subjectStyle })) {
      mails.push(mail);
    }
  };
  const stages = [
    ['active', 'faulted', 'active'],
    ['active', 'faulted', 'offline'],
    ['active', 'live_repair', 'active'],
    ['active', 'active', 'active'],
    ['active', 'active', 'active'],
    ['active', 'active', 'active'],
  ] as const;
  for (const states of stages) step(states);
  const first = mails.splice(0);
  for (const states of stages) step(states);
  return [first, mails];
}

describe('the mails of one story', () => {
  it('are one conversation where the subject stays, and the next story is another', () => {
    const [first = [], second = []] = story('thread');
    expect(first.length).toBeGreaterThan(3);
    expect([threads(first), gmailThreads(first)]).toEqual([1, 1]);
    expect(new Set(first.map(({ subject }) => subject))).toEqual(
      new Set(['[cruc-fleet] rack 3: trouble #1']),
    );
    expect([threads(second), gmailThreads(second), gmailThreads([...first, ...second])]).toEqual([1, 1, 2]);
  });

  it('are one conversation by their references where the subject says what is new, and several in Gmail', () => {
    const [first = []] = story('news');
    expect(threads(first)).toBe(1);
    expect(gmailThreads(first)).toBe(first.length);
  });

  it('were so in version 0.1.0 too: five mails of one story, which Gmail takes apart', () => {
    const folder = new URL('../fixtures/cases/c01-gmail-subject/', import.meta.url);
    const mails = readdirSync(folder)
      .toSorted()
      .map((name) => headOf(readFileSync(new URL(name, folder), 'utf8')));
    expect(mails).toHaveLength(5);
    expect([threads(mails), gmailThreads(mails)]).toEqual([1, 5]);
  });
});

function headOf(source: string): Head {
  const [head = ''] = source.split(/\r?\n\r?\n/, 1);
  const unfolded = head.replaceAll(/\r?\n[ \t]+/g, ' ');
  const field = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(unfolded)?.[1]?.trim() ?? '';
  return {
    subject: field('Subject'),
    messageId: field('Message-ID'),
    references: field('References').split(/\s+/).filter(Boolean),
  };
}
