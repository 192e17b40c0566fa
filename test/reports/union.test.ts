import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MergeSettings } from '../../src/fleet/merge.ts';
import type { Row } from '../../src/model/column.ts';
import type { SledOutcome } from '../../src/model/report.ts';
import type { RunFacts } from '../../src/model/run-facts.ts';
import { isInShard } from '../../src/inventory/shard-of.ts';
import { withShard } from '../../src/model/shard.ts';
import { perfVol } from '../../src/probes/perf-vol.ts';
import { quantize } from '../support/distributions.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { answered, failed, report, stateRow } from '../support/reports.ts';
import { runs } from '../support/sized.ts';
import { jsonText, mergedText, unite, withoutRuns } from './support/merged.ts';

const STATES = [
  [['active', 'active', 'active'], 'ok'],
  [['active', 'faulted', 'active'], 'degraded'],
  [['faulted', 'faulted', 'active'], 'critical'],
  [['active', 'live_repair', 'active'], 'repairing'],
] as const;

const rows: fc.Arbitrary<readonly Row[]> = fc.array(
  fc
    .tuple(
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(...STATES),
      fc.constantFrom(null, 'was new/new/new'),
    )
    .map(([n, [states, health], note]) => stateRow(n, [...states], health, { note })),
  { maxLength: 4 },
);

const change = fc.constantFrom(
  {},
  {},
  { hostName: 'BRM42229999' },
  { issues: [{ code: 'drops', message: '7 drops' }] },
);

const fleet: fc.Arbitrary<readonly SledOutcome[]> = fc
  .uniqueArray(fc.integer({ min: 0, max: 31 }), { minLength: 1, maxLength: 10 })
  .chain((cubbies) =>
    fc.tuple(
      ...cubbies
        .toSorted((a, b) => a - b)
        .map((cubby) =>
          fc.oneof(
            { weight: 4, arbitrary: fc.tuple(rows, change).map(([of, more]) => answered(cubby, of, more)) },
            { weight: 1, arbitrary: fc.constant(failed(cubby)) },
          ),
        ),
    ),
  );

/** A fleet that one run asked, and what each of some runs said that asked a part of it: by sled, a number of a run. */
const split = fc
  .tuple(fleet, fc.integer({ min: 2, max: 5 }))
  .chain(([outcomes, count]) =>
    fc
      .array(fc.nat({ max: count - 1 }), { minLength: outcomes.length, maxLength: outcomes.length })
      .map((owner) => ({ outcomes, count, owner })),
  );

function partsOf({
  outcomes,
  count,
  owner,
}: {
  outcomes: readonly SledOutcome[];
  count: number;
  owner: readonly number[];
}) {
  return Array.from({ length: count }, (_, n) =>
    jsonText(
      report(
        outcomes.filter((__, at) => owner[at] === n),
        runOf(`run${n}`, { index: n + 1, count }, outcomes.length),
      ),
    ),
  );
}

function runOf(id: string, shard: RunFacts['shard'], selectedInAll: number): Partial<MergeSettings> {
  return { run: { id, shard, selectedInAll }, selection: withShard('rack 3', shard) };
}

