import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Direction, Verdict } from '../../src/distribution/distribution-compare.ts';
import type { EstimateMethod } from '../../src/distribution/percentile.ts';
import { VERDICTS } from '../../src/impact/verdict.ts';
import type { Cause } from '../../src/model/by-cause.ts';
import { HEALTHS } from '../../src/model/health.ts';
import type { Ending, IncidentStatus, News } from '../../src/alert/incident.ts';
import { FINDING_RULES, type Issue, type Severity } from '../../src/model/issue.ts';
import type { SledOutcome } from '../../src/model/report.ts';
import type { Stage } from '../../src/model/stage.ts';
import { RULE_NAMES } from '../../src/alert/rules/index.ts';
import type { IncidentSeverity, Level } from '../../src/model/level.ts';
import { firstVersion, jsonOf } from '../cli/first-version/first-version.ts';
import {
  checkSchemaErrors,
  publishedCheckErrors,
  publishedErrors,
  publishedSchema,
  schemaErrors,
} from '../support/report-schema.ts';

/** The words of a union, which the compiler holds: one that is left out, or is none, does not compile. */
function wordsOf<Word extends string>(words: Readonly<Record<Word, true>>): readonly string[] {
  return Object.keys(words);
}

const ISSUE_CODES = wordsOf<Issue['code']>({
  cut: true,
  unparsed_line: true,
  unknown_state: true,
  unreadable: true,
  ambiguous: true,
  drops: true,
  fault: true,
  no_probes: true,
  warning: true,
  contradiction: true,
  missing_shard: true,
});
const STATUSES = wordsOf<IncidentStatus>({
  pending: true,
  open: true,
  unknown: true,
  clearing: true,
  silenced: true,
  over: true,
  listed: true,
});
const ENDINGS = wordsOf<Ending>({
  healthy: true,
  gone: true,
  withdrawn: true,
  switched_off: true,
  settled: true,
});
const DIRECTIONS = wordsOf<Direction>({ slower: true, faster: true, mixed: true, same: true });

/** Every list of words in the published schemas, by its place, and where the program has it from. */
const LISTS: Readonly<Record<string, readonly (string | number | null)[]>> = {
  'report $defs.health': HEALTHS,
  'report $defs.issueCode': ISSUE_CODES,
  'report $defs.sled.properties.status': wordsOf<SledOutcome['status']>({ answered: true, failed: true }),
  'report $defs.sled.properties.stage': wordsOf<Stage>({
    relay: true,
    connect: true,
    upload: true,
    run: true,
  }),
  'report $defs.line.properties.type': ['sled', 'row', 'distribution', 'finding', 'report'],
  'report $defs.finding.properties.rule': FINDING_RULES,
  'report $defs.finding.properties.severity': wordsOf<Severity>({
    info: true,
    warning: true,
    critical: true,
  }),
  'report $defs.cause.properties.kind': wordsOf<Cause['kind']>({ disk: true, sled: true }),
  'report properties.verdicts.items.properties.verdict': Object.keys(VERDICTS),
  'report properties.health.propertyNames': [...HEALTHS, 'no_probes'],
  'report if.properties.probe': ['ds-state', 'lr-state'],
  'distributions $defs.unit': ['ns', null],
  'distributions properties.issues.items.properties.code': ['contradiction'],
  'distributions $defs.percentile.properties.method': wordsOf<EstimateMethod>({
    exact: true,
    linear: true,
    none: true,
  }),
  'distributions $defs.compared.properties.verdict': wordsOf<Verdict>({
    departs: true,
    agrees: true,
    unclear: true,
    untested: true,
  }),
  'distributions $defs.compared.properties.direction': [...DIRECTIONS, null],
  'check properties.exit_status': [0, 1, 2, 3],
  'check properties.news.items.properties.kind': wordsOf<News['kind']>({
    opened: true,
    worse: true,
    better: true,
    moved: true,
    changed: true,
    resolved: true,
  }),
  'check $defs.level': wordsOf<Level>({ ok: true, warning: true, critical: true, unknown: true }),
  'check $defs.severity': wordsOf<IncidentSeverity>({ warning: true, critical: true, unknown: true }),
  'check $defs.rule': RULE_NAMES,
  'check $defs.incident.properties.status': STATUSES,
  'check $defs.incident.properties.downstairs': [0, 1, 2, null],
  'check $defs.incident.properties.ending': [...ENDINGS, null],
};

/** Lists that no later version adds a word to: who reads them must know each word. */
const CLOSED = [
  'report $defs.sled.properties.status',
  'report if.properties.probe',
  'check properties.exit_status',
  'check $defs.level',
  'check $defs.incident.properties.downstairs',
];

