import type { Command } from 'commander';
import { createFactBase } from '../../facts/fact-base.ts';
import { DOWNSTAIRS_COLUMNS, downstairsRows } from '../../facts/downstairs-rows.ts';
import { mergeReport, SLED_COLUMNS } from '../../fleet/merge.ts';
import type { SledOutcome } from '../../model/report.ts';
import { askPlaces, withLive } from './ask-places.ts';
import type { CommandContext } from '../command-context.ts';
import { addConnectionOptions } from '../options/connection-options.ts';
import { EXIT_HELP, exitCodeOfReport } from '../exit-code.ts';
import { addFailedLastOption } from '../ask/failed-last.ts';
import type { FleetOptions } from '../ask/fleet-run.ts';
import { openFacts } from './open-facts.ts';
import {
  addOutputOptions,
  checkColumns,
  printReport,
  type OutputOptions,
} from '../options/output-options.ts';
import { addSelectionOptions, openInventory } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';

type DownstairsOptions = FleetOptions & OutputOptions;

const HELP = `It asks no VM: which upstairs a region is a copy for comes from what where has asked and facts import has kept, by the
region's id; the column sources says how old that is. How many connections a downstairs has is asked with netstat in
each zone of Crucible.

${EXIT_HELP}

Examples:
  cruc-fleet downstairs --sled 3/9            every region of a sled
  cruc-fleet downstairs -r 3 --sort-by -note  what to look at first
  cruc-fleet downstairs -r 3 -o json          for a program`;

/** Adds `downstairs`: the regions of each sled, with their services, pools and who talks to them. */
export function addDownstairsCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command.description(
    'Shows the other side of every copy: each region on each sled with the state of its service, its port, process, ' +
      'pool and connections, and the upstairs that it is a copy for where that is known. It only reads.',
  );
  addConnectionOptions(addFailedLastOption(addSelectionOptions(command)));
  addOutputOptions(command, 'rows');
  command.addHelpText('after', `\n${HELP}`);
  command.action(async (options: DownstairsOptions) => {
    setExitCode(await downstairs(options, surroundings));
  });
}

async function downstairs(options: DownstairsOptions, surroundings: Surroundings): Promise<number> {
  checkColumns([...SLED_COLUMNS, ...DOWNSTAIRS_COLUMNS], options);
  const kept = await openFacts(surroundings);
  const inventory = await openInventory(options, surroundings);
  const { run, sets } = await askPlaces(options, surroundings, inventory, {
    requests: [],
    connections: true,
  });
  const base = createFactBase(withLive(kept, sets));
  const now = surroundings.now().getTime();
  const outcomes = run.outcomes.map((outcome): SledOutcome =>
    outcome.status === 'failed' ? outcome : { ...outcome, rows: downstairsRows(base, outcome.sled.id, now) },
  );
  const report = mergeReport(outcomes, {
    ...run,
    probe: { name: 'downstairs', shape: 'rows', check: () => [] },
    probeColumns: DOWNSTAIRS_COLUMNS,
    filter: null,
    sortBy: options.sortBy ?? ['rack', 'cubby', 'zone', 'port'],
  });
  await printReport(report, options, surroundings);
  return exitCodeOfReport(report);
}
