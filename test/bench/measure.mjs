import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

/** A node that writes down what memory it had needed when it ends. */
export const NODE = `'${process.execPath}' --import '${pathToFileURL(join(import.meta.dirname, 'peak.mjs')).href}'`;

/**
 * Runs a command line of sh so many times, one after another. Gives what one run took: wall time and CPU in
 * milliseconds, the CPU of the process with all that it started and waited for, so that no server's is in it; its peak
 * memory in MiB, where it is a `NODE`; how many lines it printed. A run that did not get every answer is no measurement:
 * rejects where one ends with another status than 0.
 */
export async function measure(command, { times = 1, input = '' } = {}) {
  const script = `n=0; bad=0; while [ $n -lt ${times} ]; do ${command} || bad=$?; n=$((n + 1)); done; times >&3; exit $bad`;
  const peakFile = join(tmpdir(), `cruc-fleet-peak-${process.pid}`);
  const started = performance.now();
  const child = spawn('sh', ['-c', script], {
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
    env: { ...process.env, BENCH_PEAK: peakFile },
  });
  child.stdin.end(input);
  const ended = new Promise((resolve) => {
    child.on('exit', resolve);
  });
  const [lines, spent, status] = await Promise.all([countLines(child.stdout), text(child.stdio[3]), ended]);
  if (status !== 0) throw new Error(`status ${status} of ${command}`);
  const wallMs = (performance.now() - started) / times;
  // The shell's own times, then those of its children: `0m0.150000s 0m0.030000s`.
  const [, , user = 0, system = 0] = spent.trim().split(/\s+/).map(millisecondsOf);
  return { cpuMs: (user + system) / times, wallMs, peakMib: takePeak(peakFile), lines: lines / times };
}

async function countLines(stream) {
  let lines = 0;
  for await (const chunk of stream) for (const byte of chunk) if (byte === 10) lines += 1;
  return lines;
}

function takePeak(file) {
  try {
    const kib = readFileSync(file, 'utf8').trim().split('\n').map(Number);
    rmSync(file);
    return Math.max(...kib) / 1024;
  } catch {
    return null;
  }
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
