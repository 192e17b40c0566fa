import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/explain/conclusions/index.ts';
import type { Copy, Evidence } from '../../src/explain/evidence.ts';
import { explanationOf } from '../../src/explain/explain.ts';
import type { Part } from '../../src/explain/line.ts';
import { PATTERNS } from '../../src/explain/upstream.ts';
import type { Index } from '../../src/facts/fact.ts';
import type { Origin } from '../../src/facts/fact-set.ts';
import type { DownstairsPlace } from '../../src/facts/place.ts';
import { unknown, type Value } from '../../src/facts/value.ts';
import { roleOf } from '../../src/model/health.ts';

const NOW: Origin = { source: 'live-status', label: 'z/d', asOf: null, isFileTime: false, isNow: true };
const known = <T>(value: T, doubts: readonly string[] = []): Value<T> => ({ value, from: [NOW], doubts });
const MISSING = unknown('no_source');
const ADDRESS = '[fd00:1122:3344:103::9]:19004';
const REGION = 'b0b0b0b0-0000-4000-8000-000000000002';

const place = (index: Index): DownstairsPlace => ({
  index,
  state: null,
  region: known(REGION),
  address: known(ADDRESS),
  sled: known('BRM1'),
  cubby: known(9),
  zone: known('oxz_crucible_z'),
  service: MISSING,
  pool: known('p'),
  physicalDisk: known('A0793'),
  inventorySlot: MISSING,
  extents: MISSING,
});

function copy(index: Index, state: string | null, more: Partial<Copy> = {}): Copy {
  return {
    index,
    state,
    role: state === null ? null : roleOf(state),
    place: { ...place(index), state },
    sled: '3/9',
    unreached: null,
    service: null,
    pool: null,
    log: { unread: 'not asked' },
    heard: { kind: 'unread', why: '--no-trace' },
    since: null,
    shared: null,
    replaced: 0,
    ...more,
  };
}

function evidence(copies: Evidence['copies'], more: Partial<Evidence> = {}): Evidence {
  const [a, b, c] = copies;
  return {
    place: {
      upstairsId: 'u',
      disk: MISSING,
      instance: MISSING,
      project: MISSING,
      size: MISSING,
      hasParent: MISSING,
      isParent: false,
      downstairs: [a.place, b.place, c.place],
    },
    runsIn: { sled: '3/1', zone: 'z', pid: 7, session: 's', health: 'degraded', note: null },
    notSeen: null,
    copies,
    moved: [],
    noHistory: null,
    repairs: [],
    othersUnplaced: 0,
    unread: [],
    now: 0,
    ...more,
  };
}

const online = (index: Index) => copy(index, 'active');
const one = (more: Partial<Copy>, state = 'offline') =>
  evidence([online(0), copy(1, state, more), online(2)]);

const said = (given: Evidence, part: Part): readonly string[] =>
  explanationOf(given)
    .filter((line) => line.part === part)
    .map(({ says }) => says);

const service = (state: string) => ({
  state,
  since: '02:11:03',
  zone: 'oxz_crucible_z',
  fmri: `svc:/oxide/crucible/downstairs:downstairs-${REGION}`,
  source: 'SMF of 3/9, now',
});
const tried = (outcome: 'refused' | 'timeout') => ({
  kind: 'heard' as const,
  attempts: {
    pid: 7,
    session: 's',
    index: 1 as const,
    address: ADDRESS,
    tries: 2,
    outcome: { kind: outcome, words: outcome === 'refused' ? 'Connection refused' : 'connect timeout' },
  },
});

