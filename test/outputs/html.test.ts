import { describe, expect, it } from 'vitest';
import { html } from '../../src/outputs/html.ts';
import { markdown } from '../../src/outputs/markdown.ts';
import { answered, failed, report, stateRow } from '../support/reports.ts';

const CONTEXT = { width: null, color: false, headers: true, columns: null };

const ACTIVE: [string, string, string] = ['active', 'active', 'active'];

const page = (outcomes: Parameters<typeof report>[0]): string =>
  [...html.render(report(outcomes), CONTEXT)].join('');

describe('a page of a report', () => {
  it('folds what is well alone: an upstairs that is well and has a note stays in sight', () => {
    const rows = [
      stateRow(1, ['active', 'faulted', 'active'], 'degraded'),
      stateRow(2, ACTIVE, 'ok', { note: 'active on two sleds' }),
      stateRow(3, ACTIVE, 'ok'),
    ];
    const [before = '', folded = ''] = page([answered(1, rows)]).split('<details>');
    expect(before).toContain('<caption>Not healthy, or with a note: 2</caption>');
    expect(before).toContain('active on two sleds');
    expect(folded).toContain('<summary>Healthy: 1, each with three active downstairs</summary>');
    expect([before, folded].map((part) => part.includes('34aa0003'))).toEqual([false, true]);
  });

  it('says which sled did not answer before any row', () => {
    const text = page([answered(1, [stateRow(1, ACTIVE, 'ok')]), failed(2)]);
    expect(text.indexOf('no answer from')).toBeGreaterThan(0);
    expect(text.indexOf('no answer from')).toBeLessThan(text.indexOf('<table>'));
  });

  it('has the verdict of a command that judges, and so has Markdown', () => {
    const judged = {
      ...report([answered(1, [])]),
      verdicts: { headline: 'unsafe: <3/17>', words: [], each: [] },
    };
    expect([...html.render(judged, CONTEXT)].join('')).toContain('<strong>unsafe: &lt;3/17&gt;</strong>');
    expect([...markdown.render(judged, CONTEXT)].join('')).toMatch(/^\*\*unsafe: &#60;3\/17&#62;\*\*/);
  });

  it('of a rack with 512 upstairs has all of them in less than 200 kB', () => {
    const rows = (cubby: number) =>
      Array.from({ length: 16 }, (_, n) => stateRow(cubby * 16 + n, ACTIVE, 'ok'));
    const text = page(Array.from({ length: 32 }, (_, cubby) => answered(cubby, rows(cubby))));
    expect(text.match(/<tr><th scope="row"/g)).toHaveLength(512);
    expect(Buffer.byteLength(text)).toBeLessThan(200_000);
  });
});
