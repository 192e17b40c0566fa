import { Help, type Command } from 'commander';
import { EXIT_HELP } from './exit-code.ts';
import { widthValue } from './options/option-values.ts';

/** Gives the program itself its description, options and examples. */
export function describeProgram(program: Command, version: string): Command {
  return program
    .description(
      'Finds unhealthy Crucible upstairs in a rack of sleds: it runs DTrace on every sled over SSH and merges the ' +
        'results into one answer. An upstairs serves a disk of a VM, in the zone of that VM. It keeps three copies of ' +
        'the disk, its downstairs. A copy that has fallen behind is repaired while the VM runs: live repair. An ' +
        'inventory file lists the sleds; cruc-fleet inventory init writes one.',
    )
    .version(version, '-V, --version', 'print the version')
    .option('--width <columns>', 'print at this width, whatever the terminal; with any command', widthValue)
    .helpOption('-h, --help', 'print this')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', `\n${EXIT_HELP}\n\n${EXAMPLES}`);
}

/** Makes the list of commands say what each takes, which those that are not loaded do not know. */
export function listTerms(program: Command, terms: ReadonlyMap<Command, string>): void {
  program.configureHelp({
    subcommandTerm: (command) => terms.get(command) ?? new Help().subcommandTerm(command),
  });
}

const EXAMPLES = `Examples:
  cruc-fleet ds-state --rack 3                                the health of every disk of rack 3
  cruc-fleet repairs --rack 3                                 zones in live repair, and how far
  cruc-fleet explain web/boot                                 which copy is sick, where, and why
  cruc-fleet impact 3/7                                       may sled 7 of rack 3 be powered off?
  cruc-fleet diff yesterday                                   what changed, by what check has kept
  cruc-fleet run perf-vol --rack 3                            how long guests wait, until Ctrl-C
  cruc-fleet run perf-ds-net -r 3 --by pid,client --compare   which downstairs is slow
  cruc-fleet check --rack 3                                   a verdict, or mails of what is new
  cruc-fleet inventory check                                  whether the list of sleds is right`;
