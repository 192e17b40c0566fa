import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/alert/incident.ts';
import { ruleNoun } from '../../src/alert/rule-words.ts';
import { RULE_NAMES } from '../../src/alert/rules/index.ts';
import { renderMail } from '../../src/mail/render-mail.ts';
import {
  makeChecker,
  makePolicy,
  makeWorld,
  MINUTE,
  reportOf,
  type CheckWorld,
} from '../support/check-world.ts';
import { MAIL_CONTEXT } from '../support/rich-notice.ts';
import { renewedBy } from '../support/renewed-by.ts';

/** Everything that a rule can find, in one rack of nine sleds: nothing waits for its second run. */
function everyIncident(): readonly Incident[] {
  const world = makeWorld(9, 16);
  const rules = {
    wait_quorum: { thresholds: { after: 5 * MINUTE } },
    jobs_stuck: { thresholds: { after: 5 * MINUTE } },
    repair_not_begun: { thresholds: { after: 5 * MINUTE } },
    pantry_stuck: { thresholds: { after: 5 * MINUTE } },
    coverage: { thresholds: { below: 0.99 } },
    no_report: { thresholds: { runs: 1 } },
  };
  const seen = new Map<string, Incident>();
  const checkers = [rules, { ...rules, coverage: { on: false } }].map((each) =>
    makeChecker(world, makePolicy({ rules: each })),
  );
  const step = () => {
    for (const checker of checkers) {
      checker.advance(5 * MINUTE);
      const { incidents } = checker.run().result;
      for (const each of incidents) seen.set(`${each.rule} ${each.sight.message}`, each);
    }
  };
  happen(world)[0]?.();
  step();
  happen(world)[1]?.();
  for (let n = 0; n < 3; n++) step();
  return [...seen.values()];
}

/** What is so before the first run, and what happens after it. */
function happen({ sessions, sleds }: CheckWorld): readonly (() => void)[] {
  const at = (n: number) => sessions[n]!;
  return [
    () => {
      at(0).states = ['faulted', 'faulted', 'faulted'];
      at(1).states = ['faulted', 'offline', 'active'];
      at(2).states = ['faulted', 'active', 'active'];
      at(3).states = ['wait_quorum', 'new', 'wait_quorum'];
      at(4).work = { waiting: 3, queued: 0, bytes: 0 };
      at(5).states = ['active', 'live_repair', 'active'];
      at(6).states = ['reconcile', 'reconcile', 'reconcile'];
      at(7).states = ['active', 'offline', 'active'];
      Object.assign(at(8), { states: ['active', 'live_repair', 'active'], cubby: 0 });
      Object.assign(at(10), { zone: at(9).zone, pid: at(9).pid, cubby: at(9).cubby });
      Object.assign(at(11), { cubby: 0, there: 'silent' });
      at(12).zone = at(12).zone.replace('propolis-server', 'crucible_pantry');
      sessions.push({ ...at(13), cubby: 6, pid: 31_000 });
    },
    () => {
      Object.assign(at(8), { states: ['active', 'faulted', 'active'], aborted: [1, 1, 1] });
      at(2).aborted = [2, 2, 2];
      at(10).there = 'no';
      at(10).work = { waiting: 1, queued: 0, bytes: 0 };
      at(1).connected[2] = 3;
      at(14).there = 'unreadable';
      sleds[8]!.answer = 'no';
      sleds[3]!.answer = 'in part';
    },
  ];
}

/** Words that say something by themselves, in one form. */
function wordsOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[a-z]{4,}/g) ?? [];
  return words.map((word) => word.replace(/s$/, '')).filter((word) => !NAMES.has(word));
}

/** What has a name is called by it. */
const NAMES = new Set(['disk', 'sled', 'rack', 'upstair', 'downstair', 'pantry', 'process', 'with']);

describe('what a mail says of an incident', () => {
  const all = everyIncident();

  it('is tried here of every rule', () => {
    const tried = new Set(all.map(({ rule }) => rule));
    const missing = RULE_NAMES.filter((rule) => !tried.has(rule));
    expect(
      missing,
      'let them come about in happen(), in this file; test/support/check-world.ts has what sessions report',
    ).toEqual([]);
  });

  it('is never said twice: what the words of a rule say, its message does not say again', () => {
    const twice = all.flatMap(({ rule, sight }) => {
      const said = wordsOf(ruleNoun(rule));
      // What the simulated sled itself says is not of the rule.
      const own = wordsOf(sight.message.replace('the report is too long', ''));
      const again = said.filter((word) => own.includes(word));
      return again.length === 0 ? [] : [`${ruleNoun(rule)}: ${sight.message}`];
    });
    expect(twice).toEqual([]);
  });

  it('is in the words of the table that a reader sees beside this test', async () => {
    const lines = all.map(
      ({ rule, sight }) => `${ruleNoun(rule)}: ${sight.message.replaceAll(/\d{4}-\S+Z/g, 'TIME')}`,
    );
    await expect(`${lines.toSorted().join('\n')}\n`).toMatchFileSnapshot(
      '../fixtures/golden/rule-words.txt',
      renewedBy('test/mail'),
    );
  });
});