describe('the union of reports', () => {
  it('is the report of the run that was not split, whatever the split and the order', () => {
    fc.assert(
      fc.property(
        split.chain((s) =>
          fc
            .shuffledSubarray([...partsOf(s).keys()], { minLength: s.count })
            .map((order) => ({ ...s, order })),
        ),
        (s) => {
          const parts = partsOf(s);
          const merged = mergedText(s.order.map((n) => parts[n]!));
          expect(withoutRuns(merged)).toEqual(withoutRuns(jsonText(report(s.outcomes))));
          expect(schemaErrors(JSON.parse(merged))).toEqual([]);
        },
      ),
      runs(40, 1000),
    );
  });

  it('is the same in whatever steps it is made, and takes what it has already without a change', () => {
    fc.assert(
      fc.property(split, (s) => {
        const parts = partsOf(s);
        const [a = '', ...others] = parts;
        const whole = mergedText(parts);
        expect(mergedText([a, mergedText(others)])).toBe(whole);
        expect(mergedText([mergedText([...others].reverse()), a])).toBe(whole);
        expect(mergedText([whole, whole])).toBe(whole);
        expect(mergedText([...parts, a, mergedText(others), whole])).toBe(whole);
        expect(mergedText([mergedText([a])])).toBe(mergedText([a]));
        expect(JSON.parse(mergedText([a])).sleds).toEqual(JSON.parse(a).sleds);
      }),
      runs(25, 500),
    );
  });

  it('has the newest answer of a sled, in whatever order its runs come', () => {
    const run = (id: string, at: string, outcomes: readonly SledOutcome[]) =>
      jsonText(
        report(outcomes, {
          ...runOf(id, null, outcomes.length),
          startedAt: new Date(at),
          finishedAt: new Date(at),
        }),
      );
    const one = fc
      .tuple(fc.nat({ max: 3 }), fc.boolean(), fc.nat({ max: 3 }))
      .map(([minute, isWell, n]) => ({ minute, isWell, n }));
    fc.assert(
      fc.property(fc.array(one, { minLength: 2, maxLength: 5 }), fc.nat({ max: 100 }), (looks, seed) => {
        const texts = looks.map(({ minute, isWell, n }, at) =>
          run(`run${at}`, `2026-11-22T10:0${minute}:00.000Z`, [
            isWell ? answered(1, [stateRow(n, ['active', 'active', 'active'], 'ok')]) : failed(1),
          ]),
        );
        const turned = [...texts.slice(seed % texts.length), ...texts.slice(0, seed % texts.length)];
        const whole = mergedText(texts);
        expect(mergedText(turned)).toBe(whole);
        expect(mergedText([mergedText(turned.slice(0, 2)), ...turned.slice(2)])).toBe(whole);
        const newest = looks
          .map((look, at) => ({ ...look, at }))
          .toSorted((a, b) => a.minute - b.minute || a.at - b.at)
          .at(-1)!;
        const [sled] = JSON.parse(whole).sleds;
        expect(sled.run).toBe(`run${newest.at}`);
        expect(sled.status).toBe(newest.isWell ? 'answered' : 'failed');
        expect(sled.earlier === undefined).toBe(newest.isWell || looks.every(({ isWell }) => !isWell));
      }),
      runs(60, 1000),
    );
  });
});

describe('an older answer beside a newer failure', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 10, minute));
  const well = jsonText(
    report([answered(1, [stateRow(1, ['active', 'active', 'active'], 'ok', { note: 'was new/new/new' })])], {
      ...runOf('old', null, 1),
      startedAt: at(0),
      finishedAt: at(0),
    }),
  );
  const gone = jsonText(
    report([failed(1)], { ...runOf('new', null, 1), startedAt: at(25), finishedAt: at(25) }),
  );

  it('is shown with its age, and counts as no answer', () => {
    const merged = JSON.parse(mergedText([gone, well]));
    expect(merged).toMatchObject({
      complete: false,
      coverage: { selected: 1, answered: 0, failed: 1 },
      sleds: [{ status: 'failed', run: 'new', earlier: { run: 'old', age_ms: 1_500_000, rows: 1 } }],
      rows: [{ note: 'was new/new/new; 25m00s older than the failure of its sled' }],
    });
    expect(schemaErrors(merged)).toEqual([]);
    expect(unite([gone, well]).inSeveral).toEqual(['3/BRM42220001']);
  });
});

describe('shards that are missing', () => {
  const outcomes = Array.from({ length: 12 }, (_, cubby) => answered(cubby, []));
  const shard = (index: number, count: number, all = outcomes.length) =>
    jsonText(
      report(
        outcomes.filter(({ sled }) => isInShard(sled.id, { index, count })),
        runOf(`${index}/${count}`, { index, count }, all),
      ),
    );
  const sizeOf = (index: number) =>
    outcomes.filter(({ sled }) => isInShard(sled.id, { index, count: 3 })).length;
  const issuesOf = (texts: readonly string[]) => unite(texts).issues.map(({ message }) => message);

  it('are named, with how many sleds they have, and make the answer incomplete', () => {
    expect(issuesOf([shard(1, 3), shard(3, 3)])).toEqual([
      `shard 2/3 of rack 3 is missing, with ${sizeOf(2)} sleds: nothing is known of them`,
    ]);
    const merged = JSON.parse(mergedText([shard(1, 3), shard(3, 3)]));
    expect(merged).toMatchObject({
      complete: false,
      run: { selected_in_all: 12, shard: null },
      issues: [{ code: 'missing_shard' }],
    });
    expect(schemaErrors(merged)).toEqual([]);
    expect(mergedText([mergedText([shard(1, 3), shard(3, 3)]), shard(2, 3)])).toBe(
      mergedText([shard(1, 3), shard(2, 3), shard(3, 3)]),
    );
  });

  it('are of one report alone too', () => {
    expect(issuesOf([shard(1, 3), shard(1, 3)])).toEqual([
      `shards 2/3, 3/3 of rack 3 are missing, with ${12 - sizeOf(1)} sleds: nothing is known of them`,
    ]);
  });

  it('are none where all are there, where a whole run is, and where they are empty', () => {
    expect(issuesOf([shard(1, 3), shard(2, 3), shard(3, 3)])).toEqual([]);
    const whole = jsonText(report(outcomes, runOf('whole', null, 12)));
    expect(issuesOf([shard(1, 3), whole])).toEqual([]);
    expect(issuesOf([shard(1, 2), shard(2, 2), shard(1, 3)])).toEqual([]);
    const lone = outcomes.slice(0, 1);
    const here = Array.from({ length: 3 }, (_, n) => n + 1).find((index) =>
      isInShard(lone[0]!.sled.id, { index, count: 3 }),
    )!;
    expect(issuesOf([jsonText(report(lone, runOf('lone', { index: here, count: 3 }, 1)))])).toEqual([]);
  });

  it('are counted as at most so many where the shards had different inventories', () => {
    expect(issuesOf([shard(1, 3), shard(3, 3, 14)])[0]).toContain(
      `with at most, since the shards do not agree on how many there are, ${sizeOf(2) + 2} sleds`,
    );
  });
});

