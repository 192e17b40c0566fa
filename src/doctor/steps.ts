import { PRIVILEGES } from '../model/no-probes.ts';
import type { WayStep } from '../model/trail.ts';

/** The steps that are asked of a sled once its shell runs a command. */
export type SledStep =
  | 'shell'
  | 'noise'
  | 'home'
  | 'sh'
  | 'awk'
  | 'checksum'
  | 'dtrace'
  | 'probes'
  | 'crucible'
  | 'clock'
  | 'versions'
  | 'leftovers';

export type StepName = WayStep | SledStep;

/** One question on the way to a sled's answer. */
export interface Step {
  readonly name: StepName;
  /** For people. */
  readonly title: string;
  readonly asks: string;
  /** What to do where it failed, and the failure itself says nothing better. */
  readonly remedy: string;
}

/** Every step, in the order in which they are taken; `docs/doctor.md` has them too, which a test compares. */
export const STEPS: readonly Step[] = [
  step(
    'name',
    'name',
    'does the host name resolve to an address',
    'check its spelling and your resolver, or give the address',
  ),
  step('address', 'address', 'which address is it', 'give the address in the inventory'),
  step(
    'gateway',
    'gateway',
    'can the gateway be logged in to',
    'log in to the gateway by hand with ssh, and fix what it reports',
  ),
  step(
    'pipe',
    'pipe',
    'does the command that leads to the sled start',
    'run the command by hand: it should show the banner of an sshd',
  ),
  step(
    'tcp',
    'TCP',
    'does the address take a connection',
    'check that the sled is powered on, that sshd runs there, and your route to it',
  ),
  step(
    'banner',
    'banner',
    'does an SSH server answer',
    'look at sshd on the sled, at its console or through the other gateway',
  ),
  step(
    'key_exchange',
    'key exchange',
    'do both sides share algorithms',
    'allow one of our algorithms in its sshd_config',
  ),
  step(
    'host_key',
    'host key',
    'is it the known key of this host',
    'compare the fingerprint with the sled itself before you accept it',
  ),
  step(
    'authentication',
    'authentication',
    'is the login accepted, and by which method',
    'check user and keys: ssh -v says the same',
  ),
  step(
    'shell',
    'shell',
    'does the login run a command, as whom and where',
    'give the login a shell that runs commands',
  ),
  step(
    'noise',
    'noise',
    'is anything printed that our commands did not print',
    'keep start-up files silent where the shell is not interactive',
  ),
  step(
    'home',
    'home',
    'can the scripts be written to the home folder',
    'give the login a home folder that it can write to, with 1 MiB free',
  ),
  step('sh', 'sh', 'which shell runs our scripts', 'install ksh93, bash or dash as sh'),
  step('awk', 'awk', 'is there an awk with functions', 'install nawk or another POSIX awk'),
  step('checksum', 'checksum', 'can an upload be checked', 'install digest, sha256sum or cksum'),
  step(
    'dtrace',
    'dtrace',
    'may this login trace',
    'log in as root, or give the login dtrace_user and dtrace_proc, or a profile and pfexec',
  ),
  step(
    'probes',
    'probes',
    "are the probes of Crucible's processes visible",
    `give the login ${PRIVILEGES}, or log in as root`,
  ),
  step(
    'crucible',
    'Crucible',
    "which of Crucible's processes run",
    'log in to the global zone of an Oxide sled',
  ),
  step('clock', 'clock', 'does its clock agree with ours', 'look at NTP on the sled and here'),
  step('versions', 'versions', 'which versions do system and tools have', 'nothing; compare the sleds'),
  step(
    'leftovers',
    'leftovers',
    'what has cruc-fleet left there',
    'remove it with: cruc-fleet clean --sled SLED',
  ),
];

/** The questions of `scripts/doctor.sh`, in its order. */
export const ASKED: readonly SledStep[] = [
  'shell',
  'sh',
  'awk',
  'checksum',
  'home',
  'crucible',
  'versions',
  'leftovers',
  'dtrace',
  'probes',
];

function step(name: StepName, title: string, asks: string, remedy: string): Step {
  return { name, title, asks, remedy };
}