describe('sleds with the same story', () => {
  function mailOf(change: (world: CheckWorld) => void) {
    const world = makeWorld(6, 6);
    const checker = makeChecker(world, makePolicy());
    const step = () => {
      checker.advance(5 * MINUTE);
      const { notices } = checker.run();
      const context = { ...MAIL_CONTEXT, now: checker.now() };
      return notices.map((notice) => renderMail(notice, reportOf(world, checker.now()), context));
    };
    step();
    change(world);
    return { world, step };
  }
  const changesIn = (text = '') => /^What changed[^]*?\n\n/m.exec(text)?.[0].split('\n').slice(2) ?? [];

  it('are one entry with a folded list, when their answers are partial and when they are whole again', () => {
    const { world, step } = mailOf(({ sleds }) => {
      for (const cubby of [0, 1, 2, 4]) sleds[cubby]!.answer = 'in part';
    });
    const [mail] = step();
    expect(mail?.subject).toBe('[cruc-fleet] UNKNOWN - rack 3: 4 partial answers - new');
    expect(changesIn(mail?.text)).toEqual([
      'new       partial answers: dtrace: 3 drops on CPU 1',
      '          3/[0-2,4] (4 sleds)',
      '          since 2026-11-26T08:10:00Z',
      '',
      '',
    ]);
    expect(mail?.text.match(/^\* /gm)).toHaveLength(1);
    expect(mail?.text).toMatch(/^ {4}sleds {4}3\/\[0-2,4\]$/m);
    for (const sled of world.sleds) sled.answer = 'yes';
    step();
    expect(changesIn(step()[0]?.text)).toEqual([
      'resolved  partial answers; seen once, at 2026-11-26T08:10:00Z',
      '          3/[0-2,4] (4 sleds)',
      '',
      '',
    ]);
  });

  it('are apart where their lives are: nothing is said of a sled that was not so', () => {
    const { world, step } = mailOf(({ sleds }) => {
      sleds[0]!.answer = 'in part';
    });
    step();
    world.sleds[1]!.answer = 'in part';
    step();
    for (const sled of world.sleds) sled.answer = 'yes';
    step();
    expect(changesIn(step()[0]?.text)).toEqual([
      'resolved  partial answer; seen for 5m, from 2026-11-26T08:10:00Z to',
      '          2026-11-26T08:15:00Z',
      '          3/BRM42220000 (cubby 0)',
      'resolved  partial answer; seen once, at 2026-11-26T08:15:00Z',
      '          3/BRM42220001 (cubby 1)',
      '',
      '',
    ]);
  });
});

describe('a clock that was not set', () => {
  it('is said at the top of a mail, which shows no times by it and no ages, now and later', () => {
    const world = makeWorld(2, 2);
    const checker = makeChecker(world, makePolicy({ repeatMs: 10 * MINUTE }));
    checker.setClock(MINUTE - checker.now());
    const [disk] = world.sessions;
    const texts: string[] = [];
    const step = () => {
      checker.advance(5 * MINUTE);
      const { notices, result } = checker.run();
      const context = { ...MAIL_CONTEXT, now: checker.now() };
      for (const notice of notices) {
        const { text, html } = renderMail(notice, reportOf(world, checker.now()), context);
        texts.push(text);
        for (const each of [text, html]) {
          expect(each).not.toMatch(/1970-01-01T|\bfor \d+[smh]|\d+m\d* ago|, \d+m$/m);
        }
      }
      return result;
    };
    disk!.states = ['active', 'faulted', 'active'];
    expect(step().notes).toEqual([
      'the clock of this machine shows 1970-01-01 and is not set: no ages are known',
    ]);
    disk!.states = ['offline', 'faulted', 'active'];
    for (let n = 0; n < 3; n++) step();
    disk!.states = ['active', 'active', 'active'];
    for (let n = 0; n < 3; n++) step();
    expect(texts.length).toBeGreaterThan(3);
    for (const text of texts) {
      expect(text.replaceAll('\n', ' ')).toContain(
        'the clock of the machine that runs cruc-fleet is not set (it shows 1970-01-01), so no times or ages are known',
      );
    }
    expect(texts[0]).toContain('since an unknown time (the clock showed 1970-01-01)');
  });
});
