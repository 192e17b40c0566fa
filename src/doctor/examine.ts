import type { Arrivals } from './arrivals.ts';
import { addressIn, addressPattern } from '../model/address-pattern.ts';
import type { FleetError } from '../model/error.ts';
import type { SledOutcome } from '../model/report.ts';
import { WAY_STEPS, type WaySeen, type WayStep } from '../model/trail.ts';
import { SLED_STEPS, type Judging } from './sled-answers.ts';
import { readFacts } from './sled-facts.ts';
import { errorText, type StepAnswer } from './step-answer.ts';
import { ASKED, STEPS, type SledStep, type Step, type StepName } from './steps.ts';

/** What a visit is told by, beside its outcome. */
export interface Telling {
  /** The time of day at a moment of the run's monotonic clock. */
  readonly timeOfDay: (elapsedMs: number) => Date;
  readonly arrivals: Arrivals;
}

/**
 * Every step of one visit, in their order: how it ended, or that it was not tried and why. Of a visit that asked
 * something else than `scripts/doctor.sh` only the way there is told.
 */
export function examine(outcome: SledOutcome, telling: Telling): readonly StepAnswer[] {
  const seen = new Map<WayStep, WaySeen>((outcome.trail?.way ?? []).map((each) => [each.step, each]));
  const judging = judgingOf(outcome, telling);
  const ran = outcome.trail?.ran ?? null;
  const times = ran === null ? null : telling.arrivals.msOf(outcome.sled.id, ran.fromMs);
  const answers: StepAnswer[] = [];
  const unanswered = judging.facts.length === 0 ? null : firstUnanswered(judging);
  let isOver = false;
  let blocker: Step | null = null;
  for (const step of STEPS) {
    const answer =
      blocker === null
        ? answerOf(step, seen, judging, { outcome, times })
        : notTried(step.name, `${blocker.title} failed`);
    // What nobody answered: the visit ended there, or before it.
    const last = answer ?? ended(step, outcome, unanswered === null ? isOver : step.name !== unanswered);
    answers.push(withoutAddress(last, outcome));
    if (last.result === 'failed' && (isWay(step.name) || step.name === 'shell')) blocker = step;
    if (answer === null) isOver = true;
  }
  return answers;
}

/** The remedy of a step that needs one. */
export function remedyOf({ step, result, remedy }: StepAnswer): string | null {
  if (result !== 'failed' && result !== 'notice') return null;
  return remedy ?? STEPS.find(({ name }) => name === step)?.remedy ?? null;
}

function judgingOf(outcome: SledOutcome, { timeOfDay, arrivals }: Telling): Judging {
  const ran = outcome.trail?.ran ?? null;
  return {
    facts: outcome.status === 'answered' ? outcome.rows : readFacts(arrivals.textOf(outcome.sled.id)),
    noise: outcome.trail?.noise ?? [],
    ran: ran === null ? null : { from: timeOfDay(ran.fromMs), to: timeOfDay(ran.toMs) },
    serial: outcome.sled.serial,
  };
}

function answerOf(
  { name }: Step,
  seen: ReadonlyMap<WayStep, WaySeen>,
  judging: Judging,
  { outcome, times }: { readonly outcome: SledOutcome; readonly times: ReadonlyMap<SledStep, number> | null },
): StepAnswer | null {
  if (isWay(name)) {
    const way = seen.get(name);
    if (way !== undefined) return wayAnswer(way);
    return isUntold(name, seen, outcome) ? { ...UNTOLD, step: name } : null;
  }
  const judged = SLED_STEPS[name](judging);
  if (judged === null) return null;
  const ms = times?.get(name) ?? null;
  return { step: name, ms, ...judged };
}

const UNTOLD = {
  result: 'none',
  ms: null,
  said: 'not told by this way',
  details: null,
  remedy: null,
} as const;

/** Whether the way went on behind that step without a word about it, or tells of none at all. */
function isUntold(name: WayStep, seen: ReadonlyMap<WayStep, WaySeen>, outcome: SledOutcome): boolean {
  if (outcome.status === 'answered' || outcome.stage !== 'connect') return true;
  if (seen.size === 0) return !isUntried(outcome.error);
  const behind = WAY_STEPS.slice(WAY_STEPS.indexOf(name) + 1);
  return behind.some((each) => seen.has(each));
}

function wayAnswer({ step, result, ms, said, error, ...more }: WaySeen): StepAnswer {
  const details = more.details ?? null;
  if (error === undefined) return { step, result, ms, said, details, remedy: null };
  return { step, result, ms, details, ...errorText(error) };
}

/** The step whose question a sled that answered some was asked when its visit ended. */
function firstUnanswered(judging: Judging): SledStep | null {
  return ASKED.find((step) => SLED_STEPS[step](judging) === null) ?? null;
}

/** Of a step that was not answered: the first one failed for the reason of the visit, the others were not tried. */
function ended({ name }: Step, outcome: SledOutcome, isOver: boolean): StepAnswer {
  if (outcome.status === 'answered') {
    const why = outcome.issues[0]?.message ?? 'the sled did not answer it';
    return notTried(name, why);
  }
  const { error } = outcome;
  if (isUntried(error)) return notTried(name, error.message.replace(/^not tried: /, ''));
  if (isOver) return notTried(name, 'the visit had ended');
  const text = errorText(error);
  const remedy = text.remedy ?? (error.code === 'timeout' && !isWay(name) ? TOO_LONG : null);
  return { step: name, result: 'failed', ms: null, details: null, said: text.said, remedy };
}

const TOO_LONG = 'log in by hand, and see whether a command ends there; or give it more time with --timeout';

function isUntried({ code }: FleetError): boolean {
  return code === 'not_tried' || code === 'interrupted' || code === 'deadline';
}

function notTried(step: StepName, why: string): StepAnswer {
  return { step, result: 'not_tried', ms: null, said: `not tried: ${why}`, details: null, remedy: null };
}

function isWay(name: StepName): name is WayStep {
  const names: readonly string[] = WAY_STEPS;
  return names.includes(name);
}

/** What is said of sleds that differ in their addresses alone is the same. */
function withoutAddress(answer: StepAnswer, outcome: SledOutcome): StepAnswer {
  const address = outcome.status === 'failed' ? addressIn(outcome.address ?? '') : null;
  if (address === null) return answer;
  const pattern = addressPattern(address);
  return { ...answer, said: answer.said.replaceAll(pattern, 'its address') };
}
