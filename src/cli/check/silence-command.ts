import { InvalidArgumentError, Option, type Command } from 'commander';
import { RULE_NAMES } from '../../alert/rules/index.ts';
import type { CommandContext } from '../command-context.ts';
import { addConfigFileOptions } from '../options/config-options.ts';
import { durationValue, listValue } from '../options/option-values.ts';
import type { AddOptions, ListOptions, PlaceOptions } from './silence-actions.ts';

/** Loaded only where they are wanted: the other commands start without them. */
const actions = () => import('./silence-actions.ts');

/** Adds `silence`: no mail for some incidents for a while. */
export function addSilenceCommand(silence: Command, { surroundings }: CommandContext): void {
  silence.description(
    'Silences incidents of check until a time. They are listed as silenced, and no mail mentions them. Those that are ' +
      'still open when the silence ends are mailed then.',
  );
  addPlaceOptions(
    silence
      .command('add')
      .summary('silence a rack, sleds, zones, upstairs or rules; several options must all match')
      .description(
        'Adds a silence. An incident is silenced if it matches one value of every option that is given.',
      )
      .optionsGroup('What is silenced:')
      .option(
        '-r, --rack <ids>',
        'incidents of these racks; with --sled: the racks of those sleds',
        listValue,
      )
      .option('-s, --sled <sleds>', 'incidents seen on these sleds: 3/17, a serial, a range', listValue)
      .option(
        '--zone <zone>',
        "incidents of zones of this name, a pattern, or as tables show it: 'propolis d96f6341'",
        listValue,
      )
      .option('--upstairs <prefix>', 'incidents of upstairs whose id begins with this', prefixValue)
      .option('--rule <names>', `incidents of these rules: ${RULE_NAMES.join(', ')}`, listValue)
      .optionsGroup('Until when, and why:')
      .option('--for <time>', 'how long it lasts: 4h, 30m, 2d', durationValue)
      .option('--until <time>', 'when it ends: 2026-11-27T06:00 (local time, or with Z)', timeValue)
      .option('--reason <text>', 'why; everybody who sees the silence reads it')
      .option('--by <name>', 'who silences (default: you)'),
  )
    .addHelpText('after', ADD_EXAMPLES)
    .action(async (options: AddOptions) => await (await actions()).addSilence(options, surroundings));
  addPlaceOptions(
    silence
      .command('list')
      .summary('the silences in force')
      .description('Lists silences.')
      .option('--all', 'also silences that have ended')
      .addOption(
        new Option('-o, --output <format>', 'how to print').choices(['table', 'json']).default('table'),
      ),
  ).action(
    async (options: PlaceOptions & ListOptions) =>
      await (await actions()).listSilences(options, surroundings),
  );
  addPlaceOptions(
    silence
      .command('expire')
      .summary('end silences now')
      .description('Ends silences now. The next check mails the incidents that are still open.')
      .argument('<id...>', 'as silence list shows them'),
  ).action(
    async (ids: readonly string[], options: PlaceOptions) =>
      await (await actions()).expireSilences(ids, options, surroundings),
  );
}

const ADD_EXAMPLES = `
Examples:
  cruc-fleet silence add --sled 3/17 --for 4h --reason "update"
  cruc-fleet silence add --rack 3 --rule repairing,repair_aborted --for 2d --reason "disks are replaced"
  cruc-fleet silence list
  cruc-fleet silence expire 5f2a91`;

function addPlaceOptions(command: Command): Command {
  return addConfigFileOptions(
    command
      .optionsGroup('Where it is kept:')
      .option('-i, --inventory <file>', 'the inventory that says which racks and sleds there are'),
  );
}

function prefixValue(text: string, before: readonly string[] | undefined): readonly string[] {
  const prefixes = listValue(text.toLowerCase(), before);
  if (prefixes.some((prefix) => !/^[0-9a-f-]{1,36}$/.test(prefix))) {
    throw new InvalidArgumentError('give the beginning of a UUID such as 3f2b1c9e.');
  }
  return prefixes;
}

function timeValue(text: string): number {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('give a time such as 2026-11-27T06:00.');
  return time;
}
