import { describe, expect, it } from 'vitest';
import { degradedHint, foldHealthy } from '../../src/drawing/healthy-fold.ts';
import type { RenderContext } from '../../src/drawing/render-context.ts';
import { table } from '../../src/outputs/table.ts';
import { answered, report, stateRow } from '../support/reports.ts';

const TERMINAL: RenderContext = {
  width: 100,
  height: 24,
  color: false,
  headers: true,
  columns: null,
  offersDegraded: true,
};

const ok = (n: number, change = {}) => stateRow(n, ['active', 'active', 'active'], 'ok', change);
const bad = (n: number) => stateRow(n, ['active', 'faulted', 'active'], 'degraded');
const idle = (n: number) => stateRow(n, ['new', 'new', 'new'], 'inactive');
const many = (count: number, row: (n: number) => ReturnType<typeof ok>, from = 100) =>
  Array.from({ length: count }, (_, n) => row(from + n));

const shown = (rows: readonly ReturnType<typeof ok>[], context = TERMINAL) =>
  [...table.render(report([answered(1, rows)]), context)].join('');

describe('rows on a terminal', () => {
  it('that are healthy become a count where they do not fit, and those that are not stay', () => {
    const text = shown([...many(3, bad), ...many(497, ok, 200)]);
    expect(text.match(/degraded$/gm)).toHaveLength(3);
    expect(text).toContain('\n497 ok: --all shows them\n');
    expect(text).toContain('; 500 upstairs: 3 degraded, 497 ok;');
    expect(text).toContain('\n--degraded shows only the 3 that need attention\n');
    expect(text.split('\n').length).toBeLessThan(24);
  });

  it('are all there where they fit, where the terminal has no height, and off one', () => {
    for (const height of [24, null, undefined]) {
      const { rows, folded } = foldHealthy(report([answered(1, many(10, ok))]), {
        ...TERMINAL,
        ...(height === undefined ? {} : { height }),
      });
      expect([rows.length, folded]).toEqual([10, []]);
    }
    const { height: _, ...pipe } = TERMINAL;
    expect(shown(many(40, ok), pipe).match(/ok$/gm)).toHaveLength(40);
    expect(shown([...many(3, bad), ...many(40, ok, 200)], pipe)).not.toContain('--degraded');
  });

  it('that no guest uses are counted only where the healthy ones were not enough', () => {
    const few = foldHealthy(report([answered(1, [...many(5, idle), ...many(30, ok, 200)])]), TERMINAL);
    expect([few.rows.length, few.folded]).toEqual([5, ['30 ok: --all shows them']]);
    const full = foldHealthy(report([answered(1, [...many(30, idle), ...many(30, ok, 200)])]), TERMINAL);
    expect([full.rows.length, full.folded]).toEqual([0, ['30 ok, 30 inactive: --all shows them']]);
  });

  it('are never a count where they are not known, have a note, or were chosen by a filter', () => {
    const rows = [
      ...many(30, (n) => ok(n, { health: null })),
      ...many(30, (n) => ok(n, { note: 'was faulted/active/active' }), 200),
      ...many(30, (n) => stateRow(n, ['', '', ''], 'no_report'), 300),
    ];
    expect(foldHealthy(report([answered(1, rows)]), TERMINAL)).toEqual({
      rows: expect.any(Array),
      folded: [],
    });
    expect(foldHealthy(report([answered(1, rows)]), TERMINAL).rows).toHaveLength(90);
    const filter = { text: 'state active', keeps: () => true };
    expect(foldHealthy(report([answered(1, many(90, ok))], { filter }), TERMINAL).rows).toHaveLength(90);
  });

  it('are without headings where all of them are a count', () => {
    expect(shown(many(40, ok)).split('\n').slice(0, 2)).toEqual(['40 ok: --all shows them', '']);
  });
});

describe('the hint of --degraded', () => {
  it('is said only where some rows need attention and some do not, and the command has it', () => {
    const mixed = report([answered(1, [bad(1), ok(2)])]);
    expect(degradedHint(mixed, TERMINAL)).toBe('--degraded shows only the 1 that needs attention');
    expect(degradedHint(mixed, { ...TERMINAL, offersDegraded: false })).toBeNull();
    expect(degradedHint(report([answered(1, [ok(1)])]), TERMINAL)).toBeNull();
    expect(degradedHint(report([answered(1, [bad(1)])]), TERMINAL)).toBeNull();
  });
});
