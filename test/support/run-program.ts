import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../src/cli/program.ts';
import { createAskSsh } from '../../src/ssh-config/ask-ssh.ts';
import type { Interruption, Surroundings } from '../../src/cli/surroundings.ts';
import { createTerminal } from '../../src/term/terminal.ts';

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** What it has written so far. */
  readonly stderr: () => string;
  readonly stdout: () => string;
  /** What Ctrl-C does. */
  readonly interrupt: (signal?: Interruption) => void;
}

const SCRIPTS = fileURLToPath(new URL('../../scripts', import.meta.url));

/** Runs a command line of cruc-fleet in this process, off any terminal, with a home and an environment of its own. */
export function startProgram(argv: readonly string[], change: Partial<Surroundings> = {}): Running {
  const out = capture();
  const err = capture();
  const interrupts = new Set<(signal: Interruption) => void>();
  const hangUps = new Set<() => void>();
  const env = change.env ?? {};
  // What one test keeps, no other reads.
  const home = mkdtempSync(join(tmpdir(), 'cruc-fleet-home-'));
  const ended = runProgram(argv, change.version ?? '0.0.0-test', {
    terminal: createTerminal(out.stream, err.stream, env, { readerGone: () => {}, failed: () => {} }),
    env,
    cwd: '/nonexistent',
    home,
    user: 'tester',
    hostName: 'tester.example',
    startProgram: (program, words) =>
      spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], detached: true }),
    // Never the configuration of whoever runs the tests.
    openSsh: { ask: createAskSsh(), home, systemFile: '/nonexistent/ssh_config' },
    program: '/usr/local/bin/cruc-fleet',
    scriptsFolder: SCRIPTS,
    now: () => new Date(),
    elapsed: () => performance.now(),
    bootClock: () => null,
    random: () => Math.random(),
    resources: () => ({ openFiles: null, memoryBytes: 2 ** 33, cpus: 2 }),
    onSshLoaded: () => {},
    readStdin: () => Promise.resolve(Buffer.from('')),
    ask: null,
    show: null,
    keys: null,
    interrupt: () => {
      for (const each of interrupts) each('SIGINT');
    },
    onExit: () => () => {},
    onInterrupt: (callback) => {
      interrupts.add(callback);
      return () => interrupts.delete(callback);
    },
    onHangUp: (callback) => {
      hangUps.add(callback);
      return () => hangUps.delete(callback);
    },
    ...change,
  })
    .then((status) => ({ status, stdout: out.text(), stderr: err.text() }))
    .finally(() => rmSync(home, { recursive: true, force: true }));
  return {
    ended,
    stderr: () => err.text(),
    stdout: () => out.text(),
    interrupt: (signal = 'SIGINT') => {
      if (signal === 'SIGHUP' && hangUps.size > 0) {
        for (const each of hangUps) each();
        return;
      }
      for (const each of interrupts) each(signal);
    },
  };
}

export async function run(argv: readonly string[], change: Partial<Surroundings> = {}): Promise<Ended> {
  return await startProgram(argv, change).ended;
}

function capture() {
  let written = '';
  const stream = Object.assign(new EventEmitter(), {
    write: (text: string) => {
      written += text;
      return true;
    },
  });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => written };
}
