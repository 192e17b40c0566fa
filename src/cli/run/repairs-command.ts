import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { SledOutcome } from '../../model/report.ts';
import { repairs } from '../../probes/repairs.ts';
import type { CommandContext } from '../command-context.ts';
import { addConfigFileOptions, addHistoryOption } from '../options/config-options.ts';
import type { FleetRun } from '../ask/fleet-run.ts';
import type { HistoryOptions } from '../history/open-history.ts';
import { durationValue } from '../options/option-values.ts';
import { addProbeCommand, type Once, type ProbeOptions } from './probe-command.ts';
import { repairHistory } from './repair-history.ts';
import { knownRepair } from './known-repair.ts';
import { repairKey } from './repair-rows.ts';
import type { JoinedFacts } from '../place/joined-facts.ts';
import { openRounds } from '../ask/rounds.ts';
import type { Surroundings } from '../surroundings.ts';

type RepairsOptions = ProbeOptions & HistoryOptions & { readonly for?: number };

/** Adds `repairs`: the repairs of a window, with what a second look and the history know of them. */
export function addRepairsCommand(command: Command, context: CommandContext): void {
  addProbeCommand(command, repairs, context, {
    addOptions(to) {
      to.optionsGroup('Beyond one window:').option(
        '--for <time>',
        'look twice, so long apart: rates and what stands still are of the time between',
        durationValue,
      );
      addHistoryOption(addConfigFileOptions(to));
    },
    look: lookAtRepairs,
  });
}

async function lookAtRepairs(
  options: RepairsOptions,
  surroundings: Surroundings,
  once: Once,
  joined: JoinedFacts | null,
): Promise<FleetRun> {
  const { for: apartMs } = options;
  const known = async (run: FleetRun, at: Date, first: FleetRun | null) =>
    await withPast(run, at, first, options, surroundings, joined);
  if (apartMs === undefined) {
    const run = await once(options);
    return await known(run, run.startedAt, null);
  }
  const rounds = openRounds(surroundings);
  const stop = new AbortController();
  const stopListening = surroundings.onInterrupt(() => stop.abort());
  try {
    const { record: _, ...unrecorded } = options;
    const first = await once(unrecorded, { rounds });
    if (!first.interrupted && !stop.signal.aborted) {
      await pause(apartMs, undefined, { signal: stop.signal }).catch(() => {});
    }
    // What was seen until then is shown, as of a run that was interrupted.
    if (first.interrupted || stop.signal.aborted) {
      return await known({ ...first, interrupted: true }, first.startedAt, null);
    }
    const second = await once(options, { rounds });
    return await known({ ...second, startedAt: first.startedAt }, second.startedAt, first);
  } finally {
    stopListening();
    await rounds.close();
  }
}

async function withPast(
  run: FleetRun,
  at: Date,
  first: FleetRun | null,
  options: RepairsOptions,
  surroundings: Surroundings,
  joined: JoinedFacts | null,
): Promise<FleetRun> {
  const isAny = run.outcomes.some(
    (outcome) => outcome.status === 'answered' && outcome.rows.some(({ kind }) => kind !== null),
  );
  const chronicle = await repairHistory(isAny, options, surroundings);
  const before = new Map(
    (first?.outcomes ?? []).flatMap((outcome) =>
      outcome.status === 'failed'
        ? []
        : outcome.rows.map((row) => [`${outcome.sled.id} ${repairKey(row)}`, row] as const),
    ),
  );
  const sources = { chronicle, placeOf: joined?.placeOf ?? null, at: at.getTime() };
  const refined = (outcome: SledOutcome): SledOutcome => {
    if (outcome.status === 'failed') return outcome;
    const rows = outcome.rows.map((row) =>
      knownRepair(row, outcome.sled, before.get(`${outcome.sled.id} ${repairKey(row)}`) ?? null, sources),
    );
    return { ...outcome, rows };
  };
  return { ...run, outcomes: run.outcomes.map(refined) };
}
