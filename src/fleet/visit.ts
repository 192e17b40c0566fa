import { FleetError } from '../model/error.ts';
import type { Job } from '../model/job.ts';
import type { Reading } from '../model/probe.ts';
import type { AnsweredOutcome, SledOutcome } from '../model/report.ts';
import { otherSerial } from '../model/serial.ts';
import type { Stage } from '../model/stage.ts';
import { hostPort } from '../model/host-port.ts';
import type { Sled } from '../model/sled.ts';
import type { Target } from '../model/target.ts';
import type { Transport } from '../model/transport.ts';
import type { Conversation, ConversationSettings } from './conversation.ts';
import type { GuardedResult } from './guard.ts';
import { converseTwice } from './second-try.ts';
import { createVisitClock } from './visit-trail.ts';

/** What every visit of one run has in common. */
export interface VisitSettings extends ConversationSettings {
  /** Milliseconds of any monotonic clock. */
  readonly now: () => number;
  readonly onStage?: (sled: Sled, stage: Stage) => void;
}

/** What ends the visits of a run early. */
export interface VisitSignals {
  /** Ends the run. */
  readonly stop: AbortSignal;
  /** Fires with it, and where the commands should end now. */
  readonly signal: AbortSignal;
}

/** Made once for all the sleds of a run: each costs a look at those before it. */
export function visitSignals(stop: AbortSignal, { finish }: Pick<VisitSettings, 'finish'>): VisitSignals {
  return { stop, signal: finish === undefined ? stop : AbortSignal.any([stop, finish]) };
}

/** What became of a sled, and what its command gave, where it ended. */
export interface Visit {
  readonly outcome: SledOutcome;
  readonly result: GuardedResult | null;
}

/**
 * Visits one sled: connects, runs the job, and reads the answer.
 * Here, and only here, what goes wrong with a sled becomes a value; a bug still throws.
 */
export async function visitSled(
  transport: Transport,
  target: Target,
  settings: VisitSettings,
  { stop, signal }: VisitSignals,
): Promise<Visit> {
  const { sled } = target;
  const { finish } = settings;
  const isFinished = () => finish?.aborted === true && !stop.aborted;
  const startedMs = settings.now();
  const clock = createVisitClock(settings.now);
  let stage: Stage = 'connect';
  const enter = (next: Stage) => {
    stage = next;
    clock.enter(next);
    settings.onStage?.(sled, next);
  };
  const failed = (error: FleetError): Visit => ({
    outcome: {
      status: 'failed',
      sled,
      elapsedMs: settings.now() - startedMs,
      stage,
      error,
      address: hostPort(target.login),
      trail: clock.trail(),
    },
    result,
  });
  let result: GuardedResult | null = null;
  let conversation: Conversation | null = null;
  try {
    if (signal.aborted) throw notTried(signal);
    conversation = await converseTwice(transport, target, settings, {
      signal,
      isFinished,
      enter,
      clock,
      now: settings.now,
    });
    clock.stop();
    const { ended, via } = conversation;
    // It ended because it was told to: what it gave is the beginning of an answer.
    if (signal.aborted && ended.cut !== null) {
      throw new FleetError('interrupted', 'interrupted before the command had ended', { partial: ended });
    }
    result = ended;
    const elapsedMs = settings.now() - startedMs;
    const warnings = [...conversation.warnings, ...result.notes];
    const reading = readCut(settings.job, ended);
    const trail = clock.trail();
    return { outcome: outcomeOf(reading, { sled, elapsedMs, via, warnings, trail }), result };
  } catch (error) {
    if (error instanceof FleetError) return failed(endOf(error, signal));
    throw error;
  } finally {
    await conversation?.close();
  }
}

/** Why a run ended early, where it was its deadline and nobody's Ctrl-C. */
export function deadlineIn({ reason }: AbortSignal): FleetError | null {
  return reason instanceof FleetError ? reason : null;
}

/** A sled that was not asked, since the run ended before its turn. */
export function notTried(signal: AbortSignal): FleetError {
  const why = deadlineIn(signal)?.message ?? 'the run was interrupted';
  return new FleetError('not_tried', `not tried: ${why} first`);
}

/** The failure of a sled whose run was told to end: by its deadline, where it was that. */
export function endOf(error: FleetError, signal: AbortSignal): FleetError {
  const deadline = deadlineIn(signal);
  if (error.code !== 'interrupted' || deadline === null) return error;
  const { partial } = error;
  const options = partial === null ? {} : { partial };
  return new FleetError('deadline', `${deadline.message} before it had answered`, options);
}

/**
 * What was read of a guarded command. That more was to come is an issue of an answer, and the reason of a failure: the
 * status of a command that was ended says nothing of it.
 */
export function readCut(job: Pick<Job, 'read'>, result: GuardedResult): Reading {
  const reading = job.read(result);
  if (result.cut === null) return reading;
  if (reading.status === 'failure') {
    const { partial } = reading.error;
    const options = { cause: reading.error, ...(partial === null ? {} : { partial }) };
    return { ...reading, error: new FleetError('cut', result.cut, options) };
  }
  return { ...reading, issues: [{ code: 'cut', message: result.cut }, ...reading.issues] };
}

/** The outcome of a command that ended, by what was read of it. */
export function outcomeOf(
  reading: Reading,
  visit: Pick<AnsweredOutcome, 'sled' | 'elapsedMs' | 'via' | 'warnings' | 'trail'>,
): SledOutcome {
  if (reading.status === 'failure') {
    const { sled, elapsedMs, trail } = visit;
    const failed = { sled, elapsedMs, ...(trail === undefined ? {} : { trail }) };
    return { status: 'failed', ...failed, stage: 'run', error: reading.error };
  }
  const { rows, issues, distributions = [], text = '', running = null, hostName = null } = reading;
  const notes = [...(reading.notes ?? []), ...otherSledNotes(hostName, visit.sled)];
  const warnings = [...visit.warnings, ...notes];
  return {
    status: 'answered',
    ...visit,
    rows,
    distributions,
    text,
    issues,
    warnings,
    notes,
    ...(running === null ? {} : { running }),
    ...(hostName === null ? {} : { hostName }),
  };
}

/** That an address leads to another sled than the inventory says: whatever it answers is that sled's. */
function otherSledNotes(hostName: string | null, { serial }: Sled): readonly string[] {
  const other = otherSerial(hostName, serial);
  return other === null
    ? []
    : [`another sled answered: it is called ${other}, and the inventory has ${serial}`];
}
