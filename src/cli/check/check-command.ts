import type { Command } from 'commander';
import { RULES } from '../../alert/rules/index.ts';
import { OUTPUTS } from '../../outputs/index.ts';
import type { CommandContext } from '../command-context.ts';
import type { CheckOptions } from './check-action.ts';
import { addConfigFileOptions, addConfigOptions } from '../options/config-options.ts';
import {
  addConnectionOptions,
  addExplainOption,
  addForceOption,
  addSushOption,
} from '../options/connection-options.ts';
import { addRelayOptions } from '../options/relay-options.ts';
import { addRecordOption } from '../options/record-option.ts';
import { listValue } from '../options/option-values.ts';
import { addTalkOptions, formatsHelp, outputOption } from '../options/output-options.ts';
import { addSelectionOptions } from '../options/selection-options.ts';

/** Adds `check`: judge, remember, tell. */
export function addCheckCommand(
  command: Command,
  { version, surroundings, setExitCode }: CommandContext,
): void {
  command.description(DESCRIPTION);
  addSelectionOptions(command);
  addConfigFileOptions(command.optionsGroup('Configuration:')).option(
    '--print-config',
    'print what is in force and where each value comes from, and do nothing',
  );
  addConfigOptions(command);
  addSushOption(addExplainOption(addForceOption(addConnectionOptions(command))));
  addRelayOptions(command);
  command.option(
    '--from-stream',
    'judge the newest report of each site that the hub keeps (runner --every), and ask nobody',
  );
  addTalkOptions(command.optionsGroup('Output:'))
    .addOption(outputOption(OUTPUTS, 'plugin'))
    .option('--columns <names>', 'the columns to show, in this order; labels of -o prometheus', listValue)
    .option('--cron', 'print nothing when all is well; otherwise print only when something is new')
    .option('--dry-run', 'print the mails and posts; record, send, post and write nothing')
    .option(
      '--replay <folder>',
      'judge recorded runs again by the rules in force now; visit no sled, send nothing',
    )
    .addHelpText('after', `\n${formatsHelp(OUTPUTS)}\n\n${HELP}`);
  addRecordOption(command);
  command.action(async (options: CheckOptions) => {
    // What it takes is loaded only where it is wanted: the other commands start without it.
    const { check } = await import('./check-action.ts');
    const isPlugin = options.output === 'plugin' && command.getOptionValueSource('output') === 'cli';
    setExitCode(await check({ ...options, isPlugin }, version, surroundings));
  });
}

const DESCRIPTION =
  'Asks every selected sled once for the states and live repair counters of its upstairs, and judges them by rules. ' +
  'Prints one line for a monitoring system, then the rows behind it. Mails what is new: one mail when something ' +
  'breaks, others when it changes, one when it is over. docs/alerting.md explains the rules, the configuration, and ' +
  'how to put it into cron, systemd, Nagios and Prometheus.';

const HELP = `Rules:
${RULES.map(({ name, summary }) => `  ${name.padEnd(17)}${summary}`).join('\n')}

Exit status:
  0    OK
  1    WARNING
  2    CRITICAL
  3    UNKNOWN: the answer is incomplete, or the check itself has a problem; outranks 0 and 1
  64   wrong usage
  70   a bug in cruc-fleet
  78   the inventory or the configuration is wrong; the verdict is still printed if there is one
       (with -o plugin on the command line, 64, 70 and 78 become 3, or the status of the verdict if there is one)
  130  interrupted; nothing was recorded or mailed

Examples:
  cruc-fleet check --rack 3                                       a verdict, as a monitoring plugin
  cruc-fleet check --cron --mail-to storage@example.com --smtp smtp://mail.example.com
      in a crontab, every five minutes
  cruc-fleet check --dry-run --mail-to storage@example.com --sendmail
      the mail that would be sent
  cruc-fleet check --textfile /var/lib/prometheus/node-exporter/cruc_fleet.prom
  cruc-fleet check --replay /var/lib/cruc-fleet/night --for degraded=10m
      the mails of a recorded night with this setting
  cruc-fleet check --print-config                                 what is in force, and why`;
