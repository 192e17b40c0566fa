import type { Command } from 'commander';
import { TIME_WORDS } from '../../model/time-words.ts';
import type { CommandContext } from '../command-context.ts';
import type { DiffOptions } from './diff-action.ts';
import { addPlaceOptions, addTimeOutputOptions } from './history-command.ts';
import { durationValue } from '../options/option-values.ts';

/** Adds `diff`: what changed between two looks. */
export function addDiffCommand(command: Command, { surroundings, setExitCode }: CommandContext): void {
  command
    .description(
      'Says what changed between two times of the history, two recordings (--record), or two reports in JSON, or of ' +
        'one kind and another: what is new, gone, moved, restarted, repaired, better or worse, and what cannot be ' +
        'compared since its sled was not seen on one side. No sled is visited.',
    )
    .argument(
      '<a>',
      `before: a time, the folder of a recording, or the file of a report; times: ${TIME_WORDS}`,
    )
    .argument('[b]', 'after, in the same way (default: now)')
    .option(
      '--max-age <time>',
      'how long before a time the last look at a sled may be; older ones do not count as seen (default: 1h)',
      durationValue,
    );
  addTimeOutputOptions(addPlaceOptions(command));
  command.addHelpText('after', `\n${HELP}`);
  command.action(async (a: string, b: string | undefined, options: DiffOptions) => {
    const { diff } = await import('./diff-action.ts');
    setExitCode(await diff(a, b ?? 'now', options, surroundings));
  });
}

const HELP = `Changes:
  worse, better      another health
  new, gone          it was not, or is not, on any sled, and all sleds of its rack answered in full
  moved              it is on another sled
  restarted          another session on the same sled
  changed            the same health, another downstairs or state
  repaired           a live repair was completed
  not_seen           absent, but it may be on a sled or in a process that was not seen
  not_comparable     its sled was not seen on one side

Exit status:
  0    nothing changed
  1    something changed
  3    not everything could be compared; outranks 1, since changes may be missing
  64   wrong usage: not a time, a file or a folder that can be compared
  70   a bug in cruc-fleet
  74   standard output could not be written
  78   there is no history, it does not go back that far, or a recording or report is damaged

Examples:
  cruc-fleet diff yesterday
  cruc-fleet diff 02:00 02:30
  cruc-fleet diff before.json after.json          of ds-state -o json
  cruc-fleet diff recordings/before now`;
