import type { Row } from '../model/column.ts';
import type { StepResult } from '../model/trail.ts';
import { factOf, type Fact } from './sled-facts.ts';
import type { StepAnswer } from './step-answer.ts';
import type { SledStep } from './steps.ts';

/** What an answer of a sled is judged with. */
export interface Judging {
  readonly facts: readonly Row[];
  /** What was printed around the command's answer. */
  readonly noise: readonly string[];
  /** When the command began and ended, by our clock; null where that is not known. */
  readonly ran: { readonly from: Date; readonly to: Date } | null;
  /** The serial that the inventory has. */
  readonly serial: string | null;
}

/** What a step is found to be; null where the sled did not answer the question. */
export type Judged = Omit<StepAnswer, 'step' | 'ms'> | null;

/** What a sled said, judged step by step. */
export const SLED_STEPS: Readonly<Record<SledStep, (judging: Judging) => Judged>> = {
  shell: ({ facts, serial }) => judgeShell(factOf(facts, 'login'), serial),
  noise: ({ facts, noise }) => {
    if (facts.length === 0) return null;
    return noise.length === 0 ? well('nothing is printed') : found('notice', noise.join('; '));
  },
  home: ({ facts }) => judgeHome(factOf(facts, 'home')),
  sh: ({ facts }) => said(factOf(facts, 'sh')),
  awk: ({ facts }) => judgeTool(factOf(facts, 'awk')),
  checksum: ({ facts }) => judgeTool(factOf(facts, 'checksum')),
  dtrace: ({ facts }) => judgeDtrace(factOf(facts, 'dtrace'), factOf(facts, 'login')),
  probes: ({ facts }) => judgeProbes(facts),
  crucible: ({ facts }) => judgeCrucible(factOf(facts, 'crucible')),
  clock: ({ facts, ran }) => judgeClock(factOf(facts, 'clock'), factOf(facts, 'end'), ran),
  versions: ({ facts }) => {
    const system = factOf(facts, 'versions')?.('text') ?? null;
    if (system === null) return null;
    const dtrace = factOf(facts, 'dtrace_version')?.('text') ?? null;
    const utils = factOf(facts, 'utils_version')?.('text') ?? null;
    return well(
      [system, dtrace, utils === null ? null : `crucible_utils ${utils}`]
        .filter((each) => each !== null)
        .join('; '),
    );
  },
  leftovers: ({ facts }) => judgeLeftovers(factOf(facts, 'leftovers')),
};

function found(
  result: StepResult,
  text: string,
  more: { readonly details?: string | null; readonly remedy?: string | null } = {},
): Judged {
  return { result, said: text, details: more.details ?? null, remedy: more.remedy ?? null };
}

function well(text: string, details: string | null = null): Judged {
  return found('ok', text, { details });
}

function said(fact: Fact | null): Judged {
  const text = fact?.('text') ?? null;
  return text === null ? null : well(text);
}

/** What is looked like a serial of Oxide: a host is called so on a sled, and otherwise elsewhere. */
const SERIAL = /^[A-Z]{2,3}\d{5,}[A-Z0-9]*$/;

function judgeShell(login: Fact | null, serial: string | null): Judged {
  if (login === null) return null;
  const uid = login('uid');
  const zone = login('zone');
  const who = uid === '0' ? 'root' : `user ${uid ?? 'unknown'}`;
  const text = `${login('text') ?? 'a shell'}, as ${who}${zone === null ? '' : `, zone ${zone}`}`;
  const host = login('host');
  const details = host === null ? null : `host name ${host}`;
  if (host !== null && serial !== null && SERIAL.test(host) && SERIAL.test(serial) && host !== serial) {
    const remedy = 'look which sled is in that cubby, and correct the inventory';
    return found('notice', `${text}; its host name is not the serial of the inventory`, { details, remedy });
  }
  if (zone !== null && zone !== 'global') {
    const remedy = 'give the address of the global zone';
    return found('notice', `${text}; no probe of the sled is seen from there`, { details, remedy });
  }
  return well(text, details);
}

/** Less than this does not hold the scripts; less than that may not hold the next ones. */
const FEW_KIB = 256;
const SOME_KIB = 4096;

function judgeHome(home: Fact | null): Judged {
  if (home === null) return null;
  const details = home('text');
  const free = home('free_kib');
  const room = free === null ? 'free space not known' : `${sizeText(Number(free))} free`;
  switch (home('state')) {
    case 'unset':
      return found('failed', 'HOME is not set', { details });
    case 'missing':
      return found('failed', 'the home is not there', { details });
    case 'read_only':
      return found('failed', `cannot be written, ${room}`, { details });
    default:
  }
  const more = {
    details: [details, room].filter((each) => each !== null).join(', '),
    remedy: 'make room there',
  };
  if (free === null) return found('notice', `writable, ${room}`, { details });
  if (Number(free) < FEW_KIB) return found('failed', `no space: ${room}`, more);
  if (Number(free) < SOME_KIB) return found('notice', `little space: ${room}`, more);
  return well('writable, with space', more.details);
}

function sizeText(kib: number): string {
  return kib < 10_240 ? `${kib} KiB` : `${Math.floor(kib / 1024)} MiB`;
}

function judgeTool(tool: Fact | null): Judged {
  if (tool === null) return null;
  const name = tool('name') ?? 'it';
  return tool('works') === 'yes'
    ? well(name)
    : found('failed', `${name} does not work: ${tool('text') ?? 'it said nothing'}`);
}

