import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FleetError } from '../model/error.ts';
import type { Payload } from '../model/job.ts';
import { signalNamed } from '../model/signal.ts';
import { shellWord } from '../model/shell-word.ts';
import type { Connection, RunOptions, RunResult } from '../model/transport.ts';
import { createMarkFilter, readErrorMark, readMarks, type Marked } from '../parse/marks.ts';
import { octalWords, withoutComments } from './octal-words.ts';

/** What all commands of one run are guarded by. */
export interface Guard {
  /** `scripts/guard.sh`. */
  readonly script: string;
  /** Stands in every mark of the run: random, so that no text can imitate one. */
  readonly word: string;
  /** Who runs it, as another run is told of a lock: `ana on build7, since 2026-11-27T20:00:00Z`. */
  readonly owner: string;
  /** Locks are not looked at. */
  readonly force: boolean;
  /** Everything runs under pfexec(1), which must make it root's. */
  readonly pfexec?: boolean;
}

/** Seconds without a beat after which a sled ends what we started; the transport beats every two. */
const SILENCE_SECONDS = 8;
/** Seconds between TERM and KILL. */
const GRACE_SECONDS = 2;
/** Seconds that a sled gives a command beyond our own limit, which comes first where we are still there. */
const LIMIT_MARGIN_SECONDS = 5;

/** The end of a guarded command. */
export interface GuardedRunOptions extends RunOptions {
  /** Whether the signal meant that the command should end now: what it gives then is its whole answer. */
  readonly isFinished?: () => boolean;
}

export interface GuardedResult extends RunResult {
  /** What a reader should know though the answer may be whole. */
  readonly notes: readonly string[];
  /** Those of the notes that tell what was printed around the answer. */
  readonly noise: readonly string[];
  /** Why there may be more than what arrived; null where all is here. */
  readonly cut: string | null;
}

/** Reads the guard, to be sent with every command of a run. */
export async function readGuard(scriptsFolder: string, about: Omit<Guard, 'script'>): Promise<Guard> {
  return { script: await readFile(join(scriptsFolder, 'guard.sh'), 'utf8'), ...about };
}

/**
 * Runs a payload under the guard. Rejects as `Connection.run` does, and with `not_begun` where something else answered
 * than the guard, and `busy` where the lock is held.
 */
export async function runGuarded(
  connection: Connection,
  guard: Guard,
  payload: Payload,
  options: GuardedRunOptions,
): Promise<GuardedResult> {
  const { onStdout, isFinished, ...rest } = options;
  const filter = createMarkFilter(guard.word);
  const listening =
    onStdout === undefined
      ? {}
      : {
          onStdout: (text: string) => {
            const shown = filter(text);
            if (shown !== '') onStdout(shown);
          },
        };
  const held = options.stdin === undefined ? { holdStdin: true, beats: true } : {};
  const command = guardedCommand(guard, payload, options);
  try {
    const ended = await connection.run(command, { ...rest, ...listening, ...held });
    return readGuarded(ended, guard.word, isFinished?.() === true);
  } catch (error) {
    throw withoutMarks(error, guard.word);
  }
}

/**
 * What a guarded command's output says: the marks taken out. Rejects as `runGuarded`. One that was told to finish is
 * whole with its end, though the guard says that it ended it.
 */
export function readGuarded(ended: RunResult, word: string, isFinished = false): GuardedResult {
  const marked = readMarks(ended.stdout, word);
  const { before, body: stderr } = readErrorMark(ended.stderr, word);
  if (!marked.begun) throw notBegun(ended);
  if (marked.busy !== null) {
    throw new FleetError(
      'busy',
      `not run, since the same is running there already: ${marked.busy}; wait for it, or use --force`,
    );
  }
  if (marked.unprivileged !== null) throw unprivileged(marked.unprivileged);
  const status = marked.end?.status ?? 0;
  // A signal of ours is how it was told to end.
  const exitStatus = isFinished && status > 128 ? 0 : status;
  const around = [...noise(before + marked.before, 'before'), ...noise(marked.after, 'after')];
  return {
    stdout: marked.body,
    stderr,
    exitStatus,
    signalName: marked.end?.isSignal === true ? signalNamed(exitStatus - 128) : null,
    notes: [...around, ...marked.notes],
    noise: around,
    cut: cutOf(isFinished && marked.end !== null ? { ...marked, stopped: null } : marked, ended),
  };
}

/** `N of M lines arrived`, or why nobody can tell. */
function cutOf(
  { body, cut, end, stopped }: Marked,
  { leftOutBytes = 0 }: Pick<RunResult, 'leftOutBytes'>,
): string | null {
  if (cut !== null) return `cut: ${cut}`;
  if (stopped === 'gone') return 'cut: the sled heard nothing from here for a while and ended the command';
  if (stopped === 'limit') return 'cut: the command did not end within its time and was ended on the sled';
  if (stopped === 'signal') return 'cut: somebody ended the command on the sled';
  if (end === null) return 'cut: the end of the answer did not arrive';
  const bytes = Buffer.byteLength(body) + leftOutBytes;
  if (end.written === null || end.written.bytes === bytes) return null;
  const lines = newlinesIn(body);
  return lines === end.written.lines || leftOutBytes > 0
    ? `cut: ${bytes} of ${end.written.bytes} bytes arrived`
    : `cut: ${lines} of ${end.written.lines} rows arrived`;
}

function newlinesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

const QUOTED_CHARACTERS = 200;

/** What the login's start-up files or its shell print does not belong to the answer, and is not a fault. */
function noise(text: string, where: 'before' | 'after'): readonly string[] {
  const said = onOneLine(text);
  return said === '' ? [] : [`printed ${where} the answer, by a start-up file of the login perhaps: ${said}`];
}

function onOneLine(text: string): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, '; ');
  return line.length <= QUOTED_CHARACTERS ? line : `${line.slice(0, QUOTED_CHARACTERS)}…`;
}

/** What `id -u` said under pfexec, or why there was nothing. */
function unprivileged(said: string): FleetError {
  const what = /^\d+$/.test(said) ? `it stays user ${said}` : `it said: ${onOneLine(said)}`;
  return new FleetError(
    'pfexec',
    `pfexec does not make this login root there, and nothing was run: ${what}; give it the profile Primary Administrator (usermod -P), or leave pfexec out of the inventory where it has privileges of its own`,
  );
}

function notBegun({ stdout, stderr, exitStatus }: RunResult): FleetError {
  const said = onOneLine(`${stdout}\n${stderr}`);
  const what =
    said === ''
      ? `nothing was printed, and the status was ${exitStatus}`
      : `what was printed instead (status ${exitStatus}): ${said}`;
  return new FleetError(
    'not_begun',
    `the command never ran: a ForceCommand, a login shell that runs nothing (nologin, true), or a ChrootDirectory without a shell does that; ${what}`,
    { partial: { stdout, stderr } },
  );
}

/** What had arrived before a failure, as the command printed it. */
function withoutMarks(error: unknown, word: string): unknown {
  if (!(error instanceof FleetError) || error.partial === null) return error;
  const arrived = error.partial;
  const partial = {
    get stdout() {
      const { stdout } = arrived;
      const marked = readMarks(stdout, word);
      return marked.begun ? marked.body : stdout;
    },
    get stderr() {
      return readErrorMark(arrived.stderr, word).body;
    },
  };
  return new FleetError(error.code, error.message, { cause: error.cause, partial });
}

/**
 * The command line that runs a payload under the guard, whatever the login's shell is. The text goes as words of
 * octal numbers without a quote, newline or exclamation mark, and short ones: csh(1) knows no longer ones.
 */
export function guardedCommand(
  guard: Guard,
  payload: Payload,
  { stdin, timeoutMs }: Pick<RunOptions, 'stdin' | 'timeoutMs'>,
): string {
  const known = COMMANDS.get(payload);
  const cause: CommandCause = { guard, timeoutMs, hasStdin: stdin !== undefined };
  if (known !== undefined && isSameCause(known.cause, cause)) return known.command;
  const { lock } = payload;
  const values = {
    word: guard.word,
    limit: Math.ceil(timeoutMs / 1000) + LIMIT_MARGIN_SECONDS,
    beat: stdin === undefined ? SILENCE_SECONDS : 0,
    grace: GRACE_SECONDS,
    term: payload.hasLastWords === true ? 'payload' : 'all',
    count: payload.isCounted ? 'yes' : 'no',
    lock: lock === null || guard.force ? '' : lock.name,
    room: lock?.room ?? 1,
    owner: guard.owner,
  };
  const settings = Object.entries(values).map(([name, value]) => `${name}=${shellWord(String(value))}`);
  const script = [...settings, 'payload() {', payload.script, '}', withoutComments(guard.script)].join('\n');
  const words = octalWords(script).map((word) => `'${word}'`);
  const start = guard.pfexec === true ? privilegedStart(guard.word) : `eval "$(printf %b "$@")"`;
  const command = `exec sh -c '${start}' cruc-fleet ${words.join(' ')}`;
  COMMANDS.set(payload, { cause, command });
  return command;
}

/**
 * The line that hands the script to a shell under pfexec, once that was seen to make it root's: without the profile
 * pfexec runs a command unchanged, and says nothing. For any login shell, as the rest.
 */
function privilegedStart(word: string): string {
  const mark = `printf "\\ncruc-fleet ${word} %s\\n"`;
  return [
    `set -f`,
    `who=$(pfexec /usr/bin/id -u 2>&1)`,
    `test "$who" = 0 && exec pfexec sh -c "$(printf %b "$@")" cruc-fleet`,
    `${mark} begin "unprivileged $(echo $who)" "end 0"`,
  ].join('; ');
}

/** The last command line of each payload: that of a run is the same on every sled, and takes half a millisecond. */
const COMMANDS = new WeakMap<Payload, { readonly cause: CommandCause; readonly command: string }>();

/** What a payload's command line is made of beside it. */
interface CommandCause {
  readonly guard: Guard;
  readonly timeoutMs: number;
  readonly hasStdin: boolean;
}

function isSameCause(a: CommandCause, b: CommandCause): boolean {
  return (
    a.guard.word === b.guard.word &&
    a.guard.owner === b.guard.owner &&
    a.guard.force === b.guard.force &&
    a.guard.pfexec === b.guard.pfexec &&
    a.guard.script === b.guard.script &&
    a.timeoutMs === b.timeoutMs &&
    a.hasStdin === b.hasStdin
  );
}