interface WordList {
  readonly place: string;
  readonly words: readonly unknown[];
  readonly isOpen: boolean;
}

function listsIn(value: unknown, place: string): readonly WordList[] {
  if (typeof value !== 'object' || value === null) return [];
  const schema: Record<string, unknown> = { ...value };
  const { anyOf, enum: words } = schema;
  if (Array.isArray(words)) return [{ place, words, isOpen: false }];
  const open = Array.isArray(anyOf) ? (anyOf[0] as { enum?: unknown[] }).enum : undefined;
  if (open !== undefined) return [{ place, words: open, isOpen: true }];
  return Object.entries(schema).flatMap(([key, each]) =>
    listsIn(each, place.endsWith(' ') ? `${place}${key}` : `${place}.${key}`),
  );
}

const lists = (['report', 'distributions', 'check'] as const).flatMap((name) =>
  listsIn(publishedSchema(name), `${name} `),
);

describe('the words in a published schema', () => {
  it('are all looked at here', () => {
    expect(lists.map(({ place }) => place).sort()).toEqual(Object.keys(LISTS).sort());
  });

  it.each(lists)('are those of the program: $place', ({ place, words }) => {
    const [name, ...where] = place.split(' ');
    expect(new Set(words), `docs/${name}.schema.json at ${where.join(' ')}`).toEqual(new Set(LISTS[place]));
    expect(words).toHaveLength(LISTS[place]!.length);
  });

  it.each(lists)('may become more, or are said to be all: $place', ({ place, isOpen }) => {
    expect(isOpen).toBe(!CLOSED.includes(place));
  });
});

/** Each object of a JSON value with a key of a later version. */
function withLaterKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withLaterKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, withLaterKeys(each)]);
  return Object.fromEntries([...entries, ['of_a_later_version', 1]]);
}

const WORDS = new Set(['code', 'rule', 'severity', 'stage', 'kind', 'ending', 'health']);

/** The words of open lists replaced by one of a later version. */
function withLaterWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withLaterWords);
  if (typeof value !== 'object' || value === null) return value;
  // The status of a sled is none of them, and that of a row is any JSON.
  const isIncident = 'clean_runs' in value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      const isWord = WORDS.has(key) || (key === 'status' && isIncident);
      return [key, isWord && typeof each === 'string' ? 'of_a_later_version' : withLaterWords(each)];
    }),
  );
}

describe('a reader that goes by the published schema', () => {
  const reports = readdirSync(firstVersion('recordings'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, json: jsonOf(firstVersion('recordings'), name) }));
  const checks = readdirSync(firstVersion('states')).map((name) => ({
    name,
    json: jsonOf(firstVersion('states'), name, 'next.json'),
  }));

  it.each(reports)('takes a report with keys and words of a later version: $name', ({ json }) => {
    expect(schemaErrors(json)).toEqual([]);
    for (const later of [withLaterKeys(json), withLaterWords(json)]) {
      expect(publishedErrors(later)).toEqual([]);
    }
    // The stricter copy does not, so that this program cannot write them unnoticed.
    expect(schemaErrors(withLaterKeys(json))).not.toEqual([]);
  });

  it.each(checks)('takes a check with keys and words of a later version: $name', ({ json }) => {
    expect(checkSchemaErrors(json)).toEqual([]);
    for (const later of [withLaterKeys(json), withLaterWords(json)]) {
      expect(publishedCheckErrors(later)).toEqual([]);
    }
    expect(checkSchemaErrors(withLaterKeys(json))).not.toEqual([]);
  });

  it.each(['code', 'rule', 'severity', 'stage', 'kind', 'status', 'health'])(
    'would be told of a %s that this version does not know by the stricter copy',
    (key) => {
      const all = [
        ...reports.map(({ json }) => ({ json, errors: schemaErrors })),
        ...checks.map(({ json }) => ({ json, errors: checkSchemaErrors })),
      ];
      const found = all.flatMap(({ json, errors }) => errors(withLaterWords(json)));
      expect(found.filter((each) => each.includes(`/${key} `)).length).toBeGreaterThan(0);
    },
  );

  it('is held to what is there: a key that goes away is seen', () => {
    const [{ json }] = reports as [(typeof reports)[number]];
    for (const key of Object.keys(json).filter((each) => each !== 'distributions')) {
      const { [key]: _, ...rest } = json;
      expect(publishedErrors(rest)).not.toEqual([]);
    }
  });
});
