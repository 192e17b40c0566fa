import { printable } from '../../model/printable.ts';
import type { Progress } from '../../model/progress.ts';
import type { Stage } from '../../model/stage.ts';
import type { Gateway, Target } from '../../model/target.ts';
import { plainProgress, silentProgress, type StageTimes } from '../../term/progress-lines.ts';
import type { TalkOptions } from '../options/output-options.ts';
import type { Surroundings } from '../surroundings.ts';

/** How long a run of these sleds may take. */
export interface RunTimes {
  /** How long a sled is watched; null where nothing is. */
  readonly windowMs: number | null;
  readonly uploadTimeoutMs: number;
  readonly runTimeoutMs: number;
}

/** A drawing on a terminal, a line now and then on one that cannot be drawn over, lines with -v, silence otherwise. */
export async function openProgress(
  targets: readonly Target[],
  options: TalkOptions,
  surroundings: Surroundings,
  runTimes: RunTimes,
): Promise<Progress> {
  const { err } = surroundings.terminal;
  const { elapsed } = surroundings;
  const writeLine = (line: string) => err.write(`${printable(line)}\n`);
  if (options.quiet === true) return silentProgress;
  if (options.verbose === true) return plainProgress(writeLine);
  if (!err.isTerminal) return silentProgress;
  const sleds = targets.map(({ sled }) => sled);
  const times = stageTimes(targets, runTimes);
  if (!err.canRedraw) {
    const { waitingLines } = await import('../../term/waiting-lines.ts');
    return waitingLines(writeLine, sleds, { times, elapsed });
  }
  const { rackProgress } = await import('../../term/rack-progress.ts');
  return rackProgress(err.stream, sleds, { times, elapsed, unicode: err.unicode });
}

function stageTimes(targets: readonly Target[], run: RunTimes): StageTimes {
  const connectMs = new Map(targets.map((target) => [target.sled.id, connectLimitMs(target)]));
  const limits: Readonly<Record<Stage, (id: string) => number>> = {
    // Sleds of sites are not drawn one by one.
    relay: () => 0,
    connect: (id) => connectMs.get(id) ?? 0,
    upload: () => run.uploadTimeoutMs,
    run: () => run.runTimeoutMs,
  };
  return { windowMs: run.windowMs, limitMs: ({ id }, stage) => limits[stage](id) };
}

/** The longest way: each gateway is tried, and those before it, and then the sled. */
function connectLimitMs({ login, gateways }: Target): number {
  const ofGateway = (gateway: Gateway): number =>
    gateway.connectTimeoutMs + (gateway.behind === null ? 0 : ofGateway(gateway.behind));
  return login.connectTimeoutMs + gateways.reduce((sum, gateway) => sum + ofGateway(gateway), 0);
}
