import type { RuleName } from '../alert/rules/index.ts';

/** What to do first, by rule: a sentence or two for somebody who was asleep. */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  down: 'The disk does not serve. See whether the sleds of its downstairs answer and their crucible zones run.',
  critical:
    'Guest writes wait until a second downstairs is back. See whether the sleds of the lost two answer and their crucible zones run.',
  active_twice:
    'Two writers destroy a disk. Find out which process owns the instance (omdb db instances) before either writes more.',
  degraded:
    'The disk serves; the next loss stops it, so leave the other two alone. See whether the sled of the lost downstairs answers and its crucible zone runs; the repair begins by itself once it is back.',
  wait_quorum: 'The guest waits for its disk. See which downstairs it cannot reach, and why.',
  jobs_stuck: 'The guest waits for its disk. See which downstairs does not answer its jobs.',
  repair_stalled:
    'See whether the extent moves now. If it does not, look at the log of this propolis for the extent that it names.',
  repair_not_begun:
    'The downstairs is back and nothing repairs it. Look at the log of this propolis for why no live repair begins.',
  repair_aborted:
    'It begins again by itself. If it aborts again, look for what cuts the connection of the downstairs.',
  flapping: 'Look at the network and the sled of the downstairs that comes and goes.',
  repairing: 'Nothing, while the extent moves. Leave the other two downstairs alone until it is done.',
  vanished: 'Find out whether its disk was detached; if not, the upstairs hangs.',
  no_report: 'See whether its guest answers. A propolis without any disk of Crucible looks the same.',
  pantry_stuck: 'Find out which snapshot or import it works for, and whether that still goes on.',
  unreadable: 'Look at the disk by another way: this report says nothing of it.',
  sled_silent: 'See at which step the way to it ends.',
  coverage: 'A gateway or the network, more likely than the sleds. See at which step the way ends.',
  data_incomplete: 'Ask it again. What was dropped or not understood may hide a disk.',
  host_key_changed: 'Compare the fingerprint with one that you trust before you accept it.',
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

export function nextStep(rule: RuleName): string | null {
  return NEXT_STEPS[rule] ?? null;
}

export function isAboutDownstairs(rule: RuleName): boolean {
  return ABOUT_PLACE.has(rule);
}

/**
 * How to find where the downstairs of an upstairs are, which is not shown here: the sled named in a mail is that of the
 * upstairs, and a downstairs has a place of its own.
 */
export function placeHint(upstairsId: string | null, runs: 'the VM' | 'its process'): string {
  const disk = upstairsId ?? 'DISK';
  return (
    `The sled named here is where ${runs} runs. Each downstairs has a place of its own, mostly on another sled: ` +
    `omdb db disks info ${disk} lists under SUB VOLUME 0 the addresses of downstairs 0, 1 and 2, in this order; ` +
    'omdb db sleds says whose they are. (It does not know the upstairs of an image or a snapshot.)'
  );
}
