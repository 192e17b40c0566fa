import { setTimeout as pause } from 'node:timers/promises';
import { checkProbe } from '../../check/check-probe.ts';
import { formatDuration, writeDuration } from '../../model/duration.ts';
import { describeError, FleetError } from '../../model/error.ts';
import { randomHex } from '../../model/random-hex.ts';
import type { Hub } from '../../relay/nats/connect.ts';
import { keepReport } from '../../relay/nats/kept-reports.ts';
import { questionHead, type Question } from '../../relay/question.ts';
import type { FleetOptions } from '../ask/fleet-run.ts';
import { stateSettings } from '../ask/state-run.ts';
import type { Surroundings } from '../surroundings.ts';
import { planQuestion } from './answer-question.ts';

/** A report that the hub did not keep is offered again so often, until the next one is due. */
const OFFERED_EVERY_MS = 10_000;
/** The name of nobody who asks, in audit lines. */
const NOBODY = 'schedule';

export interface Schedule {
  readonly site: string;
  readonly runner: string;
  readonly everyMs: number;
  /** How long each sled is watched. */
  readonly seconds: number;
}

/** Checks the site now and every so often, and has the hub keep each report. Never rejects but for a bug. */
export async function checkOnSchedule(
  hub: Hub,
  schedule: Schedule,
  options: FleetOptions,
  surroundings: Surroundings,
  { signal, say }: { readonly signal: AbortSignal; readonly say: (text: string) => void },
): Promise<void> {
  const { everyMs } = schedule;
  const { elapsed } = surroundings;
  const wait = (ms: number) => pause(Math.max(0, ms), undefined, { signal }).catch(() => {});
  let dueAt = elapsed();
  while (!signal.aborted) {
    const startedAt = elapsed();
    const made = await makeReport(schedule, options, surroundings, signal);
    if (signal.aborted) return;
    dueAt += everyMs;
    // What was missed is not made up for.
    if (dueAt < elapsed()) dueAt = elapsed();
    if ('why' in made) say(`scheduled check: ${made.why}; the next one is in ${writeDuration(everyMs)}`);
    else {
      let why = await keepReport(hub, made);
      const took = formatDuration(elapsed() - startedAt);
      if (why === null) say(`scheduled check (run ${made.run}): the hub keeps its report (${took})`);
      else
        say(`scheduled check (run ${made.run}): the hub does not keep its report: ${why}; offering it again`);
      while (why !== null && !signal.aborted && elapsed() + OFFERED_EVERY_MS < dueAt) {
        await wait(OFFERED_EVERY_MS);
        if (!signal.aborted) why = await keepReport(hub, made);
        if (why === null) say(`scheduled check (run ${made.run}): the hub keeps its report now`);
      }
    }
    await wait(dueAt - elapsed());
  }
}

async function makeReport(
  { site, runner, everyMs, seconds }: Schedule,
  options: FleetOptions,
  surroundings: Surroundings,
  stop: AbortSignal,
) {
  const question = checkQuestion(seconds, everyMs, surroundings);
  try {
    const plan = await planQuestion(question, options, surroundings);
    if ('why' in plan) return { why: plan.reason };
    const report = await plan.answer({ question, asker: NOBODY, stop, onSled() {}, tell: null });
    if (report === null) throw new Error('a check has a report');
    const { json, notes } = report;
    return {
      site,
      runner,
      version: surroundings.version,
      run: question.run,
      probe: question.probe,
      at: surroundings.now().toISOString(),
      every_ms: everyMs,
      notes: [...notes],
      json,
    };
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return { why: describeError(error) };
  }
}

/** What the site asks itself: all its sleds, within the time until the next check. */
function checkQuestion(
  seconds: number,
  everyMs: number,
  { now, random, version }: Pick<Surroundings, 'now' | 'random' | 'version'>,
): Question {
  const at = now().getTime();
  return {
    ...questionHead(false),
    version,
    run: randomHex(random, 12),
    asked_at: new Date(at).toISOString(),
    start_by: new Date(at + everyMs).toISOString(),
    deadline: new Date(at + everyMs).toISOString(),
    probe: checkProbe.name,
    settings: { ...stateSettings(seconds) },
    selection: { racks: [], sleds: [], exclude: [], labels: [], shard: null },
    only: null,
  };
}
