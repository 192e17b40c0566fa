import { styleText } from 'node:util';
import { createArrivals, type Arrivals } from '../../doctor/arrivals.ts';
import { stepLines } from '../../drawing/step-table.ts';
import type { Format } from '../../drawing/table-layout.ts';
import { askFleet, type AskSettings, type FleetAnswer } from '../../fleet/ask.ts';
import type { SledOutcome } from '../../model/report.ts';
import type { Target } from '../../model/target.ts';
import { DOCTOR_OUTPUT_BYTES, DOCTOR_TIMEOUT_MS, doctorJob } from '../doctor/doctor-job.ts';
import { timeOfDay } from '../doctor/doctor-report.ts';
import { stepRows } from '../doctor/step-rows.ts';
import type { Surroundings } from '../surroundings.ts';

/**
 * Of each sled that did not answer in full, every step: those of the way as the run itself saw them where it did not
 * lead there, else what `doctor` finds now, over the connections that the run has. A login is not tried again where it
 * failed: it would fail again, and count.
 */
export async function explainRun(
  targets: readonly Target[],
  answer: FleetAnswer,
  settings: Omit<AskSettings, 'progress' | 'recorder' | 'onText' | 'onVisited'>,
  surroundings: Surroundings,
): Promise<readonly string[]> {
  const wanting = answer.outcomes.filter(
    (outcome) => outcome.status === 'failed' || outcome.issues.length > 0,
  );
  if (wanting.length === 0) return [];
  const byTool = new Set(targets.flatMap(({ sled, tool }) => (tool === undefined ? [] : sled.id)));
  // What a tool reaches is not for us to log in to.
  const isLeft = (outcome: SledOutcome): boolean => isUnreached(outcome) || byTool.has(outcome.sled.id);
  const unreached = wanting.filter(isLeft);
  const ids = new Set(wanting.filter((outcome) => !isLeft(outcome)).map(({ sled }) => sled.id));
  const reached = targets.filter(({ sled }) => ids.has(sled.id));
  const arrivals = createArrivals(surroundings.elapsed);
  const found = settings.signal.aborted ? [] : await askDoctor(reached, settings, arrivals, surroundings);
  const outcomes = [...unreached, ...found];
  const telling = { timeOfDay: timeOfDay(surroundings), arrivals };
  const targetOf = new Map(targets.map((target) => [target.sled.id, target]));
  const rows = outcomes.flatMap((outcome) => stepRows(outcome, targetOf.get(outcome.sled.id), telling));
  const { err } = surroundings.terminal;
  const paint = (text: string, formats: readonly Format[]) =>
    err.color ? styleText([...formats], text, { validateStream: false }) : text;
  const context = { width: err.width(), headers: true };
  const left = ids.size - found.length;
  return [
    `\n--explain: ${wanting.length} of ${answer.outcomes.length} sleds did not answer in full\n`,
    ...(left === 0 ? [] : [`${left} of them were not asked again, since the run had ended\n`]),
    ...(outcomes.length === 0 ? [] : stepLines({ outcomes, rows }, context, paint, false)),
  ];
}

/** It was never logged in to. */
function isUnreached(outcome: SledOutcome): boolean {
  return outcome.status === 'failed' && outcome.stage === 'connect';
}

async function askDoctor(
  targets: readonly Target[],
  settings: Parameters<typeof explainRun>[2],
  arrivals: Arrivals,
  surroundings: Surroundings,
): Promise<readonly SledOutcome[]> {
  if (targets.length === 0) return [];
  const { limits } = settings;
  const { outcomes } = await askFleet(targets, await doctorJob(surroundings.scriptsFolder), {
    ...settings,
    onText: (sled, text) => arrivals.hear(sled.id, text),
    limits: { ...limits, runTimeoutMs: DOCTOR_TIMEOUT_MS, maxOutputBytes: DOCTOR_OUTPUT_BYTES },
  });
  return outcomes;
}
