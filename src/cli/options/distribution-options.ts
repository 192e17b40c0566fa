import type { Command } from 'commander';
import { GROUP_BY_WORDS } from '../../distribution/distribution-group.ts';
import { FleetError } from '../../model/error.ts';
import type { ProbeSpec } from '../../model/probe.ts';
import type { DistributionView } from '../../drawing/render-context.ts';
import { listValue } from './option-values.ts';
import { checkOutput, outputNamed, type OutputOptions } from './output-options.ts';

/** The options that say how distributions are grouped and drawn. */
export interface DistributionOptions {
  readonly by?: readonly string[];
  readonly heatmap?: boolean;
  readonly summary?: boolean;
  readonly estimate?: boolean;
  readonly compare?: boolean;
  readonly ascii?: boolean;
}

/** All the options that not every probe takes. */
interface ViewOptions extends DistributionOptions, Pick<OutputOptions, 'output' | 'columns' | 'sortBy'> {
  readonly totals?: boolean;
  readonly rates?: boolean;
}

export function addDistributionOptions(command: Command): Command {
  return command
    .optionsGroup('Distributions:')
    .option(
      '--by <keys>',
      'groups: fleet, rack, sled, zone, pid, client, volume, type, part, time (default: depends on the probe)',
      listValue,
    )
    .option('--summary', 'percentiles only, no pictures')
    .option('--heatmap', 'a heatmap: a line for each sled, a column for each bucket, shaded by share')
    .option('--estimate', 'percentiles as estimates instead of the bounds of their bucket')
    .option('--compare', 'name the groups that differ most from the rest')
    .option('--ascii', 'no characters beyond ASCII');
}

/** How the options want distributions shown. */
export function distributionView(
  options: DistributionOptions,
  { groups = [] }: Pick<ProbeSpec, 'groups'>,
): DistributionView {
  const isHeatmap = options.heatmap === true;
  return {
    by: options.by ?? (isHeatmap ? ['sled'] : groups),
    sum: options.by === undefined && !isHeatmap && groups.length > 0,
    view: options.heatmap === true ? 'heatmap' : options.summary === true ? 'summary' : 'pictures',
    percentile: options.estimate === true ? 'estimate' : 'range',
    compare: options.compare === true,
    unicode: options.ascii !== true,
  };
}

/** Refuses what would be ignored without a word, before any sled is visited. */
export function checkView(probe: ProbeSpec, options: ViewOptions): void {
  const output = outputNamed(options.output);
  checkOutput(output, probe.shape);
  const given = (names: readonly (keyof ViewOptions)[]) =>
    names
      .filter((name) => options[name] !== undefined && options[name] !== false)
      .map((name) => `--${name.replace('sortBy', 'sort-by')}`);
  const refuse = (names: readonly (keyof ViewOptions)[], why: string) => {
    const [first] = given(names);
    if (first !== undefined) throw new FleetError('usage', `${first}: the probe ${probe.name} ${why}`);
  };
  if (probe.takes.counts !== true) refuse(['totals', 'rates'], 'does not count by interval');
  if (probe.shape === 'rows') {
    refuse(['by', 'summary', 'heatmap', 'estimate', 'compare'], 'gives a table, no distributions');
    return;
  }
  const way = output.contents.distributions;
  if (!('takesColumns' in way))
    refuse(['columns'], 'gives distributions, no table; --by chooses their groups');
  refuse(['sortBy'], 'gives distributions, no table');
  const keys = [
    ...probe.columns.map((column) => column.name),
    ...(probe.intervals === undefined ? [] : ['time']),
  ];
  const words = GROUP_BY_WORDS.filter((word) => ['fleet', 'rack', 'sled', ...keys].includes(word));
  const strange = options.by?.find((word) => !words.some((each) => each === word));
  if (strange === undefined) return;
  throw new FleetError(
    'usage',
    `--by: ${probe.name} has no key '${strange}'; its groups are by ${words.join(', ')}`,
  );
}