describe('what follows', () => {
  it.each<[string, Evidence, readonly string[]]>([
    [
      'a refusal and a service in maintenance',
      one({ heard: tried('refused'), service: service('maintenance') }),
      [
        `connection refused by ${ADDRESS}, the service of region ${REGION} on 3/9 is in maintenance since 02:11:03`,
      ],
    ],
    [
      'a service in maintenance alone',
      one({ service: service('maintenance') }),
      [
        `the service of region ${REGION} on 3/9 is in maintenance since 02:11:03, and downstairs 1 is offline`,
      ],
    ],
    [
      'a refusal though the service is online',
      one({ heard: tried('refused'), service: service('online') }),
      [`${ADDRESS} refuses the connection, though its service is online`],
    ],
    [
      'a refusal where the service is not known',
      one({ heard: tried('refused') }),
      [`the connection to ${ADDRESS} fails: Connection refused`],
    ],
    ['no answer', one({ heard: tried('timeout') }), [`${ADDRESS} does not answer within 10 s`]],
    [
      'a sled that does not answer',
      one({ unreached: 'connection refused' }),
      ['downstairs 1 is offline, and its sled 3/9 cannot be reached by cruc-fleet either'],
    ],
    [
      'a pool below an active copy',
      one({ pool: { pool: 'p', health: 'DEGRADED', source: 'zpool of 3/9, now' } }, 'active'),
      [
        'all three downstairs are active: there is nothing to explain now',
        'the pool of downstairs 1, oxp_p on disk A0793 in 3/9, is DEGRADED',
      ],
    ],
    ['an online service alone', one({ service: service('online') }), []],
    ['a healthy pool', one({ pool: { pool: 'p', health: 'ONLINE', source: 'x' } }), []],
    ['a state alone', one({}), []],
    ['nothing at all', evidence([copy(0, null), copy(1, null), copy(2, null)]), []],
    ['what was never activated', evidence([copy(0, 'new'), copy(1, 'new'), copy(2, 'new')]), []],
    ['a repair', one({}, 'live_repair'), ['downstairs 1 is under repair (live_repair)']],
    [
      'one abort is counted for all three',
      evidence([online(0), online(1), online(2)], {
        moved: ([0, 1, 2] as const).map((index) => ({ index, counter: 'aborted', by: 1, at: 0, from: null })),
      }),
      [
        'all three downstairs are active: there is nothing to explain now',
        expect.stringMatching(/^a live repair was aborted, .* does not say which one failed$/) as string,
      ],
    ],
  ])('%s', (_, given, follows) => {
    expect(said(given, 'follows')).toEqual(follows);
  });

  it('names its evidence in every sentence', () => {
    const shared = { name: '3/9 pool oxp_p', others: ['upstairs v downstairs 0 (offline)'] };
    const all = [
      one({ heard: tried('refused'), service: service('maintenance'), shared, replaced: 1, unreached: 'x' }),
      evidence([copy(0, 'faulted'), copy(1, 'faulted'), copy(2, 'faulted')]),
    ].flatMap((given) => explanationOf(given).filter(({ part }) => part === 'follows'));
    expect(all.length).toBeGreaterThan(4);
    for (const { evidence: from } of all) expect(from).toMatch(/\S/);
  });

  it('prints a command for what is in maintenance alone', () => {
    const commands = (given: Evidence) => explanationOf(given).flatMap(({ command }) => command ?? []);
    expect(commands(one({ service: service('maintenance') }))).toEqual([
      `svcadm -z oxz_crucible_z clear svc:/oxide/crucible/downstairs:downstairs-${REGION}`,
    ]);
    expect(commands(one({ service: service('disabled') }))).toEqual([]);
    expect(commands(one({ service: service('maintenance'), sled: null }))).toEqual([]);
  });
});

describe('what is known upstream', () => {
  it.each<[string, Evidence, string]>([
    ['three_lost', evidence([copy(0, 'faulted'), copy(1, 'faulted'), copy(2, 'faulted')]), 'crucible #1556'],
    ['offline_replaced', one({ replaced: 1 }), 'crucible #1955'],
    [
      'repair_again',
      evidence([online(0), online(1), online(2)], {
        moved: [{ index: 0, counter: 'aborted', by: 2, at: 0, from: 0 }],
      }),
      'crucible #1922',
    ],
  ])('is said of the pattern %s', (_, given, issue) => {
    const lines = explanationOf(given).filter(({ part }) => part === 'upstream');
    expect(lines.map(({ evidence: from }) => from).join()).toContain(issue);
  });

  it('is the table in the documentation', () => {
    const text = readFileSync(new URL('../../docs/place.md', import.meta.url), 'utf8');
    const rows = text.split('\n').filter((line) => /^\|.*crucible #/.test(line));
    expect(rows).toEqual(
      Object.values(PATTERNS).map(
        ({ when, known: what, issues }) => `| ${when} | ${what} | ${issues.join(', ')} |`,
      ),
    );
  });
});

describe('an explanation', () => {
  it('says while the trace runs that it does', () => {
    const given = one({ heard: { kind: 'tracing', seconds: 25 } });
    expect(said(given, 'attempts')).toEqual(['tracing, 25 s']);
    expect(said(given, 'unknown')).not.toContain('what the upstairs meets there: --no-trace');
  });

  it('says that nothing was heard in a trace, which is not the same as not to know', () => {
    expect(said(one({ heard: { kind: 'silence', seconds: 25 } }), 'attempts')).toEqual(['nothing in 25 s']);
  });

  it('has every rule once', () => {
    expect(new Set(RULES).size).toBe(RULES.length);
  });
});
