import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { makeFolder } from '../../files/make-folder.ts';
import { readCopiedFile } from '../../fleet/copied-file.ts';
import { mergeReport, SLED_COLUMNS } from '../../fleet/merge.ts';
import { withoutComments } from '../../fleet/octal-words.ts';
import { safeName, sledFile } from '../../fleet/sled-files.ts';
import type { Column, Row } from '../../model/column.ts';
import { codeOf, describeError, FleetError } from '../../model/error.ts';
import type { Job } from '../../model/job.ts';
import type { SledOutcome } from '../../model/report.ts';
import { shellWord } from '../../model/shell-word.ts';
import { addFailedLastOption } from '../ask/failed-last.ts';
import { runOnFleet, type FleetOptions } from '../ask/fleet-run.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, EXIT_HELP, exitCodeOfReport } from '../exit-code.ts';
import { addConnectionOptions, addExplainOption, setHelp } from '../options/connection-options.ts';
import { sizeValue } from '../options/option-values.ts';
import {
  addOutputOptions,
  checkColumns,
  printReport,
  type OutputOptions,
} from '../options/output-options.ts';
import { addSelectionOptions, requireSelection } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';

type CpOptions = FleetOptions & OutputOptions & { readonly maxSize: number };

const TIMEOUT_MS = 60_000;
const MEBIBYTE = 1024 * 1024;

/** Hexadecimal digits with their blanks, and what gzip adds to what cannot be packed. */
const printedBytes = (size: number): number => Math.ceil(size * 3.3) + 64 * 1024;

export const CP_COLUMNS: readonly Column[] = [
  { name: 'file', heading: 'FILE', kind: 'text', help: 'the copy, from the folder on', narrow: true },
  { name: 'size', heading: 'SIZE', kind: 'count', help: 'its bytes', narrow: true },
  {
    name: 'state',
    heading: 'STATE',
    kind: 'text',
    role: 'state',
    help: 'new; exists: a file was there and was not touched; unwritten',
    narrow: true,
  },
  { name: 'note', heading: 'NOTE', kind: 'note', help: 'what is to be known of it', narrow: true },
];

const HELP = `The copy of /var/adm/messages of sled BRM42220014 in rack 3 is FOLDER/3/BRM42220014/messages, for you alone (mode 0600). A
file that is there already is never touched. In names, all but letters, digits and .+@=,-_ becomes %3a and the like. A path that does not begin with / starts at the home of the login. A link
is followed; folders and devices are not copied.

${EXIT_HELP}

Examples:
  cruc-fleet cp /var/adm/messages logs --rack 3
  cruc-fleet cp /var/svc/log/system-illumos-sled-agent:default.log logs -s 3/14 --max-size 8M`;

/** Adds `cp`: one file of each sled, back to here. */
export function addCpCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command
    .description(
      'Copies a file from each selected sled into a folder here, in a folder for each sled. On the sled it only reads, ' +
        'and uploads nothing.',
    )
    .argument('<path>', 'the file on the sleds')
    .argument('<folder>', 'where the copies go; it may exist');
  addFailedLastOption(addSelectionOptions(command, 'refused'));
  addExplainOption(addConnectionOptions(command));
  setHelp(command, '--timeout', 'limit for reading the file on a sled (default: 60 s)');
  setHelp(command, '--upload-timeout', 'has no effect here: nothing is uploaded');
  addOutputOptions(command, 'rows')
    .addOption(
      new Option('--max-size <bytes>', 'the largest file that is copied, at most 16M: 500K, 8M')
        .argParser(sizeValue)
        .default(MEBIBYTE, '1M'),
    )
    .addHelpText('after', `\n${HELP}`);
  command.action(async (path: string, folder: string, options: CpOptions) => {
    checkColumns([...SLED_COLUMNS, ...CP_COLUMNS], options);
    requireSelection(options, 'cp');
    setExitCode(await copy(path, folder, options, surroundings));
  });
}

async function copy(
  path: string,
  folder: string,
  options: CpOptions,
  surroundings: Surroundings,
): Promise<number> {
  const name = basename(path);
  if (path.includes('\0') || name === '' || name === '.' || name === '..' || path.endsWith('/')) {
    throw new FleetError('usage', `cp: '${path}' does not name a file`);
  }
  const into = resolve(surroundings.cwd, folder);
  try {
    await makeFolder(into, 0o700);
  } catch (cause) {
    throw new FleetError('usage', `cp: the folder ${into} cannot be made`, { cause });
  }
  const writes = new Map<string, Promise<Row>>();
  const run = await runOnFleet(options, surroundings, {
    job: await cpJob(surroundings.scriptsFolder, path, options.maxSize),
    runTimeoutMs: TIMEOUT_MS,
    maxOutputBytes: printedBytes(options.maxSize),
    onVisited: ({ outcome, result }) => {
      // What did not arrive whole is not a copy.
      if (outcome.status === 'failed' || outcome.issues.length > 0 || result === null) return;
      const { sled } = outcome;
      const copied = readCopiedFile(result, options.maxSize);
      if (copied instanceof FleetError) return;
      const { content, sizeBefore } = copied;
      const note =
        content.length === sizeBefore ? null : `it had ${sizeBefore} bytes when it was begun to be read`;
      writes.set(sled.id, writeCopy(into, join(sledFile(sled), safeName(name)), content, note));
    },
  });
  const outcomes = await Promise.all(
    run.outcomes.map(async (outcome): Promise<SledOutcome> => {
      const row = await writes.get(outcome.sled.id);
      if (outcome.status === 'failed') return outcome;
      return { ...outcome, rows: row === undefined ? [] : [row] };
    }),
  );
  const report = mergeReport(outcomes, {
    ...run,
    probe: { name: 'cp', shape: 'rows', check: () => [] },
    probeColumns: CP_COLUMNS,
    filter: null,
    sortBy: options.sortBy ?? ['rack', 'cubby', 'sled'],
  });
  await printReport(report, options, surroundings);
  const status = exitCodeOfReport(report);
  const isWhole = report.rows.every(({ state }) => state === 'new');
  return status === EXIT.ok && !isWhole ? EXIT.incomplete : status;
}

async function cpJob(scriptsFolder: string, path: string, maxSize: number): Promise<Job> {
  const script = withoutComments(await readFile(join(scriptsFolder, 'cp.sh'), 'utf8'));
  return {
    what: ['cp.sh', path, String(maxSize)].map(shellWord).join(' '),
    bundle: null,
    payload: { script: `set -- ${shellWord(path)} ${maxSize}\n${script}`, isCounted: true, lock: null },
    mayRepeat: true,
    read: (result) => {
      const copied = readCopiedFile(result, maxSize);
      if (copied instanceof FleetError) return { status: 'failure', error: copied };
      return { status: 'answer', rows: [], issues: [] };
    },
  };
}

/** Never rejects. */
async function writeCopy(folder: string, file: string, content: Buffer, note: string | null): Promise<Row> {
  const row = { file, size: content.length, note };
  const path = join(folder, file);
  try {
    await makeFolder(dirname(path), 0o700);
    await writeFile(path, content, { flag: 'wx', mode: 0o600 });
    return { ...row, state: 'new' };
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      return { ...row, state: 'exists', note: 'a file of this name is there, and was not touched' };
    }
    return { ...row, state: 'unwritten', note: describeError(error) };
  }
}
