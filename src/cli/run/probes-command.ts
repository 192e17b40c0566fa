import { Option, type Command } from 'commander';
import type { ProbeSpec } from '../../model/probe.ts';
import { listText } from '../../drawing/list-text.ts';
import type { Column } from '../../model/column.ts';
import { PROBES } from '../../probes/index.ts';
import type { CommandContext } from '../command-context.ts';

const COLUMNS: readonly Column[] = [
  { name: 'probe', heading: 'PROBE', kind: 'text', role: 'identity', help: 'what run takes' },
  { name: 'gives', heading: 'GIVES', kind: 'text', role: 'state', help: 'a table, or latencies' },
  { name: 'arguments', heading: 'ARGUMENTS', kind: 'text', role: 'state', help: 'what it takes' },
  { name: 'summary', heading: 'WHAT IT SHOWS', kind: 'note', help: 'what it shows' },
];

/** `probes`: what there is to run, with columns, arguments and cost. */
export function addProbesCommand(command: Command, { surroundings }: CommandContext): void {
  command
    .description('Lists every probe of `cruc-fleet run`.')
    .addOption(
      new Option('-o, --output <format>', 'how to print the list')
        .choices(['table', 'json'])
        .default('table'),
    )
    .action((options: { readonly output: string }) => {
      const { out } = surroundings.terminal;
      if (options.output === 'json') out.write(`${JSON.stringify(PROBES.map(probeJson), null, 2)}\n`);
      else {
        const rows = PROBES.map((probe: ProbeSpec) => ({
          probe: probe.name,
          gives: probe.shape === 'rows' ? 'table' : 'latency',
          arguments: argumentsText(probe),
          summary: probe.summary,
        }));
        out.write(listText(COLUMNS, rows, { width: out.width(), unicode: out.unicode }));
        out.write('\nColumns, defaults and cost of each: -o json\n');
      }
    });
}

function argumentsText(probe: ProbeSpec): string {
  const pid = { no: [], optional: ['[--pid]'], needed: ['--pid'] }[probe.takes.pid];
  return [...pid, ...(probe.takes.volume ? ['[--volume]'] : [])].join(' ') || '-';
}

function probeJson(probe: ProbeSpec): Record<string, unknown> {
  return {
    name: probe.name,
    summary: probe.summary,
    gives: probe.shape === 'rows' ? 'table' : 'latency',
    script: probe.byHand ?? probe.script,
    columns: probe.columns.map(({ name, heading, help }) => ({ name, heading, help })),
    pid: probe.takes.pid,
    volume: probe.takes.volume,
    default_seconds: probe.seconds,
    default_interval_seconds: probe.interval,
    cost: probe.cost,
  };
}
