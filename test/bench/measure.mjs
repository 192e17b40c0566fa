import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * Runs a command line of sh so many times, one after another. Gives what one run took in milliseconds: wall time, and
 * CPU of the process with all that it started and waited for; and how many lines one run printed.
 */
export async function measure(command, { times = 1, input = '' } = {}) {
  const script = `n=0; while [ $n -lt ${times} ]; do ${command}; n=$((n + 1)); done; times >&3`;
  const started = performance.now();
  const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
  child.stdin.end(input);
  const [printed, spent] = await Promise.all([text(child.stdout), text(child.stdio[3])]);
  const wallMs = (performance.now() - started) / times;
  // The shell's own times, then those of its children: `0m0.150000s 0m0.030000s`.
  const [, , user = 0, system = 0] = spent.trim().split(/\s+/).map(millisecondsOf);
  return { cpuMs: (user + system) / times, wallMs, lines: (printed.split('\n').length - 1) / times };
}

function millisecondsOf(word) {
  const [, minutes, seconds] = /^(\d+)m([\d.]+)s$/.exec(word) ?? [];
  if (seconds === undefined) throw new Error(`the shell printed a time that is none: ${word}`);
  return (Number(minutes) * 60 + Number(seconds)) * 1000;
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}
