import { toBytes } from './bytes.ts';
import { constantCode, intCode, textCode, type Code } from './code.ts';
import { argument, type Frame } from './frame.ts';
import { INT, INT64, STRING, UINT64, VOID_POINTER, integerNamed, type IntType } from './types.ts';

const EXECNAME_BYTES = 16;
const FNAME_BYTES = 15;
const PSARGS_BYTES = 79;

type Integer = readonly [IntType, (frame: Frame) => bigint];

const PID = integerNamed('pid_t');
const UID = integerNamed('uid_t');
const UINT = integerNamed('uint_t');
const CPU = integerNamed('processorid_t');

const INTEGERS: Readonly<Record<string, Integer>> = {
  pid: [PID, (f) => BigInt(f.process.pid)],
  ppid: [PID, (f) => BigInt(f.process.parentPid)],
  tid: [integerNamed('id_t'), (f) => BigInt(f.tid)],
  uid: [UID, () => 0n],
  gid: [integerNamed('gid_t'), () => 0n],
  cpu: [CPU, (f) => BigInt(f.cpu)],
  timestamp: [UINT64, (f) => BigInt.asIntN(64, f.at)],
  vtimestamp: [UINT64, (f) => BigInt.asIntN(64, f.at)],
  walltimestamp: [INT64, (f) => BigInt.asIntN(64, f.wall)],
  epid: [UINT, (f) => BigInt(f.epid)],
  id: [UINT, (f) => BigInt(f.probe.id)],
  errno: [INT, () => 0n],
  ipl: [UINT, () => 0n],
  stackdepth: [integerNamed('uint32_t'), () => 1n],
  ustackdepth: [integerNamed('uint32_t'), () => 1n],
  caller: [integerNamed('uintptr_t'), () => 0n],
  ucaller: [UINT64, () => 0n],
};

const TEXTS: Readonly<Record<string, (frame: Frame) => string>> = {
  execname: (f) => cut(f.process.command, EXECNAME_BYTES),
  probeprov: (f) => f.probe.provider,
  probemod: (f) => f.probe.module,
  probefunc: (f) => f.probe.function,
  probename: (f) => f.probe.name,
  threadname: () => '',
  zonename: (f) => toBytes(f.process.zone),
};

function cut(text: string, bytes: number): string {
  return toBytes(text).slice(0, bytes);
}

/** A built-in variable (`pid`, `arg0`, `zonename`, `curpsinfo`, `NULL` …), or null for another name. */
export function builtIn(name: string, line: number): Code | null {
  const argumentNumber = /^arg([0-9])$/.exec(name)?.[1];
  if (argumentNumber !== undefined) {
    const index = Number(argumentNumber);
    return intCode(INT64, line, (frame) => argument(frame, index));
  }
  const integer = Object.hasOwn(INTEGERS, name) ? INTEGERS[name] : undefined;
  if (integer !== undefined) return intCode(integer[0], line, integer[1]);
  const text = Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined;
  if (text !== undefined) return textCode(STRING, line, text);
  switch (name) {
    case 'NULL':
      return constantCode(VOID_POINTER, line, 0n);
    case 'curthread':
      return intCode({ ...VOID_POINTER, name: 'kthread_t *' }, line, (f) => BigInt(f.tid) << 12n);
    case 'curpsinfo':
      return members('psinfo_t', line, processMembers(line));
    case 'curlwpsinfo':
      return members('lwpsinfo_t', line, [
        ['pr_lwpid', intCode(integerNamed('id_t'), line, (f) => BigInt(f.tid))],
        ['pr_onpro', intCode(CPU, line, (f) => BigInt(f.cpu))],
      ]);
    case 'curcpu':
      return members('cpuinfo_t', line, [['cpu_id', intCode(CPU, line, (f) => BigInt(f.cpu))]]);
    default:
      return null;
  }
}

function members(name: string, line: number, list: readonly (readonly [string, Code])[]): Code {
  return { kind: 'members', type: { kind: 'struct', name }, line, members: new Map(list) };
}

function processMembers(line: number): readonly (readonly [string, Code])[] {
  return [
    ['pr_pid', intCode(PID, line, (f) => BigInt(f.process.pid))],
    ['pr_ppid', intCode(PID, line, (f) => BigInt(f.process.parentPid))],
    ['pr_uid', constantCode(UID, line, 0n)],
    ['pr_euid', constantCode(UID, line, 0n)],
    ['pr_fname', textCode(STRING, line, (f) => cut(f.process.command, FNAME_BYTES))],
    ['pr_psargs', textCode(STRING, line, (f) => cut(f.process.args, PSARGS_BYTES))],
  ];
}
