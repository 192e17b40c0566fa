import type { Row } from '../model/column.ts';
import { otherSerial } from '../model/serial.ts';
import type { Ran } from './clock-offset.ts';
import { judgeClock } from './judge-clock.ts';
import { judgeCrucible, judgeDtrace, judgeProbes } from './judge-dtrace.ts';
import { countOf, found, said, well, type Judged } from './judged.ts';
import { factOf, type Fact } from './sled-facts.ts';
import type { SledStep } from './steps.ts';

/** What an answer of a sled is judged with. */
export interface Judging {
  readonly facts: readonly Row[];
  /** What was printed around the command's answer. */
  readonly noise: readonly string[];
  /** When the command began and ended, by our clock; null where that is not known. */
  readonly ran: Ran | null;
  /** The serial that the inventory has. */
  readonly serial: string | null;
}

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

function judgeShell(login: Fact | null, serial: string | null): Judged {
  if (login === null) return null;
  const uid = login('uid');
  const zone = login('zone');
  const who = uid === '0' ? 'root' : `user ${uid ?? 'unknown'}`;
  const text = `${login('text') ?? 'a shell'}, as ${who}${zone === null ? '' : `, zone ${zone}`}`;
  const host = login('host');
  const details = host === null ? null : `host name ${host}`;
  if (otherSerial(host, serial) !== null) {
    const remedy = 'check which sled is in that cubby, and correct the inventory';
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
      return found('failed', 'the home folder does not exist', { details });
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

function judgeLeftovers(left: Fact | null): Judged {
  if (left === null) return null;
  const remedy = 'look at it, and move it away';
  switch (left('state')) {
    case 'absent':
      return well('none');
    case 'link':
      return found('failed', '~/.cruc-fleet is a symbolic link, which cruc-fleet never makes', { remedy });
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