describe('an upstairs on the sleds of two shards', () => {
  const place = (cubby: number, id: string, from: string, to: string) =>
    jsonText(
      report([answered(cubby, [stateRow(1, ['active', 'active', 'active'], 'ok')])], {
        ...runOf(id, { index: cubby, count: 2 }, 2),
        startedAt: new Date(`2026-11-22T${from}.000Z`),
        finishedAt: new Date(`2026-11-22T${to}.000Z`),
      }),
    );
  const findings = (texts: readonly string[]) =>
    JSON.parse(mergedText(texts)).findings.map(({ rule }: { rule: string }) => rule);

  it('is active twice where their windows overlap, and not where it may have moved in between', () => {
    const first = place(1, 'a', '10:00:00', '10:00:05');
    expect(findings([first, place(2, 'b', '10:00:04', '10:00:09')])).toEqual(['active_twice']);
    expect(findings([first, place(2, 'b', '10:00:06', '10:00:09')])).toEqual([]);
  });
});

describe('distributions of shards', () => {
  const counts = fc.dictionary(
    fc.constantFrom('256', '512', '1024', '4096'),
    fc.integer({ min: 1, max: 2 ** 40 }),
    { minKeys: 1 },
  );
  const ofSled = fc.array(
    fc.tuple(fc.constantFrom('read', 'write', 'flush'), fc.integer({ min: 1, max: 2 }), counts),
    { maxLength: 4 },
  );
  const make = (outcomes: readonly SledOutcome[], change: Partial<MergeSettings>) =>
    report(outcomes, { probe: perfVol, probeColumns: perfVol.columns, ...change });

  it('are added as if one run had asked all sleds, percentiles and comparison too', () => {
    fc.assert(
      fc.property(
        fc.array(ofSled, { minLength: 2, maxLength: 8 }),
        fc.constantFrom([], ['sled'], ['type'], ['fleet'], ['pid'], ['rack']),
        fc.integer({ min: 2, max: 3 }),
        (sleds, by, count) => {
          const outcomes = sleds.map((each, cubby) =>
            answered(cubby, [], {
              distributions: each.map(([type, pid, buckets]) => ({
                keys: { zone: 'oxz_a', pid, type },
                histogram: quantize(buckets),
              })),
            }),
          );
          const parts = Array.from({ length: count }, (_, n) =>
            jsonText(
              make(
                outcomes.filter((__, cubby) => cubby % count === n),
                runOf(`run${n}`, { index: n + 1, count }, outcomes.length),
              ),
              by,
            ),
          );
          const whole = mergedText(parts.toReversed(), by);
          expect(withoutRuns(whole)).toEqual(withoutRuns(jsonText(make(outcomes, {}), by)));
          expect(mergedText([...parts, whole, mergedText(parts.slice(0, 2), by)], by)).toBe(whole);
        },
      ),
      runs(15, 500),
    );
  });

  it('of a sled in two runs are those of the newer, and refused where they are added up over sleds', () => {
    const look = (id: string, minute: number, by: readonly string[]) =>
      jsonText(
        make(
          [1, 2]
            .map((cubby) =>
              answered(cubby, [], {
                distributions: [
                  { keys: { zone: 'oxz_a', pid: 1, type: 'read' }, histogram: quantize({ 256: minute + 1 }) },
                ],
              }),
            )
            .slice(0, 2 - minute),
          { ...runOf(id, null, 2), startedAt: new Date(Date.UTC(2026, 10, 22, 10, minute)) },
        ),
        by,
      );
    const merged = JSON.parse(mergedText([look('old', 0, ['sled']), look('new', 1, ['sled'])], ['sled']));
    expect(merged.distributions.groups.map(({ count }: { count: number }) => count)).toEqual([2, 1]);
    expect(() => mergedText([look('old', 0, []), look('new', 1, [])])).toThrow(
      /added up over sleds, and 3\/BRM42220001 answered in a newer run too/,
    );
  });
});
