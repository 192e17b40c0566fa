import { cubbyOf, isSerial, readPilotHeading } from '../parse/pilot-heading.ts';

/** A sled as a heading names it: pilot by cubby and serial, other tools by a name, which may be a serial. */
export interface HeadedSled {
  readonly name: string;
  readonly serial: string | null;
  readonly cubby: number | null;
  /** Only of headings that name it. */
  readonly rack?: string;
}

/** A line after which the output of a sled stands. */
export interface SledHeading {
  /** The tool that prints such headings. */
  readonly by: string;
  /** Several where the tool prints equal output once. */
  readonly sleds: readonly HeadedSled[];
  /** What it says of the command's end; null: nothing that is understood. */
  readonly ok: boolean | null;
  /** What stands behind the heading on its line: the first line of the output, or of what was said instead. */
  readonly first: string;
}

/** The longest line that is a heading but for what stands behind it. */
const LONGEST_HEADING = 400;

/** Reads the line as a heading of any tool whose headings are one line; null where it is none that is known. */
export function readSledHeading(line: string): SledHeading | null {
  for (const read of READERS) {
    const heading = read(line.trimEnd());
    if (heading !== null) return heading;
  }
  return null;
}

const READERS: readonly ((line: string) => SledHeading | null)[] = [
  readPilot,
  readAnsible,
  readTail,
  readParallelSsh,
  readSush,
  readExec,
  readBareSerial,
];

export const PILOT = 'pilot host exec';

function readPilot(line: string): SledHeading | null {
  const heading = readPilotHeading(line);
  if (heading === null) return null;
  const { serial, cubby, ok, first } = heading;
  return { by: PILOT, sleds: [{ name: serial, serial, cubby }], ok, first };
}

/** `BRM42220014 | CHANGED | rc=0 >>`, `BRM42220051 | UNREACHABLE! => {`. */
function readAnsible(line: string): SledHeading | null {
  const match =
    /^\s*([\w.:%-]{1,253}) \| ([A-Z]{2,20})!? (?:\| rc=(-?\d{1,10}) )?(?:>>|=>|\| \((?:stdout|stderr)\))(?: (.*))?$/s.exec(
      line,
    );
  const [, name, word, status, first = ''] = match ?? [];
  if (name === undefined || word === undefined) return null;
  const ok = (word === 'SUCCESS' || word === 'CHANGED') && (status === undefined || status === '0');
  const said = status === undefined ? word.toLowerCase() : `${word.toLowerCase()}, rc=${status}`;
  const isObject = first === '{';
  return {
    by: 'ansible',
    sleds: [named(name)],
    ok,
    first: ok ? first : `${said} ${isObject ? '' : first}`.trim(),
  };
}

/** `==> BRM42220014.txt <==`, of `tail -n +1` and `head` with several files. */
function readTail(line: string): SledHeading | null {
  const path = /^==> (\S.*) <==$/.exec(line.length <= LONGEST_HEADING ? line : '')?.[1];
  if (path === undefined) return null;
  return { by: 'tail', sleds: [named(nameOfFile(path))], ok: null, first: '' };
}

/** The name of a file without its folders and its ending. */
export function nameOfFile(path: string): string {
  return path.replace(/^.*[/\\]/s, '').replace(/(?<=.)\.[^.]+$/s, '');
}

/** `[1] 16:05:57 [SUCCESS] BRM42220014`, of parallel-ssh. */
function readParallelSsh(line: string): SledHeading | null {
  const match = /^\[\d{1,6}\] \d\d:\d\d:\d\d \[(SUCCESS|FAILURE)\] (\S{1,253})(?: (.*))?$/s.exec(line);
  const name = match?.[2];
  if (name === undefined) return null;
  return { by: 'parallel-ssh', sleds: [named(name)], ok: match?.[1] === 'SUCCESS', first: match?.[3] ?? '' };
}

/** ` » 913-0000019:BRM42220014 « `, of sush. */
function readSush(line: string): SledHeading | null {
  const name = /^\s*» (?:\S{1,60}:)?([\w-]{1,60}) «$/.exec(line)?.[1];
  return name === undefined ? null : { by: 'sush', sleds: [named(name)], ok: null, first: '' };
}

/** What our own exec prints before what sleds gave. */
export const OWN_EXEC = 'cruc-fleet exec';

/** `sled 3/14`, `sled 3/[0-4] 5/2 (6), status 3`, `sled 3/BRM4222[0010-0014] (5), no output`, of our own exec. */
function readExec(line: string): SledHeading | null {
  if (line.length > LONGEST_HEADING) return null;
  const match = /^sled ([^\s/]+\/\S+(?: [^\s/]+\/\S+)*?)(?: \(\d{1,4}\))?((?:, .*)?)$/.exec(line);
  if (match === null) return null;
  const sleds = (match[1] ?? '').split(' ').flatMap((part) => {
    const rack = part.slice(0, part.indexOf('/'));
    const names = namesInSet(part.slice(rack.length + 1).replace(/,$/, ''));
    return names === null ? [] : names.map((name) => ({ ...named(name), rack }));
  });
  if (sleds.length === 0) return null;
  const said = (match[2] ?? '').replace(/^, /, '').replace(/(?:^|, )no output$/, '');
  return { by: OWN_EXEC, sleds, ok: said === '', first: said };
}

/** What a bare serial is called as a heading: a habit of people, and no tool's. */
export const BARE_SERIAL = 'a serial';

