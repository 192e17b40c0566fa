import { keysOfWord } from '../../distribution/distribution-group.ts';
import { seenApart } from '../../fleet/active-twice.ts';
import { mergeReport, SLED_COLUMNS } from '../../fleet/merge.ts';
import { columnsOfRows } from '../../kinds/own-script.ts';
import type { Column, Row } from '../../model/column.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { answerOf, isComplete, type FleetReport, type SledOutcome } from '../../model/report.ts';
import type { ReadReport } from '../../reports/read-report.ts';
import { openUnion, type United } from '../../reports/union.ts';
import { checkView, distributionView, type DistributionOptions } from '../options/distribution-options.ts';
import { EXIT } from '../exit-code.ts';
import { FILTER_NAMES, refuseFilters, rowFilter, type FilterOptions } from '../options/filters.ts';
import { findInputs, type MergeInput } from './merge-inputs.ts';
import { mergeableOf, type Mergeable } from './mergeable.ts';
import {
  checkColumns,
  checkOutput,
  outputNamed,
  printReport,
  type OutputOptions,
} from '../options/output-options.ts';
import { shownRows } from '../run/probe-command.ts';
import type { Surroundings } from '../surroundings.ts';

export type MergeOptions = OutputOptions &
  DistributionOptions &
  FilterOptions & {
    readonly fold: boolean;
  };

/** Merges reports, prints what they come to, and gives the exit status. */
export async function merge(
  names: readonly string[],
  options: MergeOptions,
  surroundings: Surroundings,
): Promise<number> {
  const inputs = await findInputs(names, surroundings);
  const { united, kind } = await uniteAll(inputs);
  checkChoices(united, kind, options);
  const report = mergedReport(united, kind, options);
  if (options.quiet !== true) {
    for (const note of notesOn(united, report)) {
      surroundings.terminal.err.write(`warning: ${printable(note)}\n`);
    }
  }
  await printReport(report, options, surroundings, {
    distributions: distributionView({ ...options, ...byOf(united, kind, options) }, kind.spec ?? {}),
    offersDegraded: kind.columns?.some(({ name }) => name === 'ds0') === true,
    fold: options.fold,
    ...(kind.narrow === undefined ? {} : { narrow: kind.narrow }),
  });
  return isComplete(report) ? EXIT.ok : EXIT.incomplete;
}

/** One after another, so that no more than one is whole in memory; what is wrong with any of them is said of all. */
async function uniteAll(
  inputs: readonly MergeInput[],
): Promise<{ readonly united: United; readonly kind: Mergeable }> {
  const union = openUnion();
  const problems: FleetError[] = [];
  let kind: Mergeable | null = null;
  for (const input of inputs) {
    try {
      const report = await input.read();
      const own = mergeableOf(report.probe, report.groups?.unit === null);
      refuseLacking(report, own);
      union.add(report);
      kind ??= own;
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      problems.push(error);
    }
  }
  const [first, ...others] = problems;
  if (first !== undefined && others.length === 0) throw first;
  if (first !== undefined || kind === null) {
    const isDamage = problems.some(({ code }) => code === 'recording');
    throw new FleetError(isDamage ? 'recording' : 'usage', problems.map(({ message }) => message).join('\n'));
  }
  return { united: union.result(), kind };
}

/** A report that was printed with --columns has lost what tells rows apart. */
function refuseLacking({ name, outcomes }: ReadReport, { needs }: Mergeable): void {
  for (const outcome of outcomes) {
    const row = answerOf(outcome)?.rows[0];
    const lacking = row === undefined ? undefined : needs.find((column) => !Object.hasOwn(row, column));
    if (lacking === undefined) continue;
    throw new FleetError(
      'usage',
      `${name} has rows without '${lacking}' (printed with --columns?); merge reports that have every column`,
    );
  }
}

