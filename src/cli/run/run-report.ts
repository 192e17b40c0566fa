import { mergeReport } from '../../fleet/merge.ts';
import { groupWarnings, warningLine } from '../../fleet/warnings.ts';
import { recordedOutcomes, type Recording } from '../../fleet/recording-reader.ts';
import { formatDuration } from '../../model/duration.ts';
import { ENDED_EARLY } from '../../model/error.ts';
import type { ProbeSettings, ProbeSpec } from '../../model/probe.ts';
import type { FleetReport, SledOutcome } from '../../model/report.ts';
import { columnsOfRows, ownScript } from '../../kinds/own-script.ts';
import { recordedHabits } from '../../kinds/script-habits.ts';
import { checkView, distributionView, type DistributionOptions } from '../options/distribution-options.ts';
import { exitCodeOfReport } from '../exit-code.ts';
import {
  filtersIn,
  pickFilters,
  refuseFilters,
  rowFilter,
  textsIn,
  type FilterOptions,
} from '../options/filters.ts';
import type { FleetRun } from '../ask/fleet-run.ts';
import { printReport, type OutputOptions } from '../options/output-options.ts';
import { probeNamed } from './prepare-run.ts';
import type { Surroundings } from '../surroundings.ts';

/** What the options leave of a run's rows and distributions, and in which order. */
export interface RunView {
  readonly filters: FilterOptions;
  readonly sortBy: readonly string[];
}

/** One report of a run of any probe. */
export function runReport(
  probe: ProbeSpec,
  settings: ProbeSettings,
  run: FleetRun,
  view: RunView,
): FleetReport {
  const outcomes = run.outcomes.map((outcome) => withArrived(outcome, probe, settings));
  const rows = outcomes.flatMap((outcome) => (outcome.status === 'answered' ? outcome.rows : []));
  const filter = rowFilter(view.filters);
  const columns = probe.columns.length > 0 ? probe.columns : columnsOfRows(rows);
  refuseUnprinted(probe, view, outcomes);
  const report = mergeReport(outcomes, {
    ...run,
    probe,
    probeColumns: columns,
    filter,
    sortBy: view.sortBy,
  });
  return {
    ...report,
    distributions: report.distributions.filter(({ keys }) => filter?.keeps(keys) !== false),
  };
}

/** What a script of the user's own prints is known only now: a filter that no row can pass would empty the answer. */
function refuseUnprinted(probe: ProbeSpec, view: RunView, outcomes: readonly SledOutcome[]): void {
  if (probe.columns.length > 0) return;
  const answered = outcomes.filter((outcome) => outcome.status === 'answered');
  const keyed = answered.flatMap(({ rows, distributions }) => [
    ...rows,
    ...distributions.map(({ keys }) => keys),
  ]);
  if (keyed.length === 0) return;
  const columns = new Set(keyed.flatMap((row) => Object.keys(row)));
  refuseFilters(view.filters, `what ${probe.name} printed`, [...columns]);
}

/** Prints a recorded run again and gives its exit status. */
export async function replayRun(
  recording: Recording,
  options: OutputOptions & DistributionOptions & FilterOptions & { readonly filters: boolean },
  surroundings: Surroundings,
): Promise<number> {
  const { facts } = recording;
  const { own, prints, ...settings } = facts.settings;
  const probe =
    own === true ? ownScript(facts.probe, facts.probe, [], recordedHabits(prints)) : probeNamed(facts.probe);
  const whole = { ...NO_SETTINGS, ...settings };
  // What a user's own script gives is known only from what it gave.
  if (own !== true) {
    checkView(probe, options);
    refuseFilters(
      options,
      probe.name,
      probe.columns.map(({ name }) => name),
    );
  }
  const given = pickFilters(options);
  const keepsRecorded = options.filters && Object.keys(given).length === 0;
  const view = {
    // Version 0.1.0 kept the zone alone, by itself.
    filters: keepsRecorded ? { ...filtersIn(facts.view), ...filtersIn(facts.view['filters']) } : given,
    sortBy: options.sortBy ?? textsIn(facts.view['sort_by']) ?? [],
  };
  const outcomes = recordedOutcomes(recording, (result) => probe.read(result, whole));
  if (options.quiet !== true) sayNotes(outcomes, surroundings);
  const report = runReport(probe, whole, { ...recording, ...facts, outcomes }, view);
  await printReport(report, options, surroundings, { distributions: distributionView(options, probe) });
  return exitCodeOfReport(report);
}

/** How the outputs were read, which a recording does not keep. */
function sayNotes(outcomes: readonly SledOutcome[], surroundings: Surroundings): void {
  const noted = outcomes.flatMap((outcome) =>
    outcome.status === 'answered' ? { sled: outcome.sled, warnings: outcome.notes ?? [] } : [],
  );
  for (const warning of groupWarnings(noted)) {
    surroundings.terminal.err.write(`warning: ${warningLine(warning)}\n`);
  }
}

export const NO_SETTINGS: ProbeSettings = {
  seconds: 0,
  interval: 0,
  pid: null,
  volume: null,
  totals: false,
  rates: false,
};

/**
 * What a sled had given when the run was interrupted or its deadline passed, as a partial answer; the outcome as it is where that is
 * nothing.
 */
export function withArrived(outcome: SledOutcome, probe: ProbeSpec, settings: ProbeSettings): SledOutcome {
  if (outcome.status === 'answered' || !ENDED_EARLY.includes(outcome.error.code)) return outcome;
  const { partial } = outcome.error;
  if (partial === null || partial.stdout === '') return outcome;
  const ended = { ...partial, exitStatus: 0, signalName: null };
  const reading = probe.read(ended, { ...settings, cut: true });
  if (reading.status === 'failure') return outcome;
  const { rows, distributions = [], text = '', issues, notes = [] } = reading;
  if (rows.length + distributions.length + text.length === 0) return outcome;
  const why = outcome.error.code === 'deadline' ? 'the deadline passed' : 'interrupted';
  const message = `${why} after ${formatDuration(outcome.elapsedMs)}: this is what had arrived`;
  const { sled, elapsedMs, trail } = outcome;
  const known = trail === undefined ? {} : { trail };
  const answer = { ...known, sled, elapsedMs, via: null, rows, distributions, text, warnings: [] };
  // It is said after the warnings of the run, so that how it was read would not be heard.
  const read = notes.map((note) => ({ code: 'warning' as const, message: note }));
  return { status: 'answered', ...answer, issues: [{ code: 'warning', message }, ...issues, ...read] };
}
