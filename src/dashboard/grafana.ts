import type { KnownMetric } from './known-metrics.ts';
import type { Panel, PanelKind, PanelRow } from './panels.ts';

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

const HEIGHTS: Readonly<Record<PanelKind, number>> = {
  stat: 6,
  timeseries: 8,
  'state-timeline': 10,
  table: 10,
};

/** Of 24 columns. */
const WIDTH = 24;

/** Rows of panels as a dashboard that Grafana 10 and later import, with a choice of racks and sleds. */
export function grafanaDashboard(
  rows: readonly PanelRow[],
  metrics: ReadonlyMap<string, KnownMetric>,
): Readonly<Record<string, unknown>> {
  let id = 0;
  let y = 0;
  const panels = rows.flatMap(({ title, panels: own }) => {
    const head = {
      id: ++id,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y: y++, w: WIDTH, h: 1 },
      panels: [],
    };
    let x = 0;
    let height = 0;
    const placed = own.map((panel) => {
      if (x + panel.width > WIDTH) {
        y += height;
        x = 0;
        height = 0;
      }
      const h = HEIGHTS[panel.kind];
      const gridPos = { x, y, w: panel.width, h };
      x += panel.width;
      height = Math.max(height, h);
      return { id: ++id, ...panelOf(panel, metrics), gridPos };
    });
    y += height;
    return [head, ...placed];
  });
  return {
    title: 'cruc-fleet',
    uid: 'cruc-fleet',
    description: 'Health of Crucible upstairs, from the metrics of cruc-fleet',
    tags: ['crucible', 'cruc-fleet'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '1m',
    time: { from: 'now-24h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', current: {} },
        choice('rack', 'Rack', 'label_values(cruc_fleet_sled_up, rack)'),
        choice('sled', 'Sled', 'label_values(cruc_fleet_sled_up{rack=~"$rack"}, sled)'),
      ],
    },
    annotations: { list: [] },
    panels,
  };
}

function choice(name: string, label: string, query: string): Readonly<Record<string, unknown>> {
  return {
    name,
    label,
    type: 'query',
    datasource: DATASOURCE,
    query: { query, refId: name },
    refresh: 2,
    sort: 3,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'] },
  };
}

/** Throws where the panel is about no metric: a bug of the dashboard. */
function panelOf(
  { title, kind, about, unit = 'short', queries }: Panel,
  metrics: ReadonlyMap<string, KnownMetric>,
): Readonly<Record<string, unknown>> {
  const metric = metrics.get(about);
  if (metric === undefined) throw new Error(`the panel '${title}' is about ${about}, which nothing writes`);
  const isTable = kind === 'table';
  return {
    type: kind,
    title,
    description: metric.help,
    datasource: DATASOURCE,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCodePoint(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
      ...(isTable ? { format: 'table', instant: true } : {}),
    })),
    fieldConfig: {
      // A sled that did not answer has no series: a gap, never a line that goes on.
      defaults: { unit, ...(kind === 'timeseries' ? { custom: { spanNulls: false } } : {}) },
      overrides: [],
    },
    options: kind === 'stat' ? { reduceOptions: { calcs: ['lastNotNull'] }, textMode: 'value_and_name' } : {},
  };
}
