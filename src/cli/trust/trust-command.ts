import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { addConnectionOptions } from '../options/connection-options.ts';
import { listValue } from '../options/option-values.ts';
import { addTalkOptions } from '../options/output-options.ts';
import { addSelectionOptions } from '../options/selection-options.ts';
import type { TrustOptions } from './trust-action.ts';

const HELP = `Each host is asked for its key over the same way as in every run. A key that is new or has changed is shown with its
fingerprint, when the old key was stored, and how long the host has been running: sleds and switch zones make new keys
when they boot. Over a key that is not trusted yet, only the uptime is read. A sled with several gateways is asked
through each: the same key through both is stronger evidence. Trusted keys are kept by the serial of the sled, in the
file that host_keys names in the inventory. known_hosts files are never written.

A line of --fingerprints holds a host and its fingerprint: BRM42220036 SHA256:…, or a line that ssh-keygen -l printed
on the host itself (at its console, for example), or what pilot prints of such a line.

Exit status:
  0    the keys of all selected hosts are known now
  3    a host was not seen, or its key is not trusted
  64   wrong usage, or there is no terminal to ask on
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   the inventory is missing or wrong, or the keys cannot be kept
  130  interrupted

Examples:
  cruc-fleet inventory trust --rack 3
  cruc-fleet inventory trust --gateway 3
  cruc-fleet inventory trust --rack 3 --fingerprints from-the-console.txt`;

/** Adds `inventory trust`: looks at host keys that are new or have changed, and keeps those that are trusted. */
export function addTrust(inventory: Command, { surroundings, setExitCode }: CommandContext): void {
  const trust = inventory
    .command('trust')
    .summary('see host keys that are new or have changed, and trust them')
    .description(
      'Shows the host keys of sleds or gateways that are new or have changed, and asks for trust.',
    );
  addSelectionOptions(trust)
    .optionsGroup('Keys:')
    .option('--gateway <racks>', 'gateways in place of sleds: those of these racks, or by address', listValue)
    .option(
      '--fingerprints <file>',
      'trust the fingerprints in this file (- for standard input), and do not ask',
    );
  addConnectionOptions(trust);
  describe(trust, '--host-key', 'unknown host keys of the gateways on the way');
  describe(trust, '--timeout', "limit for reading a host's uptime (default: 15 s)");
  addTalkOptions(trust.optionsGroup('Output:'));
  trust.addHelpText('after', `\n${HELP}`);
  trust.action(async (options: TrustOptions) => {
    const { trustHosts } = await import('./trust-action.ts');
    setExitCode(await trustHosts(options, surroundings));
  });
}

function describe(command: Command, flag: string, text: string): void {
  const option = command.options.find((each) => each.long === flag);
  if (option !== undefined) option.description = text;
}
