import { describe, expect, it } from 'vitest';
import { drawDistributions } from '../../src/distribution-views/distributions.ts';
import type { RenderContext } from '../../src/drawing/render-context.ts';
import { onSled, quantize } from '../support/distributions.ts';
import { report } from '../support/reports.ts';

const USUAL = quantize({ 262144: 60, 524288: 40 });
const SLOW = quantize({ 4194304: 60, 8388608: 40 });

/** What is drawn of the reads of 30 sleds to compare. */
function drawn(slow: readonly number[], width: number | null): string {
  const distributions = Array.from({ length: 30 }, (_, cubby) =>
    onSled(cubby, { type: 'read' }, slow.includes(cubby) ? SLOW : USUAL),
  );
  const view = { by: ['sled'], view: 'pictures', percentile: 'range', compare: true, unicode: true } as const;
  const context: RenderContext = { width, color: false, headers: true, columns: null, distributions: view };
  return [...drawDistributions({ ...report([]), shape: 'distributions', distributions }, context)].join('');
}

const rowsOf = (text: string): number => text.match(/^read +(?:3 +)?(?:3\/)?BRM/gm)?.length ?? 0;
const picturesOf = (text: string): number => text.match(/- Distribution -/g)?.length ?? 0;

describe('a comparison of more groups than anybody looks at', () => {
  it('draws on a terminal the groups that depart, and says so', () => {
    const text = drawn([7], 120);
    expect([picturesOf(text), rowsOf(text)]).toEqual([1, 1]);
    expect(text).toMatch(/^\(of 30 groups 1 departs and is shown; without --compare all are\)$/m);
    expect(text).toMatch(
      /^read: 1 of 30 groups departs from the rest\n {2}3\/BRM42220007 \(cubby 7\)  slower/m,
    );
  });

  it('gives a pipe the percentiles of all', () => {
    const text = drawn([7, 8], null);
    expect([picturesOf(text), rowsOf(text)]).toEqual([2, 30]);
    expect(text).toContain('(of 30 groups 2 depart and are drawn; without --compare all are)');
  });

  it('breaks a title that is too long between its words', () => {
    expect(drawn([7], 27)).toMatch(/^\n {2}read {2}3\/BRM42220007\n {4}\(cubby 7\)\n/);
  });

  it('draws none where none departs', () => {
    const text = drawn([], 120);
    expect([picturesOf(text), rowsOf(text)]).toEqual([0, 0]);
    expect(text).toMatch(/^\(of 30 groups none departs, and none is shown; .*\n\nread: none of 30 groups/);
  });
});
