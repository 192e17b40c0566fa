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
    summary: 'counts of live repairs completed and aborted, by downstairs, of every upstairs',
    load: async () => await ofProbe((await import('../probes/lr-state.ts')).lrState),
  },
  {
    name: 'repairs',
    takes: '[options]',
    summary: 'live repairs and reconciliations under way: in which zone, how far, how fast',
    load: async () => (await import('./run/repairs-command.ts')).addRepairsCommand,
  },
  {
    name: 'watch',
    takes: '[options]',
    summary: 'a live view of racks: states, repairs and what changes, as it changes',
    load: async () => (await import('./watch/watch-command.ts')).addWatchCommand,
  },
  {
    name: 'serve',
    takes: '[options]',
    summary: 'the racks as a live page, for browsers on this machine',
    load: async () => (await import('./serve/serve-command.ts')).addServeCommand,
  },
  {
    name: 'wait',
    takes: '[options]',
    summary: 'wait until upstairs are healthy: for scripts that update sleds one after another',
    load: async () => (await import('./watch/wait-command.ts')).addWaitCommand,
  },
  {
    name: 'where',
    takes: '[options] <name>',
    summary: 'say which sled, region, pool and disk each downstairs of a disk is on',
    load: async () => (await import('./place/where-command.ts')).addWhereCommand,
  },
  {
    name: 'explain',
    takes: '[options] [name]',
    summary: 'say why an upstairs is degraded: which copy, where, all that can be read, and what follows',
    load: async () => (await import('./place/explain-command.ts')).addExplainCommand,
  },
  {
    name: 'impact',
    takes: '[options] [sled]',
    summary: 'say whether a sled, disk or pool may be taken down now, and what goes with it',
    load: async () => (await import('./place/impact-command.ts')).addImpactCommand,
  },
  {
    name: 'downstairs',
    takes: '[options]',
    summary: 'show the regions of each sled: service, pool, disk and who talks to them',
    load: async () => (await import('./place/downstairs-command.ts')).addDownstairsCommand,
  },
  {
    name: 'facts',
    takes: '',
    summary: 'keep what omdb and the API print of disks, regions and sleds',
    load: async () => (await import('./place/facts-command.ts')).addFactsCommand,
  },
  {
    name: 'check',
    takes: '[options]',
    summary: 'judge the fleet, and mail what is new: for cron, Nagios, Icinga and node_exporter',
    load: async () => (await import('./check/check-command.ts')).addCheckCommand,
  },
  {
    name: 'history',
    takes: '[options] [subject]',
    summary:
      'the states, places and repairs of each upstairs over time, as check and ds-state --keep saw them',
    load: async () => (await import('./history/history-command.ts')).addHistoryCommand,
  },
  {
    name: 'diff',
    takes: '[options] <a> [b]',
    summary: 'what changed between two times, two recordings or two reports',
    load: async () => (await import('./history/diff-command.ts')).addDiffCommand,
  },
  {
    name: 'silence',
    takes: '',
    summary: 'keep incidents out of the mails of check for a while',
    load: async () => (await import('./check/silence-command.ts')).addSilenceCommand,
  },
  {
    name: 'sleds',
    takes: '[options]',
    summary: 'show each sled: uptime, versions, processes, clock, and what differs from most',
    load: async () => (await import('./overview/sleds-command.ts')).addSledsCommand,
  },
  {
    name: 'doctor',
    takes: '[options]',
    summary: 'check the way to each sled step by step, and say what to do',
    load: async () => (await import('./doctor/doctor-command.ts')).addDoctorCommand,
  },
  {
    name: 'run',
    takes: '[options] <name> [arguments...]',
    summary: 'run any probe, or your own D script',
    load: async () => (await import('./run/run-command.ts')).addRunCommand,
  },
  {
    name: 'probes',
    takes: '[options]',
    summary: 'list the probes, with columns, arguments and cost',
    load: async () => (await import('./run/probes-command.ts')).addProbesCommand,
  },
  {
    name: 'exec',
    takes: '[options] <command...>',
    summary: 'run a command on every selected sled',
    load: async () => (await import('./run/exec-command.ts')).addExecCommand,
  },
  {
    name: 'cp',
    takes: '[options] <path> <folder>',
    summary: 'copy a file from every selected sled',
    load: async () => (await import('./run/cp-command.ts')).addCpCommand,
  },
  {
    name: 'push',
    takes: '[options]',
    summary: 'put the scripts on the sleds, for use by hand',
    load: async () => (await import('./run/push-command.ts')).addPushCommand,
  },
  {
    name: 'clean',
    takes: '[options]',
    summary: 'remove all that cruc-fleet put on the sleds',
    load: async () => (await import('./run/push-command.ts')).addCleanCommand,
  },
  {
    name: 'replay',
    takes: '[options] <folder>',
    summary: 'print a recorded run again',
    load: async () => (await import('./reports/replay-command.ts')).addReplayCommand,
  },
  {
    name: 'merge',
    takes: '[options] <reports...>',
    summary: 'make one answer of the reports of shards, sites or runs',
    load: async () => (await import('./reports/merge-command.ts')).addMergeCommand,
  },
  {
    name: 'sites',
    takes: '[options]',
    summary: 'list the sites of a hub: last heartbeat, version, racks, sleds',
    load: async () => (await import('./sites/sites-command.ts')).addSitesCommand,
  },
  {
    name: 'runner',
    takes: '[options] [check]',
    summary: 'answer the questions of a hub about the sleds of this site',
    load: async () => (await import('./sites/runner-command.ts')).addRunnerCommand,
  },
  {
    name: 'relay',
    takes: '',
    summary: 'write the configuration of a hub, and credentials for sites and askers',
    load: async () => (await import('./sites/relay-command.ts')).addRelayCommand,
  },
  {
    name: 'script',
    takes: '[options] <probe>',
    summary: 'print a probe as one text, to paste into pilot or sush',
    load: async () => (await import('./run/script-command.ts')).addScriptCommand,
  },
  {
    name: 'parse',
    takes: '[options] <probe> <files...>',
    summary: 'read output that was pasted, for racks without SSH',
    load: async () => (await import('./reports/parse-command.ts')).addParseCommand,
  },
  {
    name: 'inventory',
    takes: '',
    summary: 'write, check and list the inventory, and trust host keys',
    load: async () => (await import('./inventory/inventory-command.ts')).addInventoryCommand,
  },
  {
    name: 'man',
    takes: '[options] [command...]',
    summary: 'show the manual page of a command',
    load: async () => (await import('./shell/man-command.ts')).addManCommand,
  },
  {
    name: 'completion',
    takes: '[options] <shell>',
    summary: 'complete command lines at a tab, in bash, zsh and fish',
    load: async () => (await import('./shell/completion-command.ts')).addCompletionCommand,
  },
  {
    name: 'sim',
    takes: '[options]',
    summary: 'run simulated sleds on this machine',
    load: async () => (await import('./sim/sim-command.ts')).addSimCommand,
  },
  {
    name: 'demo',
    takes: '[options]',
    summary: 'show what it does in half a minute, on a simulated rack',
    load: async () => (await import('./sim/demo-command.ts')).addDemoCommand,
  },
];

/** The command of a probe that has one of its own. */
async function ofProbe(probe: ProbeSpec): Promise<Fill> {
  const { addProbeCommand } = await import('./run/probe-command.ts');
  return (command, context) => addProbeCommand(command, probe, context);
}

/** The words of a command line that are not options of the program: names of commands, and what these take. */
export function wordsOf(argv: readonly string[]): readonly string[] {
  return argv.filter((word, index) => !word.startsWith('-') && argv[index - 1] !== '--width');
}

/** The name of the command that a command line is about: its first word, or the one behind `help`. */
export function wantedCommand(argv: readonly string[]): string | undefined {
  const [first, second] = wordsOf(argv);
  return first === 'help' ? second : first;
}
