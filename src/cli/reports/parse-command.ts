import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { mergeReport, SLED_COLUMNS } from '../../fleet/merge.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Selected } from '../../inventory/select.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import type { ProbeSpec } from '../../model/probe.ts';
import type { FleetReport, SledOutcome } from '../../model/report.ts';
import { bySled } from '../../model/sled-order.ts';
import type { Sled } from '../../model/sled.ts';
import { decodedText } from '../../pasted/decoded-text.ts';
import { findTwice, piecesOf } from '../../pasted/pasted-pieces.ts';
import type { PastedText, Piece } from '../../pasted/piece.ts';
import { plainText } from '../../pasted/plain-text.ts';
import { undrawnText } from '../../pasted/ruled-tables.ts';
import { nameOfFile } from '../../pasted/sled-headings.ts';
import type { CommandContext } from '../command-context.ts';
import {
  addDistributionOptions,
  checkView,
  distributionView,
  type DistributionOptions,
} from '../options/distribution-options.ts';
import { EXIT_HELP, exitCodeOfReport } from '../exit-code.ts';
import { addFilterOptions } from '../options/filter-options.ts';
import { refuseFilters, rowFilter, type FilterOptions } from '../options/filters.ts';
import { listValue } from '../options/option-values.ts';
import {
  addOutputOptions,
  checkColumns,
  printReport,
  type OutputOptions,
} from '../options/output-options.ts';
import { columnsOf, shownColumn, withAllCells } from './parse-columns.ts';
import { outcomesOf } from './parse-outcomes.ts';
import { probeNamed } from '../run/prepare-run.ts';
import { chooseSleds, openInventory, type SelectionOptions } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';

interface ParseOptions extends OutputOptions, FilterOptions, DistributionOptions {
  readonly inventory?: string;
  /** The names of the texts' sleds: no selection. */
  readonly sled?: readonly string[];
  readonly rack?: readonly string[];
  readonly exclude?: readonly string[];
  readonly label?: readonly string[];
  readonly totals?: boolean;
  readonly older?: boolean;
}

const EXAMPLES = `Which sled a text is from: its headings tell (pilot host exec, pdsh, clush -b, ansible, tail -n +1); else --sled
does; else the name of the file is the name of the sled.

Examples:
  cruc-fleet parse ds-state pasted.txt                             blocks of pilot host exec, one a sled
  cruc-fleet parse lr-state --sled 3/BRM42220014 -                 one sled, from standard input
  cruc-fleet parse ds-state -i inventory.yaml --rack 3 pasted.txt  and which sleds of rack 3 are not there
  cruc-fleet parse perf-ds-net BRM*.txt --by client --compare      one file a sled, merged`;

/** Adds `parse`: output of the scripts that somebody pasted, merged as if the sleds had been visited. */
export function addParseCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command
    .description(
      'Reads what scripts printed on sleds (those of cruc-fleet, and those that people run by hand) and merges it into ' +
        'the answer that a visit would have given. No sled is visited.',
    )
    .addArgument(
      new Argument('<probe>', 'the probe that printed it: ds-state, lr-state, or any of cruc-fleet probes'),
    )
    .addArgument(new Argument('<files...>', 'files with the output; - is standard input'));
  command
    .optionsGroup('Sleds:')
    .option(
      '-s, --sled <name>',
      'the sled of each file, in the order of the files: 3/BRM42220014, BRM42220014 or 3/14 (files whose headings name sleds need none)',
      listValue,
    )
    .option('-i, --inventory <file>', 'take racks, cubbies and names from this inventory')
    .option('-r, --rack <ids>', 'with -i: say which sleds of these racks were not pasted', listValue)
    .option('-x, --exclude <sleds>', 'with -i: leave these sleds out; they may be missing', listValue)
    .option('-l, --label <key=value>', 'with -i: say which sleds with the label were not pasted', listValue);
  addFilterOptions(command.optionsGroup('Rows:'))
    .option('--totals', 'counts of the whole text instead of its last interval')
    .option('--older', 'every row of a table, not only the newest of each session or the last interval');
  addDistributionOptions(command);
  addOutputOptions(command, 'rows', 'distributions');
  command.addHelpText('after', `\n${EXIT_HELP}\n\n${EXAMPLES}`);
  command.action(async (name: string, files: readonly string[], options: ParseOptions) => {
    const report = await parsePasted(name, files, options, surroundings);
    await printReport(report, options, surroundings, {
      distributions: distributionView(options, probeNamed(name)),
      offersDegraded: true,
    });
    setExitCode(exitCodeOfReport(report));
  });
}

