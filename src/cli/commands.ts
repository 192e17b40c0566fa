import type { Command } from 'commander';
import type { ProbeSpec } from '../model/probe.ts';
import type { CommandContext } from './command-context.ts';

/** Gives a command that has a name and a summary its description, options and action. */
type Fill = (command: Command, context: CommandContext) => void;

/** A command as the list of commands shows it. All the rest of it is loaded only where it is wanted. */
interface ListedCommand {
  readonly name: string;
  /** What the list shows behind the name. */
  readonly takes: string;
  readonly summary: string;
  readonly load: () => Promise<Fill>;
}

/** Every command, in the order of `--help`. A new one is a file beside this one and an entry here. */
export const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'ds-state',
    takes: '[options]',
    summary: 'the state of the three downstairs of every upstairs',
    load: async () => await ofProbe((await import('../probes/ds-state.ts')).dsState),
  },
  {
    name: 'lr-state',
    takes: '[options]',
    summary: 'live repairs completed and aborted, by downstairs, of every upstairs',
    load: async () => await ofProbe((await import('../probes/lr-state.ts')).lrState),
  },
  {
    name: 'repairs',
    takes: '[options]',
    summary: 'which repairs run, how far they are and how fast',
    load: async () => await ofProbe((await import('../probes/repairs.ts')).repairs),
  },
  {
    name: 'check',
    takes: '[options]',
    summary: 'judge the fleet, and mail what is new: for cron, Nagios, Icinga and node_exporter',
    load: async () => (await import('./check-command.ts')).addCheckCommand,
  },
  {
    name: 'history',
    takes: '[options] [subject]',
    summary: 'since when, where and how each upstairs lived: what check and ds-state --keep have seen',
    load: async () => (await import('./history-command.ts')).addHistoryCommand,
  },
  {
    name: 'diff',
    takes: '[options] <a> <b>',
    summary: 'what changed between two times, two recordings or two reports',
    load: async () => (await import('./diff-command.ts')).addDiffCommand,
  },
  {
    name: 'silence',
    takes: '',
    summary: 'keep incidents out of the mails of check for a while',
    load: async () => (await import('./silence-command.ts')).addSilenceCommand,
  },
  {
    name: 'doctor',
    takes: '[options]',
    summary: 'say step by step what stands between here and an answer of each sled',
    load: async () => (await import('./doctor-command.ts')).addDoctorCommand,
  },
  {
    name: 'run',
    takes: '[options] <name> [arguments...]',
    summary: 'run any probe, or your own D script',
    load: async () => (await import('./run-command.ts')).addRunCommand,
  },
  {
    name: 'probes',
    takes: '[options]',
    summary: 'list the probes, with columns, arguments and cost',
    load: async () => (await import('./probes-command.ts')).addProbesCommand,
  },
  {
    name: 'exec',
    takes: '[options] <command...>',
    summary: 'run a command on every selected sled',
    load: async () => (await import('./exec-command.ts')).addExecCommand,
  },
  {
    name: 'push',
    takes: '[options]',
    summary: 'put the scripts on the sleds, for use by hand',
    load: async () => (await import('./push-command.ts')).addPushCommand,
  },
  {
    name: 'clean',
    takes: '[options]',
    summary: 'remove everything of ours from the sleds',
    load: async () => (await import('./push-command.ts')).addCleanCommand,
  },
  {
    name: 'replay',
    takes: '[options] <folder>',
    summary: 'print a recorded run again',
    load: async () => (await import('./replay-command.ts')).addReplayCommand,
  },
  {
    name: 'script',
    takes: '[options] <probe>',
    summary: 'print a probe as one text, to paste into pilot or sush',
    load: async () => (await import('./script-command.ts')).addScriptCommand,
  },
  {
    name: 'parse',
    takes: '[options] <probe> <files...>',
    summary: 'read output that was pasted, for racks without SSH',
    load: async () => (await import('./parse-command.ts')).addParseCommand,
  },
  {
    name: 'inventory',
    takes: '',
    summary: 'write, check and list the inventory, and trust host keys',
    load: async () => (await import('./inventory-command.ts')).addInventoryCommand,
  },
  {
    name: 'sim',
    takes: '[options]',
    summary: 'run simulated sleds on this machine',
    load: async () => (await import('./sim-command.ts')).addSimCommand,
  },
  {
    name: 'demo',
    takes: '',
    summary: 'show ds-state on a simulated rack of 32 sleds',
    load: async () => (await import('./sim-command.ts')).addDemoCommand,
  },
];

/** The command of a probe that has one of its own. */
async function ofProbe(probe: ProbeSpec): Promise<Fill> {
  const { addProbeCommand } = await import('./probe-command.ts');
  return (command, context) => addProbeCommand(command, probe, context);
}

/** The name of the command that a command line is about: its first word, or the one behind `help`. */
export function wantedCommand(argv: readonly string[]): string | undefined {
  // The program's own options take no values.
  const [first, second] = argv.filter((word) => !word.startsWith('-'));
  return first === 'help' ? second : first;
}