function judgeDtrace(dtrace: Fact | null, login: Fact | null): Judged {
  if (dtrace === null) return null;
  const pfexec = login?.('pfexec') ?? null;
  const isRoot = login?.('uid') === '0';
  const how = isRoot ? 'as root' : pfexec === '0' ? 'as root, by pfexec' : 'by privileges of its own';
  const details = pfexec === null || pfexec === 'no' ? 'no pfexec there' : `pfexec gives user ${pfexec}`;
  const text = dtrace('text');
  switch (dtrace('state')) {
    case 'works':
      return well(`works, ${how}`, details);
    case 'missing':
      return found('failed', 'there is no dtrace', {
        details,
        remedy: 'log in to the global zone of an illumos sled',
      });
    default:
      return found('failed', text ?? 'it traced nothing, and said nothing', {
        details,
        ...(text?.includes('device not available') === true
          ? { remedy: 'log in to the global zone of the sled: there is no dtrace device in others' }
          : {}),
      });
  }
}

function judgeProbes(facts: readonly Row[]): Judged {
  const dtrace = factOf(facts, 'dtrace');
  const processes = factOf(facts, 'crucible');
  const upstairs = countOf(factOf(facts, 'probes', 'upstairs'), 'visible');
  const downstairs = countOf(factOf(facts, 'probes', 'downstairs'), 'visible');
  if (dtrace !== null && dtrace('state') !== 'works') {
    return found('not_tried', 'not tried: dtrace failed');
  }
  if (upstairs === null || downstairs === null) return null;
  const propolis = countOf(processes, 'propolis');
  const pantry = countOf(processes, 'pantry');
  const of = countOf(processes, 'downstairs');
  const seen = `of ${upstairs} upstairs and ${downstairs} downstairs processes`;
  if (propolis === null || pantry === null || of === null) {
    return found('notice', `${seen}; how many processes run is not known`);
  }
  const all = propolis + pantry + of;
  if (all === 0) return well('none, and no process that has any');
  // Without the privileges nothing is refused: the probes are not shown.
  const needed = 'dtrace_proc, proc_owner and proc_zone are needed';
  if (upstairs + downstairs === 0)
    return found('failed', `no probes visible: ${needed}`, { details: `${all} processes of Crucible run` });
  const details = `${seen}; ${propolis + pantry} upstairs and ${of} downstairs processes run`;
  if (upstairs < propolis + pantry || downstairs < of) {
    return found('notice', `not of every process: one may have none yet, or ${needed}`, { details });
  }
  return well('of every process', details);
}

function countOf(fact: Fact | null, name: string): number | null {
  const text = fact?.(name) ?? null;
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

function judgeCrucible(processes: Fact | null): Judged {
  if (processes === null) return null;
  const [propolis, pantry, downstairs] = ['propolis', 'pantry', 'downstairs'].map((name) =>
    countOf(processes, name),
  );
  if (propolis === null || propolis === undefined) {
    return found('failed', `the processes cannot be listed: ${processes('text') ?? 'ps said nothing'}`);
  }
  const details = `${propolis} propolis, ${pantry} pantry, ${downstairs} downstairs`;
  if (propolis + (pantry ?? 0) + (downstairs ?? 0) === 0)
    return found('notice', 'no process of Crucible runs', { details });
  return well('runs', details);
}

/** More is worth a word: times of several sleds are compared. */
const SKEW_SECONDS = 2;

/**
 * The sled's clock was read right after the command began, and right before it ended: how far it may be off lies
 * between what both allow.
 */
function judgeClock(clock: Fact | null, end: Fact | null, ran: Judging['ran']): Judged {
  const first = timeOf(clock);
  const last = timeOf(end) ?? first;
  if (first === null || last === null) return null;
  if (ran === null) return found('notice', 'when it was read is not known');
  // A second is cut off what date says.
  const least = (last - ran.to.getTime()) / 1000;
  const most = (first + 1000 - ran.from.getTime()) / 1000;
  const details = `${offset(least)} to ${offset(most)}`;
  if (least > SKEW_SECONDS) return found('notice', `ahead of ours by ${roughly(least)}`, { details });
  if (most < -SKEW_SECONDS) return found('notice', `behind ours by ${roughly(-most)}`, { details });
  return well('agrees with ours', details);
}

function offset(seconds: number): string {
  return `${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'behind' : 'ahead'}`;
}

function roughly(seconds: number): string {
  if (seconds < 120) return `about ${Math.round(seconds)} s`;
  if (seconds < 7200) return `about ${Math.round(seconds / 60)} min`;
  return `about ${Math.round(seconds / 3600)} h`;
}

function timeOf(fact: Fact | null): number | null {
  const text = fact?.('at') ?? null;
  const time = text === null ? Number.NaN : Date.parse(`${text}Z`);
  return Number.isNaN(time) ? null : time;
}

function judgeLeftovers(left: Fact | null): Judged {
  if (left === null) return null;
  const remedy = 'look at it, and move it away';
  switch (left('state')) {
    case 'absent':
      return well('none');
    case 'link':
      return found('failed', '~/.cruc-fleet is a symbolic link, which is none of ours', { remedy });
    case 'foreign':
      return found('failed', '~/.cruc-fleet belongs to another user', { remedy });
    default:
  }
  const count = (name: string): number => countOf(left, name) ?? 0;
  const details = `${count('sets')} sets of scripts, ${left('kib') ?? '?'} KiB, ${count('locks')} locks held`;
  const rests = [
    ...(count('stale') === 0 ? [] : [`${count('stale')} locks of runs that are gone`]),
    ...(count('broken') === 0 ? [] : [`${count('broken')} files of uploads that broke`]),
  ];
  return rests.length === 0 ? well('scripts', details) : found('notice', rests.join(', '), { details });
}
