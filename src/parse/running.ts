import { linesOf } from './lines.ts';
import { readNamedWords } from './named-words.ts';

/** A process of Crucible, as the sled's ps lists it. */
export interface RunningProcess {
  readonly zone: string;
  readonly pid: number;
  /** `propolis-server`, `crucible-pantry` or `crucible-downstairs`. */
  readonly command: string;
}

/** Which processes of Crucible ran on a sled before a script began, and after it ended. */
export interface Running {
  /** Null where the list is not there, or not whole. */
  readonly before: readonly RunningProcess[] | null;
  readonly after: readonly RunningProcess[] | null;
  /** User id of the login; null where it is not known. */
  readonly login: number | null;
  /** Whether the login, which is not root, saw a probe of any process; null where that was not asked, or not answered. */
  readonly seesProbes: boolean | null;
  /** Why they could not be listed; null where they could. */
  readonly whyNot: string | null;
}

/** What a script printed without such a list, and the list; null where there is none, as in version 0.1.0. */
export interface WithoutRunning {
  readonly rest: string;
  readonly running: Running | null;
}

const BEGINNING = 'running=';

/** Whether `run-d.sh -r` printed the line, and not the script that it ran. */
export function isRunningLine(line: string): boolean {
  return line.startsWith(BEGINNING);
}

/** Takes the lists of `run-d.sh -r` out of its output: they are its first lines and its last ones. */
export function takeOutRunning(text: string): WithoutRunning {
  const from = endOfFirst(text);
  const to = beginOfLast(text, from);
  if (from === 0 && to === text.length) return { rest: text, running: null };
  const { lines } = linesOf(text.slice(0, from) + text.slice(to));
  return { rest: text.slice(from, to), running: readRunning(lines) };
}

function endOfFirst(text: string): number {
  let at = 0;
  while (text.startsWith(BEGINNING, at)) {
    const end = text.indexOf('\n', at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  return at;
}

function beginOfLast(text: string, from: number): number {
  let at = text.length;
  while (at > from) {
    const begin = at < 2 ? 0 : text.lastIndexOf('\n', at - 2) + 1;
    if (!text.startsWith(BEGINNING, begin)) return at;
    at = begin;
  }
  return at;
}

function readRunning(lines: readonly string[]): Running {
  const found = new Map<string, RunningProcess[]>();
  const whole = new Map<string, readonly RunningProcess[]>();
  let login: number | null = null;
  let seesProbes: boolean | null = null;
  let whyNot: string | null = null;
  for (const line of lines) {
    const words = readNamedWords(line, 'why');
    const when = words?.get('running');
    if (words === null || when === undefined) continue;
    whyNot = words.get('why') ?? whyNot;
    const processes = found.get(when) ?? [];
    const listed = words.get('listed');
    if (listed !== undefined && Number(listed) === processes.length) whole.set(when, processes);
    const id = words.get('login') ?? '';
    if (/^\d{1,10}$/.test(id)) login = Number(id);
    const probes = words.get('probes');
    if (probes !== undefined) seesProbes = probes !== 'none';
    const { zone, pid, command } = Object.fromEntries(words);
    if (zone === undefined || command === undefined || !/^\d{1,10}$/.test(pid ?? '')) continue;
    processes.push({ zone, pid: Number(pid), command });
    found.set(when, processes);
  }
  return {
    before: whole.get('before') ?? null,
    after: whole.get('after') ?? null,
    login,
    seesProbes,
    whyNot,
  };
}
