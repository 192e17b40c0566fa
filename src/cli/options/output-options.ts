import { Option, type Command } from 'commander';
import type { DistributionView, RenderContext } from '../../drawing/render-context.ts';
import { coverageLines, summaryLines } from '../../drawing/summary.ts';
import type { Column } from '../../model/column.ts';
import { unprintableIn } from '../../model/printable.ts';
import { FleetError } from '../../model/error.ts';
import type { FleetReport } from '../../model/report.ts';
import { OUTPUTS } from '../../outputs/index.ts';
import { contentsIn, type Content, type Output } from '../../outputs/output.ts';
import { answerLines, FOR_PEOPLE } from '../../outputs/for-people.ts';
import type { TerminalStream } from '../../term/terminal.ts';
import { listValue } from './option-values.ts';
import { sayLines } from './say-lines.ts';
import type { Surroundings } from '../surroundings.ts';

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
  /** On a terminal healthy rows too where they do not fit. */
  readonly all?: boolean;
}

/** For a command whose reports may hold these. */
export function addOutputOptions(command: Command, ...contents: readonly Content[]): Command {
  command.optionsGroup('Output:');
  const outputs = outputsOf(...contents);
  addTalkOptions(command)
    .addOption(outputOption(outputs, 'table'))
    .option('--no-headers', 'leave the headings out')
    .option('--columns <names>', 'the columns to show, in this order', listValue)
    .option(
      '--sort-by <names>',
      'columns to sort by; a leading - is descending (default: worst first)',
      listValue,
    );
  if (contents.includes('rows')) {
    command.option('--all', 'on a terminal, show healthy rows even if they do not fit on the screen');
  }
  return command.addHelpText('after', `\n${formatsHelp(outputs)}`);
}

export function addTalkOptions(command: Command): Command {
  return command
    .option('-q, --quiet', 'no progress and no notes on standard error')
    .option('-v, --verbose', 'a line for each sled on standard error as it is done');
}

/** The formats of a command whose reports may hold one of these. */
export function outputsOf(...contents: readonly Content[]): readonly Output[] {
  return OUTPUTS.filter((output) => contents.some((content) => 'shown' in output.contents[content]));
}

export function outputOption(outputs: readonly Output[], usual: string): Option {
  const names = outputs.map(({ name }) => name);
  return new Option('-o, --output <format>', 'how to print the answer').choices(names).default(usual);
}

/** What each of the formats is, for help. */
export function formatsHelp(outputs: readonly Output[]): string {
  const width = Math.max(...outputs.map(({ name }) => name.length)) + 2;
  const list = outputs.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
  return ['Formats:', ...list].join('\n');
}

export function outputNamed(name: string): Output {
  const output = OUTPUTS.find((each) => each.name === name);
  if (output === undefined) throw new FleetError('usage', `-o: there is no format '${name}'`);
  return output;
}

/** Refuses a format that cannot show what the answer will hold, before any sled is visited. */
export function checkOutput(output: Output, content: Content): void {
  const way = output.contents[content];
  if ('refused' in way) throw new FleetError('usage', `-o ${output.name}: ${way.refused}`);
}

/** Refuses columns that the probe does not have, before any sled is visited. */
export function checkColumns(
  columns: readonly Column[],
  options: Pick<OutputOptions, 'columns' | 'sortBy'>,
): void {
  const [strange] = strangeColumns(columns, options);
  if (strange !== undefined) throw new FleetError('usage', strange);
}

/** A sentence for each column that was named and is not there, and for one that is named twice. */
function strangeColumns(
  columns: readonly Column[],
  { columns: shown = [], sortBy = [] }: Pick<OutputOptions, 'columns' | 'sortBy'>,
): readonly string[] {
  const known = columns.map((column) => column.name);
  const strange = (option: string, names: readonly string[]) =>
    names
      .filter((name) => !known.includes(name))
      .map((name) => `${option}: there is no column '${name}'; the columns are ${known.join(', ')}`);
  const sorted = sortBy.map((name) => name.replace(/^-/, ''));
  const twice = shown.find((name, at) => shown.indexOf(name) !== at);
  return [
    ...(twice === undefined ? [] : [`--columns: '${twice}' is named twice; name each column once`]),
    ...strange('--columns', shown),
    ...strange('--sort-by', sorted),
  ];
}

/** How a report is shown, beside the options of its reader. */
export interface View {
  readonly distributions?: DistributionView;
  readonly narrow?: readonly string[];
  readonly fold?: boolean;
  readonly compare?: boolean;
  readonly offersDegraded?: boolean;
}

/**
 * Prints a report: data to standard output; which sleds lack goes to standard error where the format cannot say it.
 * What turns out not to go together only now loses nothing: contents that the format cannot show are shown to people on
 * standard error, a column that a user's own script did not print leaves all columns there. Then throws `usage`.
 */
export async function printReport(
  report: FleetReport,
  options: OutputOptions,
  surroundings: Surroundings,
  view: View = {},
): Promise<void> {
  const { out, err } = surroundings.terminal;
  const output = outputNamed(options.output);
  // Those of a probe were looked at before any sled was visited.
  const isOwn = report.columns.some(({ undeclared }) => undeclared === true);
  const strange = isOwn ? strangeColumns(report.columns, options) : [];
  const context: RenderContext = {
    width: out.width(),
    color: out.color,
    headers: options.headers,
    columns: strange.length > 0 ? null : (options.columns ?? null),
    unicode: out.unicode,
    ...heightFor(options, out),
    ...view,
    ...(view.distributions === undefined ? {} : { distributions: withoutUnicode(view.distributions, out) }),
  };
  for (const text of output.render(report, context)) {
    out.write(text);
    await out.room();
  }
  const hidden = output.replacesHidden === true ? unprintableCells(report) : 0;
  if (hidden > 0 && options.quiet !== true) {
    const what =
      hidden === 1 ? '1 control or invisible character is' : `${hidden} control or invisible characters are`;
    err.write(`warning: ${what} written as ?; -o json has them\n`);
  }
  if (!output.saysCoverage) {
    sayLines(err, [
      ...(options.quiet === true ? [] : answerLines(report)),
      ...(options.quiet === true ? coverageLines(report) : summaryLines(report)),
    ]);
  }
  const refused = contentsIn(report).flatMap((content) => {
    const way = output.contents[content];
    if ('shown' in way) return [];
    const context = { width: err.width(), color: err.color, headers: true, columns: null };
    for (const text of FOR_PEOPLE[content].part(report, context)) err.write(text);
    return [`-o ${output.name}: ${way.refused}`];
  });
  const problems = [...refused, ...strange];
  if (problems.length > 0) throw new FleetError('usage', problems.join('; '));
}

/** On a terminal, its height; whoever sorts the rows or asks for all of them sees all of them. */
function heightFor(options: OutputOptions, out: TerminalStream): Pick<RenderContext, 'height'> {
  if (!out.isTerminal) return {};
  return { height: options.all === true || options.sortBy !== undefined ? null : out.height() };
}

function withoutUnicode(view: DistributionView, { unicode }: TerminalStream): DistributionView {
  return { ...view, unicode: view.unicode && unicode };
}

/** Characters of the rows that a format which replaces them does not have as they are. */
function unprintableCells({ rows }: FleetReport): number {
  const texts = rows.flatMap((row) => Object.values(row).filter((cell) => typeof cell === 'string'));
  return texts.reduce((sum, text) => sum + unprintableIn(text), 0);
}
