import { describe, expect, it } from 'vitest';
import { columnsOfRows, ownScript } from '../../src/kinds/own-script.ts';
import { prometheusText } from '../../src/outputs/prometheus.ts';
import { PROBES } from '../../src/probes/index.ts';
import { quantize } from '../support/distributions.ts';
import { readExposition } from '../support/exposition.ts';
import { checkMetrics, requirePromtool } from '../support/promtool.ts';
import { answered, failed, mixedReport, report } from '../support/reports.ts';
import { isLong } from '../support/sized.ts';
import { fixtureReport, prometheusOf as text } from './support/fixture-report.ts';

const noPromtool = requirePromtool();
const promtool = noPromtool === null ? 'promtool' : `promtool (${noPromtool})`;

describe.skipIf(noPromtool !== null)(`${promtool} has nothing to say of`, () => {
  it.each(PROBES.map((probe, n) => [probe.name, probe, n] as const))('%s', (_, probe, n) => {
    const what = fixtureReport(probe);
    const names = probe.columns.map((column) => column.name);
    const keys = names.filter((name) =>
      ['zone', 'pid', 'upstairs_id', 'session_id', 'volume'].includes(name),
    );
    const variants = [
      text(what),
      text(what, keys),
      text(what, [...names, 'cubby', 'serial']),
      text(what, [], ['fleet']),
      text(what, [], ['pid', 'client', 'part', 'volume']),
    ];
    // Each start of promtool costs: in the sample a probe has one variant besides the plain one, each in its turn.
    const tried = variants.filter((_, at) => isLong || at === 0 || at === 1 + (n % 4));
    for (const each of new Set(tried)) {
      expect(checkMetrics(each)).toEqual({ status: 0, output: '' });
      readExposition(each);
    }
    // Only the records of upstairs_raw are nothing that can be counted.
    const own = [...readExposition(text(what)).keys()].filter(
      (name) => !/^cruc_fleet_(run_|sleds_|sled_(?!upstairs)|rows)/.test(name),
    );
    expect(own.length > 0).toBe(probe.name !== 'upstairs_raw');
  });

  it('a report with every error and issue, and a script that is named like a unit', () => {
    const issues = [{ code: 'drops', message: 'x' }];
    const distributions = [
      { keys: { key_1: 'a_ms', le: 'x' }, histogram: quantize({ '-4': 1, 0: 2, 1024: 3 }) },
    ];
    const rows = [{ ms: 3, count: 4, le: 'x', 'odd%': 'y' }];
    const probe = ownScript('gauge_ms_total.d', 'x.d', []);
    const own = report([answered(14, rows, { distributions, issues }), failed(1), failed(2, 'refused')], {
      probe,
      probeColumns: columnsOfRows(rows),
    });
    for (const labels of [[], ['le', 'odd%', 'ms']])
      expect(checkMetrics(text(own, labels))).toEqual({ status: 0, output: '' });
  });

  it('what is right: it does complain of what is wrong', () => {
    const extra = [
      {
        name: 'cruc_fleet_wrong_ms',
        type: 'counter' as const,
        help: 'x',
        samples: [{ labels: {}, value: 1 }],
      },
    ];
    const { status, output } = checkMetrics(prometheusText(mixedReport(), [], extra));
    expect(status).toBe(3);
    expect(output).toMatch(/cruc_fleet_wrong_ms counter metrics should have "_total" suffix/);
  });
});
