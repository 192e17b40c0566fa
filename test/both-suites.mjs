// Runs the fast suite beside the real one, for `npm test`: tests against real programs wait much, and leave processors
// idle; the fast ones have those, and give way (a lower priority). The lines of both come as they are written. With
// words, as in `npm test -- test/alert`, both are one run.

import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

const VITEST = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const words = process.argv.slice(2);
const env = { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) };
const GIVES_WAY = 5;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** A run of these projects; `begun` once it writes something. */
function start(projects, priority = 0) {
  const chosen = projects.flatMap((project) => ['--project', project]);
  const child = spawn(process.execPath, [VITEST, 'run', ...chosen, ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  if (child.pid !== undefined && priority > 0) setPriority(child.pid, priority);
  passOn(child.stdout, process.stdout);
  passOn(child.stderr, process.stderr);
  const begun = new Promise((resolve) => {
    child.stdout.once('data', resolve);
    child.once('close', resolve);
  });
  const ended = new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`${projects.join(', ')}: ${error.message}\n`);
      resolve(1);
    });
    child.once('close', (status) => {
      running.delete(child);
      process.stdout.write(`== ${projects.join(', ')}: ended with status ${status ?? 'of a signal'}\n\n`);
      resolve(status ?? 1);
    });
  });
  return { begun, ended };
}

/** Whole lines, so that none of one suite breaks one of the other. */
function passOn(from, to) {
  let rest = '';
  from.setEncoding('utf8');
  from.on('data', (text) => {
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) to.write(rest + text.slice(0, end));
    rest = end > 0 ? text.slice(end) : rest + text;
  });
  from.on('end', () => to.write(rest));
}

// Ctrl-C comes to the suites by itself, from the terminal: a second one would have them end without cleaning up.
let isStopped = false;
process.on('SIGINT', () => {
  isStopped = true;
});
process.on('SIGTERM', () => {
  isStopped = true;
  for (const child of running) child.kill('SIGTERM');
});

async function runBoth() {
  const real = start(['real']);
  // One after the other they look whether what was kept of modules still holds.
  await real.begun;
  if (isStopped) return await real.ended;
  const fast = start(['fast'], GIVES_WAY);
  return Math.max(await real.ended, await fast.ended);
}

process.exitCode = await (words.length === 0 ? runBoth() : start(['fast', 'real']).ended);
