import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COLUMNS_READ, FIELDS_READ } from '../../src/alert/columns-read.ts';
import { perDownstairs } from '../../src/alert/fields.ts';
import type { Policy } from '../../src/alert/policy.ts';
import { defineRule, type Rule } from '../../src/alert/rule.ts';
import { RULE_NAMES, RULES } from '../../src/alert/rules/index.ts';
import type { Scene } from '../../src/alert/scene.ts';
import { count, duration, share, type Threshold } from '../../src/alert/threshold.ts';
import { makeChecker, makePolicy, makeWorld, newsOf, START } from '../support/check-world.ts';

const REST = {
  name: 'odd_one',
  severity: 'warning',
  forMs: 0,
  summary: 'something odd',
  counted: ['odd one', 'odd ones'],
  nextStep: 'Look at it.',
  isInStates: true,
} as const;

const NOTHING: Scene = {
  report: makeReport(),
  upstairs: [],
  progress: () => null,
  occurrences: () => 0,
  activeTwice: null,
  missing: [],
  silence: () => null,
  sleds: {},
  now: START,
};

function makeReport(): Scene['report'] {
  return { outcomes: [], rows: [] } as unknown as Scene['report'];
}

describe('a declaration of a rule', () => {
  it.each<[string, Threshold, string]>([
    ['a duration of 0', duration({ default: 0, help: '' }), 'limit 0 .* a duration from 1ms to 366d'],
    ['a count of 0', count({ default: 0, help: '' }), 'limit 0 .* a whole number from 1 to 1000000'],
    ['a count of a half', count({ default: 1.5, help: '' }), 'limit 1.5 .* a whole number from 1'],
    ['a count above its own bound', count({ default: 9, to: 5, help: '' }), 'limit 9 .* from 1 to 5'],
    ['a share above 1', share({ default: 2, help: '' }), 'limit 2 .* a share from 0 to 1'],
  ])('fails where it stands for %s, and names the rule and the key', (_, limit, message) => {
    const declare = () => defineRule({ ...REST, thresholds: { limit }, see: () => [] });
    expect(declare).toThrow(new RegExp(`^the rule odd_one has ${message}`));
  });

  it('fails where it stands for a time that cannot be', () => {
    const declare = () => defineRule({ ...REST, forMs: -1, thresholds: {}, see: () => [] });
    expect(declare).toThrow(/^the rule odd_one has for -1 by default, allowed is a duration from 0s/);
  });

  it('does not compile with what it does not declare', () => {
    const declared = defineRule({
      ...REST,
      thresholds: { limit: count({ default: 1, help: '' }) },
      reads: ['reconciled'],
      compares: perDownstairs('connected'),
      marks: () => ({ repair: null }),
      // @ts-expect-error a threshold that is mistyped
      see: ({ upstairs, progress }, { limits }) => {
        for (const each of upstairs) {
          const { value, growth } = each;
          value('reconciled');
          growth('connected_0');
          progress(each, 'repair');
          // @ts-expect-error a column that nobody would ask for
          value('replaced_0');
          // @ts-expect-error a column that is not kept
          growth('reconciled');
          // @ts-expect-error a mark that it does not make
          progress(each, 'repairs');
        }
        return limits === undefined ? [] : [];
      },
    });
    // @ts-expect-error a key that every rule has
    defineRule({ ...REST, thresholds: { for: count({ default: 1, help: '' }) }, see: () => [] });
    // @ts-expect-error a threshold that the rule does not have
    const typo = ({ rules }: Policy) => rules.flapping.thresholds.rise;
    expect([declared.columns, typeof typo]).toEqual([
      ['reconciled', 'connected_0', 'connected_1', 'connected_2'],
      'function',
    ]);
  });

  it('is not judged without its thresholds', () => {
    const rule: Rule = defineRule({
      ...REST,
      thresholds: { limit: count({ default: 1, help: '' }) },
      see: () => [],
    });
    expect(rule.see(NOTHING, { limit: 3 })).toEqual([]);
    expect(() => rule.see(NOTHING, { limits: 3 })).toThrow('odd_one was not given every one');
  });
});

describe('the rules', () => {
  it('are the files of their folder, each in the list once', () => {
    const folder = new URL('../../src/alert/rules/', import.meta.url);
    const files = readdirSync(folder).filter((file) => file !== 'index.ts');
    expect(files.length).toBeGreaterThan(10);
    expect(RULE_NAMES.map((name) => `${name.replaceAll('_', '-')}.ts`).toSorted()).toEqual(files.toSorted());
  });

  it('say what they read, and a check asks for all of it', () => {
    for (const { name, columns } of RULES) {
      for (const column of columns) expect(COLUMNS_READ, name).toContain(column);
    }
    expect(new Set(COLUMNS_READ).size).toBe(COLUMNS_READ.length);
    // @ts-expect-error a field that no rule reads
    const other: (typeof FIELDS_READ)[number] = 'connections';
    expect(FIELDS_READ).not.toContain(other);
    expect(FIELDS_READ).toEqual(expect.arrayContaining(['connected', 'extent_under_repair', 'reconciled']));
    expect(FIELDS_READ).not.toContain('connected_0');
  });

  it('keep of an upstairs what they compare, and forget what they count when its time is over', () => {
    const world = makeWorld(1, 1);
    const [only] = world.sessions;
    const policy = makePolicy({ rules: { flapping: { thresholds: { rises: 3, within: 600_000 } } } });
    const checker = makeChecker(world, policy);
    const step = (reconnects: number) => {
      checker.advance(300_000);
      only!.connected[1] += reconnects;
      return checker.run();
    };
    step(0);
    expect(newsOf(step(2))).toEqual([]);
    const [kept] = checker.state().memory.sessions;
    expect(kept?.values).toMatchObject({ connected_0: 1, connected_1: 3, live_repair_aborted_2: 0 });
    expect(Object.keys(kept?.values ?? {})).not.toContain('reconciled');
    expect(kept?.occurrences).toEqual({ flapping: [{ at: START + 600_000, downstairs: 1, by: 2 }] });
    expect(newsOf(step(1))).toEqual(['opened flapping 1']);
    step(0);
    step(0);
    expect(checker.state().memory.sessions[0]?.occurrences).toEqual({
      flapping: [{ at: START + 900_000, downstairs: 1, by: 1 }],
    });
  });
});
