/** How a panel draws its queries. */
export type PanelKind = 'stat' | 'timeseries' | 'state-timeline' | 'table';

export interface Query {
  /** PromQL; `$rack` and `$sled` are what the reader chose. */
  readonly expr: string;
  /** What a line is called, from its labels. */
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  readonly kind: PanelKind;
  /** Of 24. */
  readonly width: number;
  /** The metric whose meaning is the panel's description. */
  readonly about: string;
  readonly unit?: 's' | 'dtdurations' | 'short' | 'ops';
  readonly queries: readonly Query[];
}

export interface PanelRow {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Chosen sleds of a check. */
const CHECK = 'probe="check",rack=~"$rack"';
const SLEDS = 'rack=~"$rack",sled=~"$sled"';

const REPAIR = 'live_repair|live_repair_ready|reconcile';

/** What the dashboard shows, from top to bottom. */
export const ROWS: readonly PanelRow[] = [
  {
    title: 'Coverage',
    panels: [
      {
        title: 'Level',
        kind: 'stat',
        width: 4,
        about: 'cruc_fleet_check_level',
        queries: [{ expr: 'max by (level) (cruc_fleet_check_level) == 1', legend: '{{level}}' }],
      },
      {
        title: 'Sleds without a whole answer',
        kind: 'stat',
        width: 4,
        about: 'cruc_fleet_sleds_failed',
        queries: [
          { expr: `sum(cruc_fleet_sleds_failed{${CHECK}})`, legend: 'no answer' },
          { expr: `sum(cruc_fleet_sleds_in_part{${CHECK}})`, legend: 'partial' },
          { expr: `sum(cruc_fleet_sleds_selected{${CHECK}})`, legend: 'asked' },
        ],
      },
      {
        title: 'Time since the last check',
        kind: 'stat',
        width: 4,
        unit: 'dtdurations',
        about: 'cruc_fleet_run_end_timestamp_seconds',
        queries: [
          {
            expr: 'time() - max by (selection) (cruc_fleet_run_end_timestamp_seconds{probe="check"})',
            legend: '{{selection}}',
          },
        ],
      },
      {
        title: 'Share of sleds that answered',
        kind: 'timeseries',
        width: 12,
        about: 'cruc_fleet_sleds_answered',
        queries: [
          {
            expr: `sum by (rack) (cruc_fleet_sleds_answered{${CHECK}}) / sum by (rack) (cruc_fleet_sleds_selected{${CHECK}})`,
            legend: 'rack {{rack}}',
          },
        ],
      },
      {
        title: 'Answers: 1 whole, 0 not',
        kind: 'state-timeline',
        width: 16,
        about: 'cruc_fleet_sled_complete',
        queries: [
          { expr: `max by (sled) (cruc_fleet_sled_complete{probe="check",${SLEDS}})`, legend: '{{sled}}' },
        ],
      },
      {
        title: 'Why there is no answer',
        kind: 'table',
        width: 8,
        about: 'cruc_fleet_sled_failed',
        queries: [{ expr: `cruc_fleet_sled_failed{probe="check",${SLEDS}}`, legend: '' }],
      },
    ],
  },
  {
    title: 'States by sled',
    panels: [
      {
        title: 'Upstairs by health, but ok',
        kind: 'timeseries',
        width: 12,
        about: 'cruc_fleet_upstairs',
        queries: [
          {
            expr: `sum by (health) (cruc_fleet_upstairs{probe="check",${SLEDS},health!="ok"})`,
            legend: '{{health}}',
          },
        ],
      },
      {
        title: 'Downstairs by state, but active',
        kind: 'timeseries',
        width: 12,
        about: 'cruc_fleet_downstairs',
        queries: [
          {
            expr: `sum by (state) (cruc_fleet_downstairs{probe="check",${SLEDS},state!="active"})`,
            legend: '{{state}}',
          },
        ],
      },
      {
        title: 'Downstairs that are not active, by the sled of their VM',
        kind: 'state-timeline',
        width: 24,
        about: 'cruc_fleet_downstairs',
        queries: [
          {
            expr: `sum by (sled) (cruc_fleet_downstairs{probe="check",${SLEDS},state!="active"})`,
            legend: '{{sled}}',
          },
        ],
      },
    ],
  },
  {
    title: 'Repairs',
    panels: [
      {
        title: 'Downstairs under repair',
        kind: 'timeseries',
        width: 8,
        about: 'cruc_fleet_downstairs',
        queries: [
          {
            expr: `sum by (state) (cruc_fleet_downstairs{probe="check",${SLEDS},state=~"${REPAIR}"})`,
            legend: '{{state}}',
          },
        ],
      },
      {
        title: 'Extents left, where repairs -o prometheus runs',
        kind: 'timeseries',
        width: 8,
        about: 'cruc_fleet_repairs_extents_left',
        queries: [{ expr: `sum by (sled) (cruc_fleet_repairs_extents_left{${SLEDS}})`, legend: '{{sled}}' }],
      },
      {
        title: 'Extents a second',
        kind: 'timeseries',
        width: 8,
        unit: 'ops',
        about: 'cruc_fleet_repairs_extents_per_second',
        queries: [
          { expr: `sum by (sled) (cruc_fleet_repairs_extents_per_second{${SLEDS}})`, legend: '{{sled}}' },
        ],
      },
    ],
  },
  {
    title: 'Latency of volumes, where run perf-vol --by sled -o prometheus runs',
    panels: [
      ...(['read', 'write', 'flush'] as const).map((type) => ({
        title: `${type}: by percentile`,
        kind: 'timeseries' as const,
        width: 8,
        unit: 's' as const,
        about: 'cruc_fleet_perf_vol_seconds_bucket',
        queries: [0.5, 0.9, 0.99].map((q) => ({
          expr: `histogram_quantile(${q}, sum by (le) (cruc_fleet_perf_vol_seconds_bucket{${SLEDS},type="${type}"}))`,
          legend: `p${q * 100}`,
        })),
      })),
      {
        title: '99th percentile by sled',
        kind: 'timeseries',
        width: 24,
        unit: 's',
        about: 'cruc_fleet_perf_vol_seconds_bucket',
        queries: [
          {
            expr: `histogram_quantile(0.99, sum by (le, sled) (cruc_fleet_perf_vol_seconds_bucket{${SLEDS}}))`,
            legend: '{{sled}}',
          },
        ],
      },
    ],
  },
  {
    title: 'Incidents',
    panels: [
      {
        title: 'Open, or open and not seen now, by rule',
        kind: 'state-timeline',
        width: 16,
        about: 'cruc_fleet_incidents',
        queries: [
          {
            expr: 'sum by (rule) (cruc_fleet_incidents{rack=~"$rack",status=~"open|unknown"}) > 0',
            legend: '{{rule}}',
          },
        ],
      },
      {
        title: 'By status',
        kind: 'timeseries',
        width: 8,
        about: 'cruc_fleet_incidents',
        queries: [{ expr: 'sum by (status) (cruc_fleet_incidents{rack=~"$rack"})', legend: '{{status}}' }],
      },
      {
        title: 'What is wrong with the check itself',
        kind: 'timeseries',
        width: 12,
        about: 'cruc_fleet_check_troubles',
        queries: [{ expr: 'cruc_fleet_check_troubles', legend: '{{selection}}' }],
      },
      {
        title: 'Mails that wait',
        kind: 'timeseries',
        width: 12,
        about: 'cruc_fleet_mails_waiting',
        queries: [{ expr: 'cruc_fleet_mails_waiting', legend: '{{selection}}' }],
      },
    ],
  },
];
