import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { groupDistributions } from '../../src/distribution/distribution-group.ts';
import type { Distribution } from '../../src/model/histogram.ts';
import type { SledOutcome } from '../../src/model/report.ts';
import { displayWidth } from '../../src/drawing/display-width.ts';
import type { DistributionContext } from '../../src/distribution-views/distribution-context.ts';
import { drawHeatmap } from '../../src/distribution-views/distribution-heatmap.ts';
import { onSled, quantize } from '../support/distributions.ts';
import { answered, failed } from '../support/reports.ts';

const PIPE: DistributionContext = {
  width: null,
  color: false,
  headers: true,
  unicode: true,
  unit: 'ns',
  percentile: 'range',
  human: false,
};

const HEALTHY = { 262_144: 5, 524_288: 24, 1_048_576: 70, 16_777_216: 1 };
const FLEET: readonly Distribution[] = [
  onSled(14, { type: 'read' }, quantize(HEALTHY)),
  onSled(15, { type: 'read' }, quantize({ 8_388_608: 50, 16_777_216: 40, 33_554_432: 10 })),
];
const OUTCOMES: readonly SledOutcome[] = [answered(14, []), answered(15, []), answered(16, []), failed(17)];

function heatmap(
  change: Partial<DistributionContext> = {},
  fleet = FLEET,
  outcomes = OUTCOMES,
  by: readonly string[] = ['sled'],
): readonly string[] {
  const text = [...drawHeatmap(groupDistributions(fleet, by), outcomes, { ...PIPE, ...change })].join('');
  return text.split('\n').slice(0, -1);
}

describe('the heatmap', () => {
  it('shades each bucket by its share of the sled, with a row for every sled', () => {
    // eight buckets of three characters, and room for the last label
    const cells = (text: string) => text.padEnd(8 * 3 + 7 - 3);
    expect(heatmap()).toEqual([
      'read',
      `                          ${cells('262 µs   2.10 ms  16.8 ms')}  COUNT           P99`,
      `3/BRM42220014 (cubby 14)  ${cells('░░░▒▒▒███         ░░░')}    100  1.05–2.10 ms`,
      `3/BRM42220015 (cubby 15)  ${cells('               ▓▓▓▓▓▓▒▒▒')}    100  33.6–67.1 ms`,
      '3/BRM42220016 (cubby 16)  no samples',
      '3/BRM42220017 (cubby 17)  no answer – connect, timeout',
      '',
      "(shades are shares of the row's own count: ░ below 6.25%, ▒ below 25%, ▓ below 56.25%, █ more)",
    ]);
  });

  it('leaves room for the wide characters of a name, and cuts none in half', () => {
    const zone = '日本語の領域日本語の領域日本語の領域';
    const fleet = FLEET.map((each) => ({ ...each, keys: { ...each.keys, zone } }));
    for (const width of [60, 80, 120]) {
      const text = heatmap({ width }, fleet, OUTCOMES, ['zone']);
      for (const line of text) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  it('is ASCII where that is all the reader can see', () => {
    const text = heatmap({ unicode: false }).join('\n');
    // eslint-disable-next-line no-control-regex
    expect(text).toMatch(/^[\u0000-\u007f]*$/);
    // 70%: from 64/81 on it is @, from 49/81 (60.49%) on %
    expect(text).toContain('%%%');
    expect(text).toContain('no answer: connect, timeout');
  });

  it('shades a single sample among very many, exactly', () => {
    const one = onSled(14, { type: 'read' }, quantize({ 1024: 2n ** 60n, 4096: 1n }));
    expect(heatmap({}, [one])[2]).toContain('███   ░░░');
  });

  it('colors shades and failures only where color is wanted', () => {
    const colored = heatmap({ color: true });
    expect(colored.join('')).toContain('\u001b[31m███\u001b[39m');
    expect(colored.join('')).toContain('\u001b[31mno answer');
    expect(colored.map((line) => stripVTControlCharacters(line))).toEqual(heatmap());
  });

  it.each([200, 120, 100, 80, 60, 50, 40, 30])('keeps within a terminal of %d columns', (width) => {
    const wide = onSled(20, { type: 'write' }, quantize({ 1: 5, [String(2n ** 61n)]: 123_456_789 }));
    const outcomes = [...OUTCOMES, answered(20, [])];
    for (const unicode of [true, false]) {
      const lines = heatmap({ width, unicode }, [...FLEET, wide], outcomes);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      // five sleds in both pictures
      expect(lines.filter((line) => /^3\/(BRM|1|2)/.test(line))).toHaveLength(10);
      expect(lines.filter((line) => line.includes('no answer') || line.includes('no sa')).length).toBe(7);
    }
  });

  it('says when several buckets share a column, and loses no count by it', () => {
    const wide = onSled(14, { type: 'read' }, quantize({ 1: 50, [String(2n ** 61n)]: 50 }));
    const lines = heatmap({ width: 50 }, [wide], [answered(14, [])]);
    expect(lines.join('\n')).toMatch(/\(each column holds 2 buckets, to fit the width\)/);
    expect(lines[2]).toMatch(/^3\/14 +▓ +▓ +100$/);
  });

  it('has a picture for each type, each with every sled', () => {
    const lines = heatmap({}, [...FLEET, onSled(16, { type: 'write' }, quantize({ 1024: 1 }))]);
    expect(lines.filter((line) => line === 'read' || line === 'write')).toEqual(['read', 'write']);
    expect(lines.filter((line) => line.includes('no answer'))).toHaveLength(2);
  });

  it('lists every sled where there are no samples at all', () => {
    expect(heatmap({}, [])).toEqual([
      'no samples',
      '3/BRM42220014 (cubby 14)  no samples',
      '3/BRM42220015 (cubby 15)  no samples',
      '3/BRM42220016 (cubby 16)  no samples',
      '3/BRM42220017 (cubby 17)  no answer – connect, timeout',
    ]);
  });

  it('marks sleds with a partial answer', () => {
    const issues = [{ code: 'drops', message: '17 drops on CPU 3' }];
    const lines = heatmap({}, FLEET, [answered(14, [], { issues }), answered(16, [], { issues })]);
    expect(lines.some((line) => line.startsWith('3/BRM42220014 (cubby 14) !  ░'))).toBe(true);
    expect(lines.join('\n')).toContain('no samples, partial answer');
    expect(lines.join('\n')).toContain('! partial answer)');
  });

  it('has rows of racks with the failed sleds beside them', () => {
    const lines = heatmap({}, FLEET, OUTCOMES, ['rack']);
    expect(lines.slice(2, 4).map((line) => line.slice(0, 24).trimEnd())).toEqual([
      'rack 3',
      '3/BRM42220017 (cubby 17)',
    ]);
  });

  it('sets apart what is in other buckets', () => {
    const mine = { shape: 'mine', buckets: [{ low: 0n, high: 9n, count: 1n }] };
    const lines = heatmap({}, [...FLEET, onSled(16, { type: 'read' }, mine)]);
    expect(lines.filter((line) => line.startsWith('read'))).toEqual(['read  quantize', 'read  mine']);
  });
});
