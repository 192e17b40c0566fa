import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPARE_SETTINGS, compareDistributions } from '../../src/distribution/distribution-compare.ts';
import { groupDistributions } from '../../src/distribution/distribution-group.ts';
import type { Distribution } from '../../src/model/histogram.ts';
import { bucketRows } from '../../src/distribution-views/distribution-csv.ts';
import {
  distributionLines,
  distributionsJson,
  exactJson,
} from '../../src/distribution-views/distribution-json.ts';
import { onSled, quantize } from '../support/distributions.ts';
import { distributionsErrors } from '../support/report-schema.ts';

/** What a reader gets. */
function schemaErrors(value: unknown): readonly string[] {
  return distributionsErrors(JSON.parse(JSON.stringify(value)));
}

const FLEET: readonly Distribution[] = [
  onSled(14, { type: 'read' }, quantize({ 1024: 3, 2048: 1, 4096: 0 })),
  onSled(15, { type: 'read' }, quantize({ 1024: 2n ** 53n })),
];

describe('exactJson', () => {
  it.each([
    [0n, 0],
    [-5n, -5],
    [2n ** 53n - 1n, 9_007_199_254_740_991],
    [2n ** 53n, '9007199254740992'],
    [-(2n ** 63n), '-9223372036854775808'],
  ])('%d is %j', (value, json) => {
    expect(exactJson(value)).toBe(json);
  });
});

describe('distributions as JSON', () => {
  it('have keys, counts, percentiles and the buckets that have counts', () => {
    const json = distributionsJson(groupDistributions(FLEET.slice(0, 1), ['sled']), 'ns');
    expect(json).toMatchObject({ by: ['sled'], unit: 'ns', absent_keys: [], issues: [], comparison: null });
    expect(json['groups']).toEqual([
      {
        keys: { type: 'read', rack: '3', sled: '3/BRM42220014', serial: 'BRM42220014', cubby: 14 },
        shape: 'quantize',
        distributions: 1,
        sleds: ['3/BRM42220014'],
        count: 4,
        percentiles: {
          p50: { low: 1024, high: 2047, estimate: 1536, method: 'linear' },
          p90: { low: 2048, high: 4095, estimate: 3072, method: 'linear' },
          p99: { low: 2048, high: 4095, estimate: 3072, method: 'linear' },
          p99_9: { low: 2048, high: 4095, estimate: 3072, method: 'linear' },
        },
        max: { low: 2048, high: 4095 },
        buckets: [
          { low: 1024, high: 2047, count: 3 },
          { low: 2048, high: 4095, count: 1 },
        ],
      },
    ]);
  });

  it('keep counts past 2^53 exact, as texts', () => {
    const json = distributionsJson(groupDistributions(FLEET, []), 'ns');
    expect(json['groups']).toMatchObject([
      { count: '9007199254740996', buckets: [{ count: '9007199254740995' }, {}] },
    ]);
  });

  it('agree with docs/distributions.schema.json, whatever they hold', () => {
    const distribution = fc
      .record({
        cubby: fc.integer({ min: 0, max: 4 }),
        type: fc.constantFrom('read', 'write\u001b', null),
        power: fc.integer({ min: 0, max: 62 }),
        count: fc.bigInt({ min: -1n, max: 1n << 62n }),
        isOpen: fc.boolean(),
      })
      .map(({ cubby, type, power, count, isOpen }) =>
        onSled(
          cubby,
          { type },
          isOpen
            ? { shape: 'mine', buckets: [{ low: null, high: 4n, count }] }
            : quantize({ [String(1n << BigInt(power))]: count, '0': 60 }),
        ),
      );
    fc.assert(
      fc.property(
        fc.array(distribution, { maxLength: 12 }),
        fc.constantFrom('sled', 'fleet', 'client'),
        (all, by) => {
          const grouping = groupDistributions(all, [by]);
          const comparisons = compareDistributions(grouping);
          const json = distributionsJson(grouping, 'ns', { settings: COMPARE_SETTINGS, comparisons });
          expect(schemaErrors(json)).toEqual([]);
          expect(JSON.stringify(json)).not.toContain(String.raw`\u001b`);
        },
      ),
    );
  });

  it('break the schema when a count is rounded', () => {
    const json = {
      ...distributionsJson(groupDistributions(FLEET, []), 'none'),
      groups: [{ count: 2 ** 60 }],
    };
    expect(schemaErrors(json).join()).toContain('/groups/0/count');
  });

  it('have the verdicts of a comparison with its test', () => {
    const fleet = [0, 1, 2].map((cubby) =>
      onSled(cubby, { type: 'read' }, quantize(cubby === 2 ? { 65_536: 100 } : { 1024: 100 })),
    );
    const grouping = groupDistributions(fleet, ['sled']);
    const comparisons = compareDistributions(grouping);
    const json = distributionsJson(grouping, 'ns', { settings: COMPARE_SETTINGS, comparisons });
    expect(json['comparison']).toMatchObject({
      test: expect.stringContaining('Kolmogorov-Smirnov'),
      sections: [
        {
          keys: { type: 'read' },
          groups: [
            { keys: { cubby: 2 }, verdict: 'departs', distance: 1, direction: 'slower', median_shift: 6 },
            { verdict: 'agrees', distance: 0, direction: 'same' },
            { verdict: 'agrees' },
          ],
        },
      ],
    });
  });

  it('come as one object a group for readers of lines', () => {
    const grouping = groupDistributions(FLEET, ['sled']);
    const lines = [...distributionLines(grouping, 'ns')];
    const groups = distributionsJson(grouping, 'ns')['groups'];
    expect(groups).toHaveLength(2);
    expect(lines).toEqual((groups as Record<string, unknown>[]).map((group) => ({ unit: 'ns', ...group })));
  });
});

describe('distributions as rows', () => {
  it('are one a group and bucket, counts exact', () => {
    expect(bucketRows(groupDistributions(FLEET, []), 'ns')).toEqual([
      { type: 'read', shape: 'quantize', unit: 'ns', low: '1024', high: '2047', count: '9007199254740995' },
      { type: 'read', shape: 'quantize', unit: 'ns', low: '2048', high: '4095', count: '1' },
    ]);
  });

  it('have null for unbounded ends, and one for a group without counts', () => {
    const odd = [
      onSled(1, { type: 'a' }, { shape: 'mine', buckets: [{ low: null, high: 4n, count: 1n }] }),
      onSled(1, { type: 'none' }, quantize({})),
    ];
    expect(bucketRows(groupDistributions(odd, []), 'none')).toEqual([
      { type: 'a', shape: 'mine', unit: null, low: null, high: '4', count: '1' },
      { type: 'none', shape: 'quantize', unit: null, low: null, high: null, count: 0 },
    ]);
  });
});
