import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

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

/**
 * These columns of every process of the machine, a line each. Its own limit cuts no long list: a test that looks for
 * what is left finds nothing in a list that is cut.
 */
export function processList(columns: readonly string[]): readonly string[] {
  const words = ['-A', '-o', columns.map((column) => `${column}=`).join(',')];
  return execFileSync('ps', words, { encoding: 'utf8', maxBuffer: 2 ** 30 })
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
}

/** The numbers of processes that a file has, a line each. */
export function pidsIn(file: string): readonly number[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
}
