import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { mergeReport } from '../../fleet/merge.ts';
import { recordedOutcomes, type Recording } from '../../fleet/recording-reader.ts';
import { createSledFiles, openNewFolder } from '../../fleet/sled-files.ts';
import type { Column } from '../../model/column.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import type { Reading } from '../../model/probe.ts';
import { isComplete, type FleetReport } from '../../model/report.ts';
import { shellWord } from '../../model/shell-word.ts';
import type { RunResult } from '../../model/transport.ts';
import type { CommandContext } from '../command-context.ts';
import { addConnectionOptions, addExplainOption, setHelp } from '../options/connection-options.ts';
import { EXIT } from '../exit-code.ts';
import { addFailedLastOption } from '../ask/failed-last.ts';
import { runOnFleet, type FleetOptions, type FleetRun } from '../ask/fleet-run.ts';
import { addRecordOption } from '../options/record-option.ts';
import {
  addTalkOptions,
  checkOutput,
  formatsHelp,
  outputNamed,
  outputOption,
  outputsOf,
  printReport,
  type OutputOptions,
  type TalkOptions,
} from '../options/output-options.ts';
import { addSelectionOptions, requireSelection } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';

/** How the answers of `exec` are shown. */
export interface ExecView extends TalkOptions {
  readonly output: string;
  readonly fold: boolean;
}

type ExecOptions = FleetOptions &
  ExecView & { readonly outDir?: string; readonly diff?: boolean; readonly stdin?: boolean };

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
const MAX_STDIN_BYTES = 1024 * 1024;

export const EXEC_COLUMNS: readonly Column[] = [
  { name: 'status', heading: 'STATUS', kind: 'count', help: 'exit status; 128 + n if signal n ended it' },
  {
    name: 'signal',
    heading: 'SIGNAL',
    kind: 'text',
    help: "the signal that ended it, where the sled's sh can tell (ksh93); else null",
  },
  { name: 'stdout', heading: 'STDOUT', kind: 'text', help: 'what it printed on standard output' },
  { name: 'stderr', heading: 'STDERR', kind: 'text', help: 'what it printed on standard error' },
];

const HELP = `Several words after -- are the words of one command; a single one is a line for the sled's shell:
  cruc-fleet exec --rack 3 -- uname -v
  cruc-fleet exec --rack 3 -- 'zpool list | head -3'

Standard input of the command is empty, unless --stdin is given. The command and what it started
get TERM, and KILL two seconds later, when --timeout passes, at Ctrl-C, or when the sled has heard
nothing from this machine for 8 seconds; with --stdin only when --timeout passes, since its input is
taken. A daemon that leaves the process group goes on.

Exit status:
  0    every selected sled answered, and every command ended with 0
  3    a sled did not answer in full, and every command that ended had status 0
  64   wrong usage
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   the inventory is missing or wrong, or OpenSSH's configuration is wrong
  130  interrupted
  other: the highest exit status of the commands`;

/** Adds `exec`: one command line on every selected sled. */
export function addExecCommand(command: Command, { argv, surroundings, setExitCode }: CommandContext): void {
  command
    .description(
      'Runs a command on every selected sled and prints what it printed, identical outputs once. It does what you ' +
        'say, as the login of the inventory; nothing is uploaded.',
    )
    .argument('<command...>', 'after --: the words of a command, or one line for the shell');
  addFailedLastOption(addSelectionOptions(command, 'refused'));
  addExplainOption(addConnectionOptions(command));
  setHelp(command, '--timeout', 'limit for the command on a sled (default: 60 s)');
  addTalkOptions(command.optionsGroup('Output:'))
    .addOption(outputOption(outputsOf('printed'), 'table'))
    .option('--no-fold', 'print each sled by itself')
    .addOption(
      new Option(
        '--diff',
        'of the others print only what differs from the commonest answer (table and wide)',
      ).conflicts('fold'),
    )
    .option('--stdin', 'give what stands on standard input here, at most 1 MiB, to the command on each sled')
    .option('--out-dir <folder>', 'also write RACK/NAME.out and .err of each sled that answered');
  addRecordOption(command).addHelpText('after', `\n${formatsHelp(outputsOf('printed'))}\n\n${HELP}`);
  command.action(async (words: readonly string[], options: ExecOptions) => {
    requireDashes(argv, words);
    requireSelection(options, 'exec');
    refuseDiff(options);
    const report = execReport(await runWords(words, options, surroundings));
    const view = { fold: options.fold, compare: options.diff === true };
    await printReport(report, { ...options, headers: true }, surroundings, view);
    setExitCode(exitCodeOfExec(report));
  });
}