function checkChoices({ groups }: United, kind: Mergeable, options: MergeOptions): void {
  const { spec, columns, probe } = kind;
  if (spec !== null) checkView(spec, options);
  else checkOutput(outputNamed(options.output), probe.shape);
  if (columns !== null && probe.shape !== 'distributions')
    checkColumns([...SLED_COLUMNS, ...columns], options);
  if (columns !== null) {
    refuseFilters(
      options,
      probe.name,
      columns.map(({ name }) => name),
    );
  }
  if (groups === null) return;
  const filtered = FILTER_NAMES.find((name) => options[name] !== undefined);
  if (filtered !== undefined) {
    throw new FleetError(
      'usage',
      `--${filtered}: latencies of reports are added up; merge recordings to filter them`,
    );
  }
  const finer = options.by?.find((word) =>
    keysOfWord(word).some(
      (key) =>
        ['rack', 'sled', 'zone', 'pid', 'client', 'volume', 'time'].includes(key) &&
        !groups.keys.includes(key),
    ),
  );
  if (finer === undefined) return;
  const by = groups.by.length === 0 ? 'added up over all sleds' : `by ${groups.by.join(',')}`;
  throw new FleetError(
    'usage',
    `--by ${finer}: the latencies of these reports are ${by}; merge recordings to see more`,
  );
}

/** As the reports have them, unless others are asked for; those that the probe has by itself need no saying. */
function byOf({ groups }: United, { spec }: Mergeable, { by }: MergeOptions): Pick<MergeOptions, 'by'> {
  if (by !== undefined || groups === null) return {};
  const usual = spec?.groups ?? [];
  return groups.by.join() === usual.join() ? {} : { by: groups.by };
}

/** One report of all that they come to, for the options of its reader. */
export function mergedReport(
  united: United,
  kind: Mergeable,
  options: FilterOptions & Pick<OutputOptions, 'sortBy'>,
): FleetReport {
  const rows = united.outcomes.flatMap((outcome) => answerOf(outcome)?.rows ?? []);
  const columns = kind.columns ?? columnsOfOwn(rows);
  const filter = kind.spec === null ? rowFilter(options) : shownRows(kind.spec, options);
  const report = mergeReport(
    united.outcomes.map((outcome) => withCells(outcome, kind.columns ?? [])),
    { ...united, probe: kind.probe, probeColumns: columns, filter, sortBy: options.sortBy ?? [] },
  );
  return {
    ...report,
    distributions: united.distributions.filter(({ keys }) => filter === null || filter.keeps(keys)),
    ...(united.issues.length === 0 ? {} : { issues: united.issues }),
  };
}

/** Rows of JSON say their sled, which is not what the script printed. */
function columnsOfOwn(rows: readonly Row[]): readonly Column[] {
  const sled = new Set(SLED_COLUMNS.map(({ name }) => name));
  return columnsOfRows(rows).filter(({ name }) => !sled.has(name));
}

/** A cell for each column: an older version knew fewer, and what it did not ask is not known. */
function withCells(outcome: SledOutcome, columns: readonly Column[]): SledOutcome {
  if (outcome.status === 'failed') return outcome;
  const first = outcome.rows[0];
  if (first === undefined || columns.every(({ name }) => Object.hasOwn(first, name))) return outcome;
  const empty: Row = Object.fromEntries(columns.map(({ name }) => [name, null]));
  return { ...outcome, rows: outcome.rows.map((row) => ({ ...empty, ...row })) };
}

const MOST_NAMED = 8;

function notesOn({ inSeveral, run, outcomes }: United, report: FleetReport): readonly string[] {
  const named = `${inSeveral.slice(0, MOST_NAMED).join(', ')}${inSeveral.length > MOST_NAMED ? ', …' : ''}`;
  const several =
    inSeveral.length === 0
      ? []
      : [
          `${inSeveral.length === 1 ? '1 sled was' : `${inSeveral.length} sleds were`} asked in several runs, and the newest counts: ${named}`,
        ];
  const apart = report.filter === null ? seenApart(report.rows, outcomes, run) : 0;
  const moved =
    apart === 0
      ? []
      : [
          `${apart} upstairs ${apart === 1 ? 'was' : 'were'} active in several places at different times: ${apart === 1 ? 'it' : 'they'} may have moved in between, and no finding says active_twice`,
        ];
  return [...several, ...moved];
}