async function parsePasted(
  name: string,
  files: readonly string[],
  options: ParseOptions,
  surroundings: Surroundings,
): Promise<FleetReport> {
  const probe = probeNamed(name);
  checkView(probe, options);
  refuseFilters(
    options,
    probe.name,
    probe.columns.map(({ name: each }) => each),
  );
  checkOlder(probe, options);
  const filter = rowFilter(options);
  const { inventory, selected } = await openSelection(options, surroundings);
  const startedAt = surroundings.now();
  const texts = await readTexts(files, surroundings);
  const pieces = piecesOf(texts, options.sled ?? [], inventory);
  findTwice(pieces);
  const isLeftOut = ({ sled }: Piece): boolean =>
    selected !== null &&
    inventory?.targets.some((each) => each.sled.id === sled.id) === true &&
    !selected.targets.some((each) => each.sled.id === sled.id);
  const settings = { totals: options.totals === true, older: options.older === true };
  const { outcomes: ofPieces, issues } = outcomesOf(
    pieces.filter((piece) => !isLeftOut(piece)),
    probe,
    settings,
  );
  const missing = missingOf(selected?.targets.map((each) => each.sled) ?? [], pieces);
  const outcomes = [...ofPieces, ...missing].sort((a, b) => bySled(a.sled, b.sled));
  const probeColumns = columnsOf(probe, outcomes);
  checkColumns([...SLED_COLUMNS, ...probeColumns], options);
  if (options.quiet !== true) {
    const left = pieces.filter(isLeftOut).map(({ sled }) => `${sled.id}: left out, as it is not selected`);
    warn([...left, ...outcomes.flatMap(warningsOf)], surroundings);
  }
  const report = mergeReport(
    outcomes.map((outcome) => withAllCells(outcome, probeColumns)),
    {
      probe,
      probeColumns,
      selection: selected?.description ?? `pasted from ${sourceText(texts)}`,
      startedAt,
      finishedAt: startedAt,
      interrupted: false,
      filter,
      sortBy: options.sortBy ?? [],
    },
  );
  const distributions = report.distributions.filter(({ keys }) => filter?.keeps(keys) !== false);
  const columns = report.columns.map((column) => shownColumn(column, outcomes));
  return { ...report, columns, distributions, ...(issues.length === 0 ? {} : { issues }) };
}

/** Refuses --older where there is nothing older to show. */
function checkOlder(probe: ProbeSpec, options: ParseOptions): void {
  if (options.older !== true) return;
  const ofTable = probe.shape === 'rows' && !['ds-state', 'lr-state', 'upstairs_raw'].includes(probe.name);
  if (!ofTable) throw new FleetError('usage', `--older: ${probe.name} has no older rows to show`);
  if (options.totals === true)
    throw new FleetError('usage', '--older shows each interval and --totals adds them; give one');
}

/** The inventory, only where -i names it, and the sleds that the paste should have something of. */
async function openSelection(
  options: ParseOptions,
  surroundings: Surroundings,
): Promise<{
  readonly inventory: Inventory | null;
  readonly selected: Selected | null;
}> {
  const { rack, exclude, label } = options;
  const selection: SelectionOptions = {
    ...(rack === undefined ? {} : { rack }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(label === undefined ? {} : { label }),
  };
  const [given] = Object.keys(selection);
  if (options.inventory === undefined) {
    if (given === undefined) return { inventory: null, selected: null };
    throw new FleetError('usage', `--${given} needs an inventory; name it with -i`);
  }
  const inventory = await openInventory({ inventory: options.inventory }, surroundings);
  return { inventory, selected: given === undefined ? null : chooseSleds(inventory, selection) };
}

async function readTexts(
  files: readonly string[],
  surroundings: Surroundings,
): Promise<readonly PastedText[]> {
  if (files.filter((file) => file === '-').length > 1) {
    throw new FleetError('usage', '- is named twice; standard input can be read once');
  }
  const texts: PastedText[] = [];
  for (const file of files) {
    const bytes =
      file === '-' ? await surroundings.readStdin(MOST_BYTES) : await readPastedFile(file, surroundings);
    const where = file === '-' ? 'standard input' : file;
    if (bytes.length > MOST_BYTES) throw tooLarge(where);
    const name = file === '-' ? 'stdin' : nameOfFile(basename(file));
    texts.push({ where, name, text: undrawnText(plainText(decodedText(bytes).text)) });
  }
  return texts;
}

/** A day of a busy table of one sled is a tenth of it. */
const MOST_BYTES = 256 * 1024 ** 2;

function tooLarge(where: string): FleetError {
  return new FleetError('usage', `${where} is larger than ${MOST_BYTES / 1024 ** 2} MB; give it in parts`);
}

async function readPastedFile(file: string, surroundings: Surroundings): Promise<Uint8Array> {
  const whole = resolve(surroundings.cwd, file);
  const size = await stat(whole).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MOST_BYTES) throw tooLarge(file);
  try {
    const chunks: Buffer[] = [];
    // A pipe does not tell its size: a byte more than may be read does.
    const stream = createReadStream(whole, { end: MOST_BYTES });
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  } catch (cause) {
    throw new FleetError('usage', `${file} cannot be read`, { cause });
  }
}

function sourceText(texts: readonly PastedText[]): string {
  return texts.length === 1 ? printable(texts[0]?.where ?? '') : `${texts.length} files`;
}

function missingOf(selected: readonly Sled[], pieces: readonly Piece[]): readonly SledOutcome[] {
  const there = new Set(pieces.map(({ sled }) => sled.id));
  return selected
    .filter((sled) => !there.has(sled.id))
    .map((sled) => ({
      status: 'failed',
      sled,
      elapsedMs: 0,
      stage: 'connect',
      error: new FleetError('not_tried', 'the paste has nothing of this sled'),
    }));
}

function warningsOf(outcome: SledOutcome): readonly string[] {
  return outcome.status === 'answered' ? outcome.warnings.map((each) => `${outcome.sled.id}: ${each}`) : [];
}

function warn(lines: readonly string[], surroundings: Surroundings): void {
  for (const line of lines) surroundings.terminal.err.write(`warning: ${printable(line)}\n`);
}
