import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addConnectionOptions } from '../options/connection-options.ts';
import { countValue, durationValue, listValue, windowValue } from '../options/option-values.ts';
import { addHubOptions } from '../options/relay-options.ts';
import type { RunnerOptions } from './runner-action.ts';

const HELP = `It connects out to the hub and stays: it hears the questions of its site, asks its sleds with the keys that are here,
and answers with a report. No command comes over a hub: exec, your own scripts and --destructive do not exist there.
A watch goes on as long as who asked for it is heard: 15 seconds without that end it, and nothing stays on the sleds.
Ctrl-C ends the runner: it hears no more questions, and those under way answer with what they have.

With --every 5m check it also checks all sleds of its site every so often, by itself, and has the hub keep the report
for a day: cruc-fleet check --from-stream judges the newest of each site. A hub that cannot keep it is said, and the
runner goes on.

Exit status:
  0    it was told to end
  64   wrong usage
  70   a bug in cruc-fleet
  78   the inventory or the credentials are missing or wrong, or the hub did not accept them

Examples:
  cruc-fleet runner --relay tls://hub.example:4222 --creds west.creds -i inventory.yaml
  cruc-fleet runner --relay tls://hub.example:4222 --creds west.creds --allow 'ds-state,lr-state,check,perf-*'
  cruc-fleet runner --creds west.creds --every 5m check
  cruc-fleet runner --audit-log /var/log/cruc-fleet.jsonl --name west-2   a second one for the same site`;

/** Adds `runner`: the site's end of a hub. */
export function addRunnerCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command.description(
    'Answers questions about the sleds of a site that come through a hub, as long as it runs. docs/sites.md explains ' +
      'how sites, hub and askers go together.',
  );
  command.argument('[check]', 'what it does by itself every so often: check, with --every');
  addHubOptions(command.optionsGroup('Hub:'))
    .option('--site <name>', 'the site (default: as the credentials say)')
    .option('--name <name>', 'this runner, where a site has several (default: the name of this machine)')
    .option(
      '--allow <probes>',
      'the probes that it answers, as names or globs (default: ds-state, lr-state, repairs, check, watch and sleds)',
      listValue,
    )
    .option(
      '--at-once <n>',
      'questions that it answers at the same time; others are told that it is busy',
      countValue,
      4,
    );
  command
    .optionsGroup('Scheduled checks:')
    .option('--every <time>', 'check the site so often, and have the hub keep the report', durationValue)
    .option('-w, --window <time>', 'how long such a check watches each sled (default: 3s)', windowValue);
  addConnectionOptions(
    command
      .optionsGroup('Sleds:')
      .option(
        '-i, --inventory <file>',
        'the inventory (default: $CRUC_FLEET_INVENTORY, ./inventory.yaml, then the XDG configuration folder)',
      ),
  );
  command
    .optionsGroup('Output:')
    .option('-q, --quiet', 'no line for each question on standard error')
    .addHelpText('after', `\n${HELP}`);
  command.action(async (scheduled: string | undefined, options: RunnerOptions) => {
    const { runRunner } = await import('./runner-action.ts');
    setExitCode(await runRunner(scheduled, options, surroundings));
  });
}
