import { describe, expect, it } from 'vitest';
import type { DistributionView, RenderContext } from '../../src/drawing/render-context.ts';
import { HISTORY_COLUMNS } from '../../src/history/history-rows.ts';
import type { FleetReport } from '../../src/model/report.ts';
import { html } from '../../src/outputs/html.ts';
import { onSled, quantize } from '../support/distributions.ts';
import { answered, failed, report, stateRow, steppedReport } from '../support/reports.ts';
import { historyReport, latencyReport, rackReport } from './sample-reports.ts';

const CONTEXT: RenderContext = { width: null, color: false, headers: true, columns: null };

const page = (of: FleetReport, change: Partial<RenderContext> = {}): string =>
  [...html.render(of, { ...CONTEXT, ...change })].join('');

/** Text as a reader has it. */
const text = (markup: string): string =>
  markup
    .replaceAll(/<(?:br|wbr|small)>|<\/(?:td|th|small|li|b)>/g, ' ')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ');

const rowOf = (markup: string, sled: string): string =>
  text(markup.match(new RegExp(`<tr[^>]*><th scope="row"><b>${sled}.*?</tr>`, 's'))?.[0] ?? '');

describe('rows on a page', () => {
  it('are called by sled, zone and process, and begin with their health', () => {
    expect(rowOf(page(rackReport()), '3/BRM42220026')).toMatch(
      /^3\/BRM42220026 cubby 26 PID 20416 oxz_propolis-server_ 34aa0416-\S+ degraded active /,
    );
  });

  it('say where each copy is as far as kept facts tell, and that a place is not known or outdated', () => {
    const ends = {
      ds0_sled: '3/BRM42220007',
      ds0_disk: 'A0793C41',
      ds1_sled: 'outdated',
      ds1_disk: 'outdated',
    };
    const row = stateRow(1, ['active', 'faulted', 'active'], 'degraded', {
      ...ends,
      ds2_sled: null,
      ds2_disk: null,
    });
    const of = report([answered(0, [row])]);
    expect(rowOf(page(of), '3/BRM42220000')).toMatch(
      /active on 3\/BRM42220007 disk A0793C41 faulted place outdated active place not known/,
    );
  });

  it('have only the columns that were named, and are still called by the first of them', () => {
    const markup = page(rackReport(), { columns: ['upstairs_id', 'health'] });
    expect(markup).toContain('<th scope="col">UPSTAIRS</th><th scope="col">HEALTH</th></tr>');
    expect(text(markup)).not.toContain('disk A0793C41');
  });

  it('of a rack as a whole are called by it', () => {
    const columns = HISTORY_COLUMNS.filter(({ name }) => ['rack', 'sled', 'seconds'].includes(name));
    const rows = [{ rack: '<3>', sled: null, seconds: 9 }];
    const of: FleetReport = { ...historyReport(), columns, rows };
    expect(page(of, { columns: ['sled', 'seconds'] })).toContain(
      '<th scope="row"><b>rack &lt;3&gt;</b></th>',
    );
  });

  it('stand by cause where that was asked, with what is said of all on top', () => {
    const rows = report([answered(0, [stateRow(1, ['active', 'faulted', 'active'], 'degraded')])]).rows;
    const groups = [
      { heading: '1 sick downstairs on <one> disk', rows },
      { heading: 'of unknown place', rows: [] },
    ];
    const byCause = { sick: 1, causes: [], unknownPlaces: {}, lines: ['one disk explains all'], groups };
    const markup = page({ ...report([answered(0, rows)]), byCause });
    expect(markup).toContain('<strong>one disk explains all</strong>');
    expect(markup).toContain('<h2>1 sick downstairs on &lt;one&gt; disk</h2>');
    expect(markup).toContain('<h2>of unknown place</h2>');
  });

  it('of doctor begin with the steps that failed, and fold the rest', () => {
    const step = (name: string, result: string) => ({ step: name, result, answer: name });
    const markup = page(steppedReport([step('tcp', 'ok'), step('dtrace', 'failed')]));
    const [before = '', folded = ''] = markup.split('<details><summary>Other steps: 1');
    expect([before.includes('dtrace'), folded.includes('dtrace')]).toEqual([true, false]);
    expect(folded).toContain('tcp');
  });
});

