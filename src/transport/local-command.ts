import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Connection } from '../model/transport.ts';
import { withPipes } from './child-pipes.ts';
import { runChild } from './child-run.ts';

/** Runs lines of sh on this machine, as if it were a sled: for tools that have sleds answer. */
export const connectionToHere: Connection = {
  via: null,
  warnings: [],
  run: async (command, options) => {
    const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    withPipes(child, 'a command here');
    const { output, status, signal } = await runChild(child, 'a command here', options);
    const exitStatus = status ?? 128 + (signal === null ? 0 : constants.signals[signal]);
    return { ...output, exitStatus, signalName: signal?.replace(/^SIG/, '') ?? null };
  },
  lost: () => null,
  close: async () => {},
};
