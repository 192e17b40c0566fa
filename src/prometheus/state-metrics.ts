import type { ByCause } from '../model/by-cause.ts';
import type { Column, Row } from '../model/column.ts';
import { STATES_OF_TODAY } from '../model/downstairs-state.ts';
import { asHealth, HEALTHS } from '../model/health.ts';
import type { AnsweredOutcome, FleetReport } from '../model/report.ts';
import { labelText, type Metric, type Sample } from './exposition.ts';
import { groupRows, sledLabels, type MetricView, type RowGroup } from './metric-labels.ts';
import { metricPrefix } from './metric-names.ts';

/** The state, and the health, of what no report tells the state of. */
const UNKNOWN = 'unknown';

/**
 * The states of downstairs and the health of upstairs. By sled they count all rows, whatever the filter, and every
 * state of today and every health is there, 0 included. Sleds that did not answer have neither. Where the reader
 * names upstairs by labels, each downstairs has a state set too: 1 for the state that it is in, 0 for the others.
 */
export function stateMetrics(report: FleetReport, view: MetricView): readonly Metric[] {
  const isWanted = ({ name }: Column) => view.values === null || view.values.includes(name);
  const states = report.columns.filter(({ kind }) => kind === 'state').map(({ name }) => name);
  const health = report.columns.find(({ kind }) => kind === 'health');
  // Only where health is judged is every upstairs of a sled looked at; other probes may be limited to a process.
  const prefix = health === undefined ? metricPrefix(report.probe) : 'cruc_fleet';
  const probe = health === undefined ? {} : { probe: report.probe };
  const context: StateContext = { report, view, prefix, probe };
  return [
    ...(report.columns.some((column) => column.kind === 'state' && isWanted(column))
      ? downstairsMetrics(states, context)
      : []),
    ...(health !== undefined && isWanted(health) ? upstairsMetrics(health.name, context) : []),
    ...(report.byCause === undefined ? [] : [causeMetric(report.byCause, context)]),
  ];
}

interface StateContext {
  readonly report: FleetReport;
  readonly view: MetricView;
  readonly prefix: string;
  readonly probe: { readonly probe?: string };
}

function downstairsMetrics(columns: readonly string[], context: StateContext): readonly Metric[] {
  const { report, view, prefix, probe } = context;
  const answers = report.outcomes.filter((outcome) => outcome.status === 'answered');
  const statesIn = (rows: readonly Row[]) => rows.flatMap((row) => columns.map((name) => stateOf(row, name)));
  const known = [...STATES_OF_TODAY, UNKNOWN];
  const seen = answers.flatMap(({ rows }) => statesIn(rows)).filter((state) => !known.includes(state));
  const words = [...known, ...new Set(seen.sort())];
  const bySled = perSled(context, answers, ({ rows }) => countsOf(statesIn(rows), words, 'state'));
  return [
    {
      name: `${prefix}_downstairs`,
      type: 'gauge',
      help: `Downstairs in a state, as the upstairs on the sled see them, whatever the filter; ${UNKNOWN} where none is reported.`,
      samples: bySled,
    },
    {
      name: `${prefix}_downstairs_state`,
      type: 'gauge',
      help: 'Whether the downstairs is in the state; the number that are, where several upstairs share the labels.',
      samples: labelled(report, view).flatMap(({ labels, rows }) =>
        columns.flatMap((name) => {
          const states = rows.filter((row) => row[name] !== null).map((row) => stateOf(row, name));
          if (states.length === 0) return [];
          const own = { ...probe, ...labels, downstairs: name.replace(/^ds/, '') };
          return countsOf(states, words, 'state').map((each) => ({
            labels: { ...own, ...each.labels },
            value: each.value,
          }));
        }),
      ),
    },
  ];
}

function upstairsMetrics(column: string, context: StateContext): readonly Metric[] {
  const { report, view, prefix, probe } = context;
  const healthOf = (row: Row): string => asHealth(row[column]) ?? UNKNOWN;
  const answers = report.outcomes.filter((outcome) => outcome.status === 'answered');
  const isJudged = answers.every(({ rows }) => rows.every((row) => healthOf(row) !== UNKNOWN));
  const words = isJudged ? HEALTHS : [...HEALTHS, UNKNOWN];
  return [
    {
      name: `${prefix}_upstairs`,
      type: 'gauge',
      help: 'Upstairs sessions by health, whatever the filter; no_report counts processes that said nothing.',
      samples: perSled(context, answers, ({ rows }) => countsOf(rows.map(healthOf), words, 'health')),
    },
    {
      name: `${prefix}_upstairs_health`,
      type: 'gauge',
      help: 'Whether the upstairs is in this health; the number that are, where several share the labels.',
      samples: labelled(report, view).flatMap(({ labels, rows }) =>
        countsOf(rows.map(healthOf), words, 'health').map((each) => ({
          labels: { ...probe, ...labels, ...each.labels },
          value: each.value,
        })),
      ),
    },
    {
      name: `${prefix}_upstairs_active_twice`,
      type: 'gauge',
      help: 'Upstairs that are active in several places at once, as far as the sleds answered.',
      samples: [
        {
          labels: { ...probe, selection: report.selection },
          value: report.findings.filter(({ rule }) => rule === 'active_twice').length,
        },
      ],
    },
  ];
}

function causeMetric({ causes, sick }: ByCause, { prefix, probe }: StateContext): Metric {
  const named = causes.map((cause) => ({
    labels: { ...probe, kind: cause.kind, cause: cause.name },
    value: cause.sick,
  }));
  return {
    name: `${prefix}_sick_downstairs`,
    type: 'gauge',
    help: 'Sick downstairs: those that share a cause, and with kind all each of them once.',
    samples: [{ labels: { ...probe, kind: 'all', cause: '' }, value: sick }, ...named],
  };
}

function perSled(
  { view, probe }: StateContext,
  answers: readonly AnsweredOutcome[],
  counts: (outcome: AnsweredOutcome) => readonly Sample[],
): readonly Sample[] {
  return answers.flatMap((outcome) => {
    const labels = { ...probe, ...sledLabels(outcome.sled, view) };
    return counts(outcome).map((each) => ({ labels: { ...labels, ...each.labels }, value: each.value }));
  });
}

/** Rows by what the reader asked for; none where that is nothing of a row. */
function labelled(report: FleetReport, view: MetricView): readonly RowGroup[] {
  return view.askedLabels.length === 0 ? [] : groupRows(report, view);
}

function stateOf(row: Row, column: string): string {
  const state = row[column] ?? null;
  return state === null ? UNKNOWN : labelText(String(state));
}

function countsOf(texts: readonly string[], words: readonly string[], label: string): readonly Sample[] {
  return words.map((word) => ({
    labels: { [label]: word },
    value: texts.filter((text) => text === word).length,
  }));
}
