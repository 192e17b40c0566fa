import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Whether a process runs: one that has ended and was not waited for does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.startsWith('Z') !== true;
  } catch {
    return !existsSync('/proc/self/stat');
  }
}

/** The numbers of processes that a file has, a line each: of a line that is being written there is none yet. */
export function pidsIn(file: string): readonly number[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1).map(Number) : [];
}

interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** It has ended, and its parent has not noticed yet. */
  readonly hasEnded: boolean;
  readonly words: () => string;
}

/** All processes of this machine. Where there is a /proc no process is started for that, which costs ten times as much. */
export function allProcesses(): readonly SeenProcess[] {
  if (!existsSync('/proc/self/stat')) return processesByPs();
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      // Behind the name, which may hold anything: the state, the parent, the group.
      const [state = '', parent, group] = textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
      if (state === '') return [];
      const words = () => textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
      return [
        { pid: Number(pid), parent: Number(parent), group: Number(group), hasEnded: state === 'Z', words },
      ];
    });
}

/** The processes that a process has started, theirs, and so on. */
export function descendantsOf(pid: number): readonly number[] {
  // Where the system says who the children are, no other process is looked at: on a busy machine there are hundreds.
  const childrenOf = hasChildrenFile() ? childrenByFile : childrenInTable();
  const found: number[] = [];
  for (let parents = [pid]; parents.length > 0;) {
    parents = parents.flatMap(childrenOf);
    found.push(...parents);
  }
  return found;
}

function hasChildrenFile(): boolean {
  return existsSync(`/proc/self/task/${process.pid}/children`);
}

/** Each thread has its own. */
function childrenByFile(pid: number): number[] {
  let threads: readonly string[] = [];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    // It has just ended.
  }
  return threads
    .flatMap((thread) => textOf(`/proc/${pid}/task/${thread}/children`).split(' '))
    .filter((word) => word !== '')
    .map(Number);
}

function childrenInTable(): (pid: number) => number[] {
  const table = allProcesses();
  return (pid) => table.filter(({ parent }) => parent === pid).map((each) => each.pid);
}

function processesByPs(): readonly SeenProcess[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,args='], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, group, state = '', ...words] = line.trim().split(/\s+/);
      const hasEnded = state.startsWith('Z');
      return {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        hasEnded,
        words: () => words.join(' '),
      };
    });
}

/** Of a process that has just ended there is none. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