describe('distributions on a page', () => {
  const view = (change: Partial<DistributionView>): Partial<RenderContext> => ({
    distributions: {
      by: [],
      view: 'pictures',
      percentile: 'range',
      compare: false,
      unicode: true,
      ...change,
    },
  });

  it('are pictures with their percentiles, their counts as numbers, and a heatmap by sled', () => {
    const markup = page(latencyReport());
    expect(markup.match(/<figure class="histogram">/g)).toHaveLength(2);
    expect(text(markup)).toContain('read 2322 samples; p50 1.05–2.10 ms; p99 16.8–33.6 ms');
    expect(markup.match(/<rect [^>]*><title>131–262 µs: 25 \(1%\)<\/title>/g)).toHaveLength(1);
    expect(markup).toContain('<th scope="row">131–262 µs</th><td class="n">25</td>');
  });

  it('have every sled in the heatmap, also one that did not answer, and shares as numbers', () => {
    const markup = page(latencyReport(), view({ view: 'heatmap', by: ['sled'] }));
    expect(markup).not.toContain('<figure');
    const [map = ''] = markup.match(/<div class="scroll heatmap".*?<\/div>/s) ?? [];
    expect(map).toContain(
      '<th scope="row">3/BRM42220000 (cubby 0)</th><td class="h1">2</td><td class="h2">17</td>',
    );
    expect(map).toContain('class="silent">no answer – connect, timeout</td>');
    expect(markup).toContain('below 6.25%');
  });

  it('whose counts are below zero stay as DTrace draws them', () => {
    const below = onSled(0, { type: 'read' }, quantize({ 1024: -5 }));
    const of: FleetReport = { ...latencyReport(), distributions: [below] };
    expect(page(of)).toMatch(/<figure class="histogram">.*?<pre tabindex="0">.*?@@\|/s);
  });

  it('without samples say so', () => {
    const of: FleetReport = { ...latencyReport(), distributions: [] };
    expect(text(page(of))).toContain('no samples');
  });

  it('of more groups than anybody looks at are drawn as their sum', () => {
    const distributions = Array.from({ length: 30 }, (_, n) =>
      onSled(n, { type: 'read' }, quantize({ 1024: n + 1 })),
    );
    const of: FleetReport = { ...latencyReport(), distributions };
    const markup = page(of, view({ by: ['sled'], sum: true }));
    expect(markup.match(/<figure class="histogram">/g)).toHaveLength(1);
    expect(markup).toContain('The sum is drawn, and not each of 30 groups.');
  });

  it('of more groups than anybody looks at that are compared are drawn where they depart', () => {
    const slow = (n: number) => (n === 7 ? 2 ** 20 : 1024);
    const distributions = Array.from({ length: 30 }, (_, n) =>
      onSled(n, { type: 'read' }, quantize({ [slow(n)]: 500, [slow(n) * 2]: 500 })),
    );
    const of: FleetReport = { ...latencyReport(), distributions };
    const compared = page(of, view({ by: ['sled'], compare: true }));
    expect(compared.match(/<figure class="histogram">/g)).toHaveLength(1);
    expect(compared).toContain('Of 30 groups 1 departs from the rest, or may; these are drawn.');
    expect(compared).toContain('<h2>What departs from the rest</h2>');
    const alike: FleetReport = { ...of, distributions: distributions.filter((_, n) => n !== 7) };
    expect(page(alike, view({ by: ['sled'], compare: true }))).toContain(
      'None of 29 groups departs from the rest, and none is drawn.',
    );
  });
});

describe('lives on a page', () => {
  const lanes = (of: FleetReport) =>
    [...page(of).matchAll(/<li><span class="lane">.*?<\/li>/gs)].map(([lane]) => ({
      name: /<b>(.*?)<\/b>/.exec(lane)?.[1]?.slice(0, 8),
      said: (/aria-label="([^"]*)"/.exec(lane)?.[1] ?? '')
        .replaceAll('2026-11-22T', '')
        .replaceAll(':00Z', ''),
    }));

  it('have the worst first, and count those that were well', () => {
    expect(lanes(historyReport()).map(({ name }) => name)).toEqual(['3f2b0002', '3f2b0001']);
    expect(page(historyReport())).toContain('1 upstairs was well in one place at each look.');
  });

  it('are not known between two looks that differ, and while the sled was silent', () => {
    expect(lanes(historyReport())[1]?.said).toBe(
      [
        'ok from 10:00 to 10:10',
        'not known from 10:10 to 10:12',
        'degraded from 10:12 to 10:25',
        'not known from 10:25 to 10:30',
        'repairing from 10:30 to 10:48',
        'not known from 10:35 to 10:42',
        'not known from 10:48 to 10:50',
        'ok from 10:50 to 11:00',
      ].join('; '),
    );
  });

  it('are not hidden by the silence of a sled that they had left', () => {
    expect(lanes(historyReport())[0]?.said).toBe(
      'ok from 10:00 to 10:20; not known from 10:20 to 10:25; critical from 10:25 to 11:00',
    );
  });

  it('show what a single look saw, between what is not known', () => {
    const of = historyReport();
    const rows = of.rows.slice(0, 3).map((row) => ({ ...row, until: row['from'] ?? null }));
    const [lane = ''] = page({ ...of, rows }).match(/<li><span class="lane">.*?<\/li>/s) ?? [];
    expect(
      [...lane.matchAll(/class="(gap|s-\w+)"[^>]*?(?:M| x=")([\d.]+)/g)].map(([, kind, x]) => [
        kind,
        Number(x),
      ]),
    ).toEqual([
      ['gap', 0],
      ['gap', 200],
      ['gap', 500],
      ['s-ok', 0],
      ['s-degraded', 200],
      ['s-repairing', 500],
    ]);
  });

  it('are not known from the last look at them on', () => {
    const of = historyReport();
    const rows = of.rows.slice(0, 1).map((row) => ({ ...row, over_by: null, health: 'degraded' }));
    expect(lanes({ ...of, rows })[0]?.said).toBe(
      'degraded from 10:00 to 10:10; not known from 10:10 to 11:00',
    );
  });
});

it('what is lacking has the sign of a silent or of a partial sled', () => {
  const [list = ''] = page(rackReport()).match(/<ul class="lacking".*?<\/ul>/s) ?? [];
  const signs = [...list.matchAll(/#sign-(\w+)".*?(no answer|partial)/g)].map(([, sign, said]) => [
    sign,
    said,
  ]);
  expect(signs).toEqual([
    ['no_answer', 'no answer'],
    ['no_answer', 'no answer'],
    ['in_part', 'partial'],
  ]);
});

it('the title of a page is what a ticket needs: coverage and the worst', () => {
  const of = report([answered(0, [stateRow(1, ['active', 'faulted', 'active'], 'degraded')]), failed(1)]);
  expect(page(of)).toContain('<title>ds-state, rack 3: 1 of 2 sleds answered, 1 degraded</title>');
});

it('the page of a rack with 480 upstairs and their places takes less than 200 kB', () => {
  const markup = page(rackReport());
  expect(markup.match(/<th scope="row"/g)).toHaveLength(480);
  expect(Buffer.byteLength(markup)).toBeLessThan(185_000);
});
