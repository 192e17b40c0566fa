import { Option, type Command } from 'commander';
import type { Column } from '../model/column.ts';
import { FleetError } from '../model/error.ts';
import type { FleetReport } from '../model/report.ts';
import { OUTPUTS } from '../outputs/index.ts';
import type { DistributionView } from '../drawing/render-context.ts';
import { coverageLines, summaryLines } from '../drawing/summary.ts';
import { listValue } from './option-values.ts';
import type { Surroundings } from './surroundings.ts';

/** The options that say how much is said on standard error. */
export interface TalkOptions {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** The options that say how a report is shown. */
export interface OutputOptions extends TalkOptions {
  readonly output: string;
  readonly headers: boolean;
  readonly columns?: readonly string[];
  readonly sortBy?: readonly string[];
}

export function addOutputOptions(command: Command): Command {
  const formats = OUTPUTS.map((output) => output.name);
  const width = Math.max(...formats.map((name) => name.length)) + 2;
  const list = OUTPUTS.map((output) => `  ${output.name.padEnd(width)}${output.summary}`).join('\n');
  command.optionsGroup('Output:');
  return addTalkOptions(command)
    .addOption(
      new Option('-o, --output <format>', 'how to print the answer').choices(formats).default('table'),
    )
    .option('--no-headers', 'leave the headings out')
    .option('--columns <names>', 'the columns to show, in this order', listValue)
    .option(
      '--sort-by <names>',
      'columns to sort by; a leading - is descending (default: worst first)',
      listValue,
    )
    .addHelpText('after', `\nFormats:\n${list}`);
}

export function addTalkOptions(command: Command): Command {
  return command
    .option('-q, --quiet', 'no progress and no notes on standard error')
    .option('-v, --verbose', 'a line for each sled on standard error as it is done');
}

/** Refuses columns that the probe does not have, before any sled is visited. */
export function checkColumns(
  columns: readonly Column[],
  options: Pick<OutputOptions, 'columns' | 'sortBy'>,
): void {
  const known = columns.map((column) => column.name);
  const check = (option: string, names: readonly string[]) => {
    for (const name of names) {
      if (known.includes(name)) continue;
      throw new FleetError(
        'usage',
        `${option}: there is no column '${name}'; the columns are ${known.join(', ')}`,
      );
    }
  };
  check('--columns', options.columns ?? []);
  check(
    '--sort-by',
    (options.sortBy ?? []).map((name) => name.replace(/^-/, '')),
  );
}

/** Prints a report: data to standard output; which sleds lack goes to standard error where the format cannot say it. */
export function printReport(
  report: FleetReport,
  options: OutputOptions,
  surroundings: Surroundings,
  distributions?: DistributionView,
): void {
  const { out, err } = surroundings.terminal;
  const output = OUTPUTS.find((each) => each.name === options.output);
  if (output === undefined) throw new FleetError('usage', `-o: there is no format '${options.output}'`);
  const context = {
    width: out.width(),
    color: out.color,
    headers: options.headers,
    columns: options.columns ?? null,
    ...(distributions === undefined ? {} : { distributions }),
  };
  for (const text of output.render(report, context)) out.write(text);
  if (output.saysCoverage) return;
  const lines = options.quiet === true ? coverageLines(report) : summaryLines(report);
  for (const line of lines) err.write(`${line}\n`);
}