const LONGEST_BARE = 100;

/** A serial that stands alone: `BRM42220014`, `=== BRM42220014 ===`, `sled 14 (BRM42220014):`. */
function readBareSerial(line: string): SledHeading | null {
  if (line.length > LONGEST_BARE) return null;
  const match =
    /^[\s#=*<>[\]-]*(?:(?:sled|host|cubby)\s+)?(?:(\d{1,2})\s+)?\(?([A-Z0-9]{8,11})\)?[\s#=*<>[\]:-]*$/i.exec(
      line,
    );
  const serial = match?.[2] ?? '';
  if (!isSerial(serial)) return null;
  return {
    by: BARE_SERIAL,
    sleds: [{ name: serial, serial, cubby: cubbyOf(match?.[1]) }],
    ok: null,
    first: '',
  };
}

/** A name as tools print it: a serial, a host with its domain, a cubby. */
export function named(name: string): HeadedSled {
  const [label = ''] = name.split('.');
  const serial = isSerial(label) ? label : null;
  return { name: serial ?? name, serial, cubby: /^\d{1,2}$/.test(name) ? cubbyOf(name) : null };
}

/** The tool whose headings are three lines. */
export const DASHED = 'clush';

/** What stands between two lines of dashes, of clush -b and dshbak: `BRM42220014`, `sled[14-16,20] (4)`. */
export function readDashedHeading(before: string, line: string, after: string): SledHeading | null {
  if (!/^-{3,80}\s*$/.test(before) || after.trimEnd() !== before.trimEnd() || line.length > LONGEST_HEADING)
    return null;
  const set = line.trim().replace(/ \(\d+\)$/, '');
  const names = namesInSet(set);
  return names === null ? null : { by: DASHED, sleds: names.map((name) => named(name)), ok: null, first: '' };
}

/** Sleds that one heading names at most. */
const MOST_NAMES = 1024;

/** The names of a set, `a,b`, `sled[08-10,12]`; null where it is none. */
function namesInSet(set: string): readonly string[] | null {
  const names: string[] = [];
  for (const part of set.match(/[^,[\]]*(?:\[[^\]]*\][^,[\]]*)?(?=,|$)/g) ?? []) {
    if (part === '') continue;
    const match = /^([\w.%:-]*)\[([\d,-]+)\]([\w.%:-]*)$/.exec(part);
    if (match === null && !/^[\w.%:-]+$/.test(part)) return null;
    const [, head = part, ranges, tail = ''] = match ?? [];
    for (const number of ranges === undefined ? [''] : numbersIn(ranges)) names.push(head + number + tail);
    if (names.length > MOST_NAMES) return null;
  }
  return names.length > 0 && names.every((name) => /[a-z0-9]/i.test(name)) ? names : null;
}

/** The numbers of `08-10,12`, as wide as they are written. */
function numbersIn(ranges: string): readonly string[] {
  return ranges.split(',').flatMap((range) => {
    const [from = '', to = from] = range.split('-');
    const count = Math.min(Number(to) - Number(from) + 1, MOST_NAMES);
    return Array.from({ length: Math.max(count, 0) }, (_, i) =>
      String(Number(from) + i).padStart(from.length, '0'),
    );
  });
}

/** Sleds whose command did not end well, as pdsh and clush say it on standard error, with what they say. */
export function readFailureLine(line: string): SledHeading | null {
  const match = /^(clush|pdsh@[\w.-]{1,100}): ([\w.,:%[\]-]{1,253}?)(?: \(\d+\))?: (.{1,300})$/.exec(
    line.trim(),
  );
  const [, tool = '', set = '', first = ''] = match ?? [];
  const names = match === null ? null : namesInSet(set);
  if (names === null) return null;
  return { by: tool.replace(/@.*/, ''), sleds: names.map((name) => named(name)), ok: false, first };
}

/** A serial anywhere in the line that is not one of these, or null. */
export function serialIn(line: string, but: readonly string[] = []): string | null {
  for (const word of line.slice(0, LONGEST_HEADING).split(/[^A-Za-z0-9-]+/)) {
    if (isSerial(word) && !but.includes(word)) return word;
  }
  return null;
}

/** What people print before each sled of a loop: `### sled 16`, `== 16`, `sled16:`. */
const OF_LOOPS =
  /^(?:[#=*<>[\]-]{2,}\s*(?:sled|host|cubby|node)?\s*[\w.-]{0,20}?\d[\w.-]{0,20}\s*[#=*<>[\]:-]*|(?:sled|cubby)\s*\d{1,3}:?)$/i;

/** Whether the line looks like a heading of a tool though none could be read in it: its rows may be another sled's. */
export function looksLikeHeading(line: string): boolean {
  const start = line.slice(0, LONGEST_HEADING).trim();
  return (
    /^(?:\S{1,40}\s+){1,3}(?:ok|failure|failed|error|err|timeout|timed out):(?:\s|$)/i.test(start) ||
    /^ok:(?:\s|$)/.test(start) ||
    /^\S{1,253} \| [A-Z]{2,20}!? (?:\||=>|>>)/.test(start) ||
    /^\d{1,2}\s{2,}(?=\S{0,40}[A-Z])[A-Z0-9-]{3,40}\s/.test(start) ||
    start.startsWith('==> ') ||
    start.endsWith(' <==') ||
    OF_LOOPS.test(start)
  );
}
