import type { Command } from 'commander';
import { createFactBase } from '../../facts/fact-base.ts';
import { DOWNSTAIRS_COLUMNS, downstairsRows } from '../../facts/downstairs-rows.ts';
import { mergeReport, SLED_COLUMNS } from '../../fleet/merge.ts';
import type { SledOutcome } from '../../model/report.ts';
import { IO_COLUMNS, ioCells } from '../../facts/downstairs-io.ts';
import { openRounds } from '../ask/rounds.ts';
import { runProbe, stateSettings } from '../ask/state-run.ts';
import { allDownstairs } from '../../probes/all-downstairs.ts';
import { askPlaces, bothAnswers, withLive } from './ask-places.ts';
import { windowValue } from '../options/option-values.ts';
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

type DownstairsOptions = FleetOptions & OutputOptions & { readonly window?: number };

const HELP = `It asks no VM: which upstairs a region is a copy for comes from what where has asked and facts import has kept, by the
region's id; the column sources says how old that is. How many connections a downstairs has is asked with netstat in
each zone of Crucible. With --window the probe all_downstairs counts at every IO of a downstairs for so long.

${EXIT_HELP}

Examples:
  cruc-fleet downstairs --sled 3/9            every region of a sled
  cruc-fleet downstairs -r 3 --sort-by -note  what to look at first
  cruc-fleet downstairs -r 3 -w 5s            and the IOs of each in five seconds
  cruc-fleet downstairs -r 3 -o json          for a program`;

/** Adds `downstairs`: the regions of each sled, with their services, pools and who talks to them. */
export function addDownstairsCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command.description(
    'Shows the other side of every copy: each region on each sled with the state of its service, its port, process, ' +
      'pool and connections, and the upstairs that it is a copy for where that is known. It only reads.',
  );
  addConnectionOptions(addFailedLastOption(addSelectionOptions(command)));
  command.option('-w, --window <time>', 'also count the IOs of each downstairs for so long', windowValue);
  addOutputOptions(command, 'rows');
  command.addHelpText('after', `\n${HELP}`);
  command.action(async (options: DownstairsOptions) => {
    setExitCode(await downstairs(options, surroundings));
  });
}

async function downstairs(options: DownstairsOptions, surroundings: Surroundings): Promise<number> {
  const { window } = options;
  const columns = window === undefined ? DOWNSTAIRS_COLUMNS : [...DOWNSTAIRS_COLUMNS, ...IO_COLUMNS];
  checkColumns([...SLED_COLUMNS, ...columns], options);
  const kept = await openFacts(surroundings);
  const inventory = await openInventory(options, surroundings);
  const rounds = openRounds(surroundings);
  try {
    const asked = await askPlaces(
      options,
      surroundings,
      inventory,
      { requests: [], connections: true },
      { rounds },
    );
    const counted =
      window === undefined || asked.run.interrupted
        ? null
        : await runProbe(
            allDownstairs,
            { ...stateSettings(window), interval: window, totals: true },
            options,
            surroundings,
            { inventory, rounds },
          );
    const base = createFactBase(withLive(kept, asked.sets));
    const now = surroundings.now().getTime();
    const outcomes = bothAnswers(asked.run.outcomes, counted === null ? null : { run: counted }).map(
      (outcome): SledOutcome => {
        if (outcome.status === 'failed') return outcome;
        const io = ioCells(counted?.outcomes.find(({ sled }) => sled.id === outcome.sled.id));
        const rows = downstairsRows(base, outcome.sled.id, now);
        return {
          ...outcome,
          rows: window === undefined ? rows : rows.map((row) => ({ ...row, ...io(row) })),
        };
      },
    );
    const report = mergeReport(outcomes, {
      ...asked.run,
      finishedAt: counted?.finishedAt ?? asked.run.finishedAt,
      interrupted: asked.run.interrupted || counted?.interrupted === true,
      probe: { name: 'downstairs', shape: 'rows', check: () => [] },
      probeColumns: columns,
      filter: null,
      sortBy: options.sortBy ?? ['rack', 'cubby', 'zone', 'port'],
    });
    await printReport(report, options, surroundings);
    return exitCodeOfReport(report);
  } finally {
    await rounds.close();
  }
}
