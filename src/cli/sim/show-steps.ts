import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '../../model/error.ts';
import type { TerminalStream } from '../../term/terminal.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import type { Surroundings } from '../surroundings.ts';
import type { DemoStep } from './demo-steps.ts';
import { isOfThisMachine } from './simulated-rack.ts';

/** A reader's time, for a command and for an answer. */
const READING_MS = { command: 1000, answer: 3500 };

/** Where and how the commands of a demo are shown. */
export interface Stage<Step extends DemoStep> {
  /** Without pauses to read. */
  readonly isFast: boolean;
  readonly signal: AbortSignal;
  /** What the commands know. */
  readonly inside: Surroundings;
  readonly run: CommandContext['run'];
  readonly err: TerminalStream;
  /** Done once a command is shown, and before it runs. */
  readonly before?: (step: Step) => Promise<void> | void;
  /** The words that run, where they are not those that are shown. */
  readonly wordsOf?: (step: Step) => readonly string[];
  /** How to try again. */
  readonly again: string;
}

/** Shows commands and their answers until one ends as it should not, and gives the exit status. */
export async function showSteps<Step extends DemoStep>(
  steps: readonly Step[],
  { isFast, signal, inside, run, err, before, wordsOf, again }: Stage<Step>,
): Promise<number> {
  const pause = async (ms: number): Promise<void> => {
    // Ends early at Ctrl-C.
    if (!isFast) await sleep(ms, undefined, { signal }).catch(() => undefined);
  };
  for (const step of steps) {
    err.write(`\n# ${step.about}\n$ cruc-fleet ${step.argv.join(' ')}\n`);
    await pause(READING_MS.command);
    if (signal.aborted) return EXIT.interrupted;
    await before?.(step);
    const ended = await endOf(run(wordsOf?.(step) ?? step.argv, inside));
    if (signal.aborted) return EXIT.interrupted;
    if (step.statuses.some((status) => status === ended)) {
      await pause(READING_MS.answer);
      continue;
    }
    const what =
      typeof ended === 'number'
        ? `this command ended with exit status ${ended} instead of ${step.statuses.join(' or ')}, for the reason above`
        : `this machine did not let the command go on: ${ended}`;
    err.write(`\nThe demo ends here: ${what}. Everything is removed; ${again} tries again.\n`);
    return EXIT.incomplete;
  }
  return signal.aborted ? EXIT.interrupted : EXIT.ok;
}

/** What the commands of a demo know: their folder, and nothing of this user's files. */
export function insideOf(
  folder: string,
  env: Surroundings['env'],
  surroundings: Surroundings,
  signal: AbortSignal,
): Surroundings {
  return {
    ...surroundings,
    env: { ...surroundings.env, CRUC_FLEET_SSH_CONFIG: 'none', ...env },
    cwd: folder,
    onInterrupt: (callback) => onAbort(signal, () => callback('SIGINT')),
  };
}

/** The exit status of a command, or what the system refused it. */
async function endOf(command: Promise<number>): Promise<number | string> {
  try {
    return await command;
  } catch (error) {
    if (isOfThisMachine(error)) return describeError(error);
    throw error;
  }
}

/** Calls back when it is aborted, at once where it has been, until the returned function is called. */
function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) callback();
  else signal.addEventListener('abort', callback, { once: true });
  return () => signal.removeEventListener('abort', callback);
}
