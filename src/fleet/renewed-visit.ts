import { formatDuration } from '../model/duration.ts';
import { describeError, type FleetError } from '../model/error.ts';
import type { Issue } from '../model/issue.ts';
import type { LongReading } from '../model/probe.ts';
import type { SledOutcome } from '../model/report.ts';
import type { Sled } from '../model/sled.ts';
import type { Target } from '../model/target.ts';
import type { RunResult, Transport } from '../model/transport.ts';
import { watchLong, type LongWatchSettings } from './long-watch.ts';
import { deadlineIn, outcomeOf, visitSignals, visitSled, type Visit, type VisitSettings } from './visit.ts';

/** How a job goes on for longer than one program of it. */
export interface Renewal extends Pick<LongWatchSettings, 'random' | 'pause'> {
  /** How long one program watches, by its own limit. */
  readonly programSeconds: number;
  /** How long a sled is watched. */
  readonly seconds: number;
  readonly open: () => LongReading;
  /** Nothing watches the sled now; it is tried again after so many milliseconds. */
  readonly onLost?: (sled: Sled, error: FleetError, againMs: number) => void;
}

/** A time without a program that is worth a word: a report comes each second. */
const GAP_MS = 1_500;

/**
 * Visits a sled by one program after another until its time is over or `finish` fires, and makes one answer of what they
 * gave. A sled that is lost is tried again; the time without it is an issue of its answer.
 */
export async function visitRenewed(
  transport: Transport,
  target: Target,
  settings: VisitSettings & { readonly renewal: Renewal },
  stop: AbortSignal,
): Promise<Visit> {
  const { renewal, now, onText } = settings;
  const { sled } = target;
  const reading = renewal.open();
  const over = new AbortController();
  const finish =
    settings.finish === undefined ? over.signal : AbortSignal.any([over.signal, settings.finish]);
  const signals = visitSignals(stop, { finish });
  const startedMs = now();
  const endAfter = (): AbortController => {
    const early = new AbortController();
    void (async () => {
      await renewal.pause(renewal.seconds * 1000, early.signal);
      if (!early.signal.aborted) over.abort();
    })();
    return early;
  };
  let timer = endAfter();
  let isHeard = false;
  let last: SledOutcome | null = null;
  const open = new Set<number>();
  let lost: { readonly atMs: number; readonly why: string } | null = null;
  const issues = new Map<string, Issue>();
  const warnings = new Set<string>();
  const say = (issue: Issue) => issues.set(`${issue.code} ${issue.message}`, issue);
  const gap = (end: string) => {
    if (lost !== null && now() - lost.atMs >= GAP_MS) {
      const long = formatDuration(now() - lost.atMs);
      const from = formatDuration(lost.atMs - startedMs);
      say({
        code: 'cut',
        message: `not watched for ${long}${end}, from ${from} after the start: ${lost.why}`,
      });
    }
    lost = null;
  };
  const hear = (program: number, text: string) => {
    if (!isHeard && program === 1) {
      // What it took to get there is not taken off its time.
      timer.abort();
      timer = endAfter();
    }
    isHeard = true;
    open.add(program);
    gap('');
    const shown = reading.push(program, text);
    if (shown !== '') onText?.(sled, shown);
  };
  const read = (result: RunResult) => reading.program(result);
  const job = { ...settings.job, isReadAsItComes: true, read };
  let program = 0;
  await watchLong(
    target,
    {
      ...renewal,
      now,
      seconds: renewal.programSeconds,
      async visit(_, onProgramText, signal) {
        program += 1;
        const { onStage } = settings;
        const once = program === 1 && onStage !== undefined ? { onStage } : { onStage: () => {} };
        const own = {
          ...settings,
          ...once,
          job,
          finish,
          onText: (__: Sled, text: string) => onProgramText(text),
        };
        return (await visitSled(transport, target, own, { stop, signal })).outcome;
      },
    },
    {
      onText: hear,
      onLost: (error, againMs) => renewal.onLost?.(sled, error, againMs),
      onEnded(number, outcome) {
        open.delete(number);
        last = outcome;
        if (outcome.status === 'answered') {
          isHeard = true;
          for (const issue of outcome.issues) say(issue);
          for (const warning of outcome.warnings) warnings.add(warning);
        }
        if (open.size > 0 || signals.signal.aborted) return;
        lost ??= { atMs: now(), why: whyOf(outcome) };
      },
    },
    signals.signal,
  );
  timer.abort();
  // It was told to end before it had begun.
  const ended: SledOutcome =
    last ?? (await visitSled(transport, target, { ...settings, finish }, signals)).outcome;
  if (!isHeard) return { outcome: { ...ended, elapsedMs: now() - startedMs }, result: null };
  const isLost = lost !== null;
  const isCut = isLost || issues.size > 0;
  gap(' at the end');
  const elapsedMs = now() - startedMs;
  if (stop.aborted) {
    const why = deadlineIn(stop) === null ? 'interrupted' : 'the deadline passed';
    const message = `${why} after ${formatDuration(elapsedMs)}: this is what had arrived`;
    say({ code: 'warning', message });
  } else if (ended.status === 'failed' && !isLost) {
    say({ code: 'cut', message: `the end of the answer is missing: ${describeError(ended.error)}` });
  }
  const whole = reading.read({ isCut: isCut || stop.aborted });
  const via = ended.status === 'answered' ? ended.via : null;
  const outcome = outcomeOf(whole, { sled, elapsedMs, via, warnings: [...warnings] });
  return {
    outcome:
      outcome.status === 'failed' ? outcome : { ...outcome, issues: [...issues.values(), ...outcome.issues] },
    result: null,
  };
}

function whyOf(outcome: SledOutcome): string {
  return outcome.status === 'failed' ? describeError(outcome.error) : 'the next program began late';
}
