import { describe, expect, it } from 'vitest';
import { rackDrawings } from '../../src/html/rack-drawing.ts';
import { reportRacks } from '../../src/html/report-racks.ts';
import type { FleetReport } from '../../src/model/report.ts';
import { answered, failed, report, stateRow } from '../support/reports.ts';

const ACTIVE: [string, string, string] = ['active', 'active', 'active'];

const drawn = (of: FleetReport): string => rackDrawings(reportRacks(of, () => null)).html;

/** The cells of a drawing as a reader hears them, from the top. */
const cells = (html: string): readonly string[] =>
  [...html.matchAll(/<li[^>]*>(.*?)<\/li>/gs)].map(([, cell = '']) =>
    cell
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );

describe('a rack on a page', () => {
  it('has its 32 cubbies from the top, with the switches between', () => {
    const html = drawn(report([answered(14, [stateRow(1, ACTIVE, 'ok')])]));
    const said = cells(html);
    expect(said).toHaveLength(33);
    expect([said[0], said[16], said[17], said[32]]).toEqual([
      'cubby 30 : no sled, or not asked',
      'switches, power shelf',
      'cubby 14 BRM42220014 1 ok',
      'cubby 1 : no sled, or not asked',
    ]);
  });

  it('says in words what its colors say: how upstairs do, and why a sled is silent or partial', () => {
    const partial = { issues: [{ code: 'drops', message: '3 drops' }] };
    const html = drawn(
      report([
        answered(0, [stateRow(1, ACTIVE, 'ok'), stateRow(2, ['offline', 'active', 'active'], 'degraded')]),
        answered(1, []),
        answered(2, [stateRow(3, ACTIVE, 'ok')], partial),
        failed(3, 'refused'),
      ]),
    );
    expect(cells(html).filter((cell) => cell.includes('BRM'))).toEqual([
      'cubby 2 BRM42220002 partial: drops; 1 ok',
      'cubby 3 BRM42220003 no answer: connect, refused',
      'cubby 0 BRM42220000 1 degraded, 1 ok',
      'cubby 1 BRM42220001 no upstairs',
    ]);
    expect([...html.matchAll(/class="sled s-(\w+)"/g)].map(([, sign]) => sign)).toEqual([
      'in_part',
      'no_answer',
      'degraded',
      'no_upstairs',
    ]);
  });

  it('calls a sled neither well nor ill where no health is judged', () => {
    const html = drawn({
      ...report([answered(0, [stateRow(1, ACTIVE, 'ok')]), failed(1)]),
      healthCounts: null,
    });
    expect([...html.matchAll(/class="sled s-(\w+)"/g)].map(([, sign]) => sign)).toEqual([
      'answered',
      'no_answer',
    ]);
  });

  it('names sleds whose cubby is not known below the rack', () => {
    const [known, lost] = [answered(0, []), answered(1, [])];
    const html = drawn(report([known, { ...lost, sled: { ...lost.sled, cubby: null } }]));
    expect(html).toMatch(/Sleds whose cubby is not known:.*BRM42220001/s);
  });
});