/**
 * Without -- an option that was meant for the command would be ours (`uname -v`), and one of ours that comes late
 * would look like the command's: what runs on a rack is not guessed.
 */
function requireDashes(argv: readonly string[], words: readonly string[]): void {
  const after = argv.slice(argv.indexOf('--') + 1);
  if (argv.includes('--') && after.length === words.length) return;
  throw new FleetError(
    'usage',
    'put -- between the options and the command, as in cruc-fleet exec --rack 3 -- uname -v',
  );
}

/** What is for programs has every answer whole. */
function refuseDiff({ diff, output }: ExecOptions): void {
  if (diff !== true || output === 'table' || output === 'wide') return;
  throw new FleetError('usage', `--diff: -o ${output} has every answer whole; leave one of them out`);
}

/** What each command is given on standard input. Rejects with `usage` where it is too much. */
async function readInput(surroundings: Surroundings): Promise<Buffer> {
  const input = Buffer.from(await surroundings.readStdin(MAX_STDIN_BYTES));
  if (input.length <= MAX_STDIN_BYTES) return input;
  throw new FleetError(
    'usage',
    '--stdin: more than 1 MiB stands on standard input; each sled is given all of it',
  );
}

/** Prints a recorded `exec` again and gives its exit status. */
export async function replayExec(
  recording: Recording,
  view: ExecView & OutputOptions,
  surroundings: Surroundings,
): Promise<number> {
  checkOutput(outputNamed(view.output), 'printed');
  const { facts, finishedAt, interrupted } = recording;
  const { selection, startedAt, run } = facts;
  const outcomes = recordedOutcomes(recording, readEnd);
  const report = execReport({
    selection,
    startedAt,
    finishedAt,
    interrupted,
    outcomes,
    ...(run === undefined ? {} : { run }),
  });
  await printReport(report, view, surroundings, { fold: view.fold });
  return exitCodeOfExec(report);
}

async function runWords(
  words: readonly string[],
  options: ExecOptions,
  surroundings: Surroundings,
): Promise<FleetRun> {
  const [only = ''] = words;
  const command = words.length === 1 ? only : words.map(shellWord).join(' ');
  if (command.trim() === '') throw new FleetError('usage', 'the command is empty');
  const folder = options.outDir === undefined ? null : resolve(surroundings.cwd, options.outDir);
  if (folder !== null) await openNewFolder(folder, '--out-dir');
  const files = folder === null ? null : createSledFiles(folder);
  const stdin = options.stdin === true ? await readInput(surroundings) : null;
  const run = await runOnFleet(options, surroundings, {
    job: {
      what: stdin === null ? command : `${command} (given ${stdin.length} bytes)`,
      bundle: null,
      ...(stdin === null ? {} : { stdin }),
      payload: { script: inLoginShell(command), isCounted: true, lock: null },
      mayRepeat: false,
      read: readEnd,
    },
    recorded: { command: 'exec', probe: 'exec', settings: { words }, view: {} },
    runTimeoutMs: TIMEOUT_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    onVisited: ({ outcome, result }) => {
      if (result === null) return;
      files?.write(outcome.sled, [
        ['out', result.stdout],
        ['err', result.stderr],
      ]);
    },
  });
  for (const problem of (await files?.finish()) ?? []) {
    surroundings.terminal.err.write(`warning: ${printable(problem)}\n`);
  }
  return run;
}

/** As sshd would run it: in the login's own shell. */
function inLoginShell(command: string): string {
  return `exec "\${SHELL:-/bin/sh}" -c ${shellWord(command)}`;
}

/** A command that ended is an answer, whatever its status. */
export function readEnd({ exitStatus, signalName, stdout, stderr }: RunResult): Reading {
  return {
    status: 'answer',
    rows: [{ status: exitStatus, signal: signalName, stdout, stderr }],
    issues: [],
  };
}

function execReport(run: FleetRun): FleetReport {
  return mergeReport(run.outcomes, {
    ...run,
    probe: { name: 'exec', shape: 'printed', check: () => [] },
    probeColumns: EXEC_COLUMNS,
    filter: null,
    sortBy: [],
  });
}

function exitCodeOfExec(report: FleetReport): number {
  if (report.interrupted) return EXIT.interrupted;
  const worst = report.rows.reduce((most, row) => Math.max(most, Number(row['status'])), 0);
  return worst === 0 && !isComplete(report) ? EXIT.incomplete : worst;
}
