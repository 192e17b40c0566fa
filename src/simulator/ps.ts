import { complained, getopt, printed } from './command-output.ts';
import type { CommandOutput } from './command-output.ts';
import type { CrucibleProcess } from './crucible.ts';

/** Bytes of the arguments that the kernel keeps for ps (PRARGSZ 80 with its NUL). */
const ARGS_BYTES = 79;

interface Field {
  readonly heading: string;
  readonly width: number;
  readonly right: boolean;
  readonly value: (process: PsProcess, upSeconds: number) => string;
}

/** Layout of illumos's ps: right-justified numbers and zones, nothing cut but args. */
const FIELDS: Readonly<Record<string, Field>> = {
  pid: { heading: 'PID', width: 5, right: true, value: (p) => String(p.pid) },
  ppid: { heading: 'PPID', width: 5, right: true, value: (p) => String(p.parentPid) },
  zone: { heading: 'ZONE', width: 8, right: true, value: (p) => p.zone },
  user: { heading: 'USER', width: 8, right: true, value: (p) => p.user },
  args: { heading: 'COMMAND', width: ARGS_BYTES, right: false, value: (p) => shortArgs(p) },
  comm: {
    heading: 'COMMAND',
    width: ARGS_BYTES,
    right: false,
    value: (p) => shortArgs(p).split(' ')[0] ?? '',
  },
  // Nothing else tells when a simulated process began: all began with the sled.
  etime: { heading: 'ELAPSED', width: 11, right: true, value: (_, upSeconds) => elapsed(upSeconds) },
  fname: { heading: 'COMMAND', width: 8, right: false, value: (p) => p.command.slice(0, 8) },
};

/** What ps tells of. */
type PsProcess = Pick<CrucibleProcess, 'pid' | 'parentPid' | 'zone' | 'user' | 'args' | 'command'>;

/** It is there for those who ask for it by its number. */
const INIT: PsProcess = {
  pid: 1,
  parentPid: 0,
  zone: 'global',
  user: 'root',
  args: '/sbin/init',
  command: 'init',
};

const USAGE = 'usage: ps [ -AaceflZ ] [ -o format ] [ -p proclist ] [ -u userlist ] [ -z zonelist ]';

/** The first 79 characters of the command line: all that the kernel keeps. */
export function shortArgs(process: Pick<CrucibleProcess, 'args'>): string {
  return process.args.slice(0, ARGS_BYTES);
}

/** `ps` of the sled's global zone, which has been up for so long. Status 1 when no process was found. */
export function ps(argv: readonly string[], processes: readonly PsProcess[], upSeconds = 0): CommandOutput {
  const parsed = getopt(argv, 'AaceflZo:p:u:z:');
  if ('bad' in parsed) return complained(`ps: illegal option -- ${parsed.bad}\n${USAGE}`, 1);
  if (parsed.operands.length > 0) return complained(USAGE, 1);
  const has = (letter: string): boolean => parsed.options.some(([name]) => name === letter);
  const listed = (letter: string): Set<string> =>
    new Set(parsed.options.filter(([name]) => name === letter).flatMap(([, value]) => value.split(/[\s,]+/)));
  const [pids, zones, users] = [listed('p'), listed('z'), listed('u')];
  const everything = has('e') || has('A') || has('a');
  const chosen = [...(pids.has('1') ? [INIT] : []), ...processes]
    .filter((p) => everything || pids.has(String(p.pid)) || zones.has(p.zone) || users.has(p.user))
    .toSorted((a, b) => a.pid - b.pid);
  const status = chosen.length > 0 ? 0 : 1;
  const formats = parsed.options.filter(([name]) => name === 'o').map(([, value]) => value);
  if (formats.length === 0) return printed(defaultTable(chosen, has('f'), has('Z')), status);

  const columns: Field[] = [];
  for (const format of formats) {
    for (const word of format.split(/[\s,]+/).filter(Boolean)) {
      const [name = '', heading] = word.split('=', 2);
      const field = FIELDS[name];
      if (field === undefined) return complained(`ps: unknown output format: -o ${name}\n${USAGE}`, 1);
      const shown = heading ?? field.heading;
      columns.push({ ...field, heading: shown, width: Math.max(field.width, shown.length) });
    }
  }
  const rows = chosen.map((process) => line(columns, (field) => field.value(process, upSeconds)));
  const heading = columns.some((field) => field.heading !== '')
    ? [line(columns, (field) => field.heading)]
    : [];
  return printed([...heading, ...rows], status);
}

/** `[[dd-]hh:]mm:ss` */
function elapsed(upSeconds: number): string {
  const two = (count: number): string => String(Math.floor(count)).padStart(2, '0');
  const [days, hours] = [Math.floor(upSeconds / 86_400), (upSeconds / 3600) % 24];
  const clock = `${two((upSeconds / 60) % 60)}:${two(upSeconds % 60)}`;
  if (days > 0) return `${two(days)}-${two(hours)}:${clock}`;
  return hours >= 1 ? `${two(hours)}:${clock}` : clock;
}

function line(columns: readonly Field[], text: (field: Field) => string): string {
  return columns
    .map((field, index) => {
      if (field.right) return text(field).padStart(field.width);
      return index === columns.length - 1 ? text(field) : text(field).padEnd(field.width);
    })
    .join(' ');
}

function defaultTable(processes: readonly PsProcess[], full: boolean, zoned: boolean): string[] {
  const zone = (text: string): string => (zoned ? `${text.padStart(8)} ` : '');
  if (!full) {
    return [
      `${zone('ZONE')}  PID TTY         TIME CMD`,
      ...processes.map(
        (p) => `${zone(p.zone)}${String(p.pid).padStart(5)} ?           0:00 ${p.command.slice(0, 15)}`,
      ),
    ];
  }
  return [
    `${zone('ZONE')}     UID   PID  PPID   C    STIME TTY         TIME CMD`,
    ...processes.map(
      (p) =>
        `${zone(p.zone)}${p.user.padStart(8)} ${String(p.pid).padStart(5)} ${String(p.parentPid).padStart(5)}` +
        `   0   Aug 04 ?           0:00 ${shortArgs(p)}`,
    ),
  ];
}
