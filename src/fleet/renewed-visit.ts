import { formatDuration } from '../model/duration.ts';
import { describeError, type FleetError } from '../model/error.ts';
import type { Issue } from '../model/issue.ts';
import type { LongReading } from '../model/probe.ts';
import type { SledOutcome } from '../model/report.ts';
import type { Sled } from '../model/sled.ts';
import type { Target } from '../model/target.ts';
import type { RunResult, Transport } from '../model/transport.ts';
import { watchLong, type LongWatchSettings } from './long-watch.ts';
import { createWatchGaps, type WatchGaps } from './watch-gaps.ts';
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

/** What is known of a sled over its programs. */
interface Renewed {
  readonly settings: RenewedSettings;
  readonly sled: Sled;
  readonly reading: LongReading;
  readonly gaps: WatchGaps;
  readonly issues: Map<string, Issue>;
  readonly warnings: Set<string>;
  /** Something came of a program. */
  isHeard: boolean;
  /** How the newest program ended. */
  last: SledOutcome | null;
}

type RenewedSettings = VisitSettings & { readonly renewal: Renewal };

/**
 * Visits a sled by one program after another until its time is over or `finish` fires, and makes one answer of what they
 * gave. A sled that is lost is tried again; the time without it is an issue of its answer.
 */
export async function visitRenewed(
  transport: Transport,
  target: Target,
  settings: RenewedSettings,
  stop: AbortSignal,
): Promise<Visit> {
  const { renewal, now } = settings;
  const { sled } = target;
  const startedMs = now();
  const limit = openLimit(renewal);
  const finish =
    settings.finish === undefined ? limit.signal : AbortSignal.any([limit.signal, settings.finish]);
  const signals = visitSignals(stop, { finish });
  const renewed: Renewed = {
    settings,
    sled,
    reading: renewal.open(),
    gaps: createWatchGaps(now),
    issues: new Map(),
    warnings: new Set(),
    isHeard: false,
    last: null,
  };
  const read = (result: RunResult) => renewed.reading.program(result);
  const programs = { ...settings, finish, job: { ...settings.job, isReadAsItComes: true, read } };
  let program = 0;
  await watchLong(
    target,
    {
      ...renewal,
      now,
      seconds: renewal.programSeconds,
      async visit(_, onText, signal) {
        program += 1;
        // Where the sled is on its way is told of the first program.
        const onStage = program === 1 ? settings.onStage : undefined;
        const own = { ...programs, onText: (__: Sled, text: string) => onText(text) };
        return (await visitSled(transport, target, { ...own, onStage: onStage ?? noStage }, { stop, signal }))
          .outcome;
      },
    },
    {
      onText(number, text) {
        // What it took to get there is not taken off its time.
        if (!renewed.isHeard && number === 1) limit.begin();
        hear(renewed, number, text);
      },
      onLost: (error, againMs) => renewal.onLost?.(sled, error, againMs),
      onEnded: (number, outcome) => takeEnd(renewed, number, outcome, signals.signal.aborted),
    },
    signals.signal,
  );
  limit.close();
  // It was told to end before it had begun.
  renewed.last ??= (await visitSled(transport, target, { ...settings, finish }, signals)).outcome;
  return { outcome: answerOf(renewed, renewed.last, stop, now() - startedMs), result: null };
}

function noStage(): void {}

/** A signal that fires when the time of the watch is over, which counts again from `begin` on. */
function openLimit({ seconds, pause }: Renewal): {
  readonly signal: AbortSignal;
  readonly begin: () => void;
  readonly close: () => void;
} {
  const over = new AbortController();
  let current = new AbortController();
  const begin = (): void => {
    current.abort();
    const own = new AbortController();
    current = own;
    void endAfter(own.signal);
  };
  const endAfter = async (signal: AbortSignal): Promise<void> => {
    await pause(seconds * 1000, signal);
    if (!signal.aborted) over.abort();
  };
  begin();
  return { signal: over.signal, begin, close: () => current.abort() };
}

function hear(renewed: Renewed, program: number, text: string): void {
  renewed.isHeard = true;
  renewed.gaps.heard(program);
  const shown = renewed.reading.push(program, text);
  if (shown !== '') renewed.settings.onText?.(renewed.sled, shown);
}

function takeEnd(renewed: Renewed, program: number, outcome: SledOutcome, isToldToEnd: boolean): void {
  renewed.last = outcome;
  if (outcome.status === 'answered') {
    renewed.isHeard = true;
    for (const issue of outcome.issues) say(renewed, issue);
    for (const warning of outcome.warnings) renewed.warnings.add(warning);
  }
  if (!isToldToEnd) renewed.gaps.ended(program, whyOf(outcome));
}

function say({ issues }: Renewed, issue: Issue): void {
  issues.set(`${issue.code} ${issue.message}`, issue);
}

/** The one answer of all programs; the newest one's failure where nothing was ever heard. */
function answerOf(renewed: Renewed, last: SledOutcome, stop: AbortSignal, elapsedMs: number): SledOutcome {
  if (!renewed.isHeard) return { ...last, elapsedMs };
  const { sled, reading, gaps, issues, warnings } = renewed;
  for (const issue of gaps.issues()) say(renewed, issue);
  const isCut = stop.aborted || gaps.isOpen() || issues.size > 0;
  if (stop.aborted) {
    const why = deadlineIn(stop) === null ? 'interrupted' : 'the deadline passed';
    const message = `${why} after ${formatDuration(elapsedMs)}: this is what had arrived`;
    say(renewed, { code: 'warning', message });
  } else if (last.status === 'failed' && !gaps.isOpen()) {
    say(renewed, { code: 'cut', message: `the end of the answer is missing: ${describeError(last.error)}` });
  }
  const via = last.status === 'answered' ? last.via : null;
  const outcome = outcomeOf(reading.read({ isCut }), { sled, elapsedMs, via, warnings: [...warnings] });
  if (outcome.status === 'failed') return outcome;
  return { ...outcome, issues: [...issues.values(), ...outcome.issues] };
}

function whyOf(outcome: SledOutcome): string {
  return outcome.status === 'failed' ? describeError(outcome.error) : 'the next program began late';
}
