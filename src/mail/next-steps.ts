import type { Sight } from '../alert/subject.ts';
import type { RuleName } from '../alert/rules/index.ts';

/** One thing to do. */
export interface NextStep {
  readonly text: string;
  /** For a shell; null where none does it. */
  readonly command: string | null;
}

/** What to do first, by rule: a sentence or two for somebody who was asleep. */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  down: 'The disk does not serve its guest. Check that the sleds of its downstairs answer and that their crucible zones run.',
  critical:
    'Writes of the guest reach one downstairs at most, so its flushes wait or fail until a second one is back. Check that the sleds of the lost two answer and that their crucible zones run.',
  active_twice:
    'Two writers destroy a disk. Find out which process owns the instance (omdb db instances) before either writes more.',
  degraded:
    'Leave the other two alone: one more loss stops the disk. Check that the sled of the lost downstairs answers and that its crucible zone runs. The repair begins by itself once it is back.',
  wait_quorum: 'Find out which downstairs cannot be reached, and why.',
  jobs_stuck: 'Find out which downstairs does not answer.',
  repair_stalled:
    'Check whether it makes progress now. If not, search the log of its process for the extent named above.',
  repair_not_begun:
    'Check that the sled of the downstairs answers and that its crucible zone runs. If both do, the log of the propolis says why no live repair begins.',
  repair_aborted:
    'It begins again by itself once the downstairs is connected. If it aborts again, find out what cuts the connection.',
  flapping: 'Check the network and the sled of the downstairs that comes and goes.',
  repairing:
    'Leave the other downstairs alone until the repair is done. While it makes progress, there is nothing else to do.',
  vanished:
    'Find out whether its disk was detached. If not, the upstairs may hang: check that its guest answers.',
  no_report: 'Check that its guest answers. A propolis without any Crucible disk looks the same.',
  pantry_stuck: 'Find out which snapshot or import it works for, and whether that is still running.',
  unreadable: 'Look at the disk in another way, for example in the log of its process.',
  sled_silent: 'Find the step that fails on the way to it.',
  coverage: 'A gateway or the network is the likely cause, not the sleds. Find the step that fails.',
  data_incomplete: 'Ask again. What was dropped or could not be parsed may hide a disk.',
};

/** Of the three downstairs: the sled of the VM is mostly not theirs. */
const ABOUT_PLACE: ReadonlySet<string> = new Set([
  'down',
  'critical',
  'degraded',
  'wait_quorum',
  'jobs_stuck',
  'repair_stalled',
  'repair_not_begun',
  'repair_aborted',
  'flapping',
  'repairing',
]);

// https://github.com/oxidecomputer/crucible/issues/1556, fixed by pull request 1784 of October 2025.
const DOWN_FOR_GOOD =
  'Nothing recovers by itself from three faulted downstairs. Check that their sleds answer and that their crucible ' +
  'zones run. Then stop and start the instance: its new upstairs reconciles them. (Crucible since October 2025 does ' +
  'so by itself once all three are connected again.)';

const NEW_KEY =
  'A switch zone makes a new key when it boots, but an attacker in between would show another key too. Compare the ' +
  'fingerprint with one that you trust before you accept it. Until then, sleds that only this gateway reaches are not asked.';

export function nextStep(
  rule: RuleName,
  { states, causes = [] }: Pick<Sight, 'states' | 'causes'>,
): string | null {
  if (rule === 'coverage' && causes.length > 0) return NEW_KEY;
  if (rule === 'down' && states?.every((state) => state === 'faulted') === true) return DOWN_FOR_GOOD;
  return NEXT_STEPS[rule] ?? null;
}

export function isAboutDownstairs(rule: RuleName): boolean {
  return ABOUT_PLACE.has(rule);
}

/**
 * How to find where the downstairs of an upstairs are, which is not shown here: the sled named in a mail is that of the
 * upstairs, and a downstairs has a place of its own.
 */
export function placeHint(upstairsId: string | null, runs: 'the VM' | 'its process'): NextStep {
  return {
    text:
      `The sled named here is where ${runs} runs. Its downstairs are mostly on others: SUB VOLUME 0 lists the addresses ` +
      'of 0, 1 and 2 in this order, and "omdb db sleds" their sleds (not for an image or a snapshot):',
    command: `omdb db disks info ${upstairsId ?? 'DISK'}`,
  };
}
