import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { RULES } from '../../src/alert/rules/index.ts';
import { grafanaDashboard } from '../../src/dashboard/grafana.ts';
import { knownMetrics } from '../../src/dashboard/known-metrics.ts';
import { ROWS } from '../../src/dashboard/panels.ts';
import { checkRules, requirePromtool, testRules } from '../support/promtool.ts';
import { queryProblems } from './support/query-problems.ts';
import { renewedBy } from '../support/renewed-by.ts';

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const metrics = knownMetrics();

interface PlacedPanel {
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

const queries = ROWS.flatMap(({ panels }) =>
  panels.flatMap((panel) => panel.queries.map(({ expr }) => expr)),
);

describe('the dashboard for Grafana', () => {
  it('is the file in docs: npm run dashboard writes it', () => {
    expect(JSON.parse(text('docs/grafana-dashboard.json'))).toEqual(
      JSON.parse(JSON.stringify(grafanaDashboard(ROWS, metrics))),
    );
  });

  it.each(queries)('asks for metrics, labels and words that are written: %s', (expr) => {
    expect(queryProblems(expr, metrics)).toEqual([]);
  });

  it('shows coverage, states by sled, repairs, latency by percentile and incidents', () => {
    const all = queries.join('\n');
    for (const part of [
      'sleds_answered',
      'by (sled) (cruc_fleet_downstairs',
      'live_repair',
      'histogram_quantile(0.99',
      'cruc_fleet_incidents',
    ])
      expect(all).toContain(part);
  });

  it('has no panel over another, and none wider than it', () => {
    const { panels } = JSON.parse(text('docs/grafana-dashboard.json')) as {
      readonly panels: readonly PlacedPanel[];
    };
    for (const [index, { gridPos: a }] of panels.entries()) {
      expect(a.x + a.w).toBeLessThanOrEqual(24);
      for (const { gridPos: b } of panels.slice(index + 1)) {
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(apart).toBe(true);
      }
    }
  });

  it.skipIf(requirePromtool() !== null)('asks in PromQL that Prometheus reads', () => {
    const rules = queries.map((expr, at) => ({
      record: `x:${at}`,
      expr: expr.replaceAll(/\$(rack|sled)/g, '.*'),
    }));
    expect(checkRules(JSON.stringify({ groups: [{ name: 'x', rules }] }))).toMatchObject({ status: 0 });
  });
});

describe('the alerting rules for Prometheus', () => {
  const { groups } = parse(text('docs/prometheus-rules.yaml')) as {
    readonly groups: readonly {
      readonly rules: readonly { readonly alert: string; readonly expr: string }[];
    }[];
  };
  const rules = groups.flatMap((group) => group.rules);

  it.each(rules)('$alert asks for what is written', ({ expr }) => {
    expect(queryProblems(expr, metrics)).toEqual([]);
  });

  it('alert of each rule of check, by its severity', async () => {
    const bySeverity = { critical: 'Critical', warning: 'Warning', unknown: 'Unknown' } as const;
    let made = text('docs/prometheus-rules.yaml');
    for (const [severity, name] of Object.entries(bySeverity)) {
      const names = RULES.filter((rule) => rule.severity === severity).map((rule) => rule.name);
      const place = new RegExp(`(?<=alert: CrucFleetIncident${name}\\n(?:(?!- alert:)[^])*rule=~")[^"]*`);
      expect(made).toMatch(place);
      made = made.replace(place, names.join('|'));
    }
    await expect(made).toMatchFileSnapshot('../../docs/prometheus-rules.yaml', renewedBy('test/dashboard'));
  });

  it.skipIf(requirePromtool() !== null)(
    'are taken by promtool, and fire when they should and not before',
    () => {
      expect(checkRules(text('docs/prometheus-rules.yaml'))).toMatchObject({ status: 0 });
      expect(testRules('test/fixtures/prometheus-rules.test.yaml')).toMatchObject({ status: 0 });
    },
  );
});
