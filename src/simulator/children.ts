import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { atExit } from './at-exit.ts';

/** The processes that the simulation started, each the leader of a group of its own. */
export interface Children {
  spawn(
    command: string,
    environment: Readonly<Record<string, string>>,
    cwd: string,
  ): ChildProcessWithoutNullStreams;
  /** Groups with a process that still runs. */
  running(): number;
  /** Kills what still runs. */
  stop(): void;
}

const SWEEP_MS = 1000;

export function createChildren(): Children {
  /** Leaders that have ended while others of their group (started with `&`) went on are kept until those end. */
  const groups = new Set<number>();
  const isRunning = (group: number): boolean => {
    try {
      process.kill(-group, 0);
      return true;
    } catch {
      return false;
    }
  };
  const sweep = (): void => {
    for (const group of groups) if (!isRunning(group)) groups.delete(group);
  };
  const timer = setInterval(sweep, SWEEP_MS).unref();
  const killAll = (): void => {
    for (const group of groups) {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
    groups.clear();
  };
  // However the simulator ends, its sleds' processes end with it.
  const callOff = atExit(killAll);
  return {
    spawn: (command, environment, cwd) => {
      const child = spawn('/bin/sh', ['-c', command], {
        cwd,
        env: environment,
        detached: true,
        stdio: 'pipe',
      });
      const { pid } = child;
      if (pid !== undefined) {
        groups.add(pid);
        child.once('exit', () => {
          if (!isRunning(pid)) groups.delete(pid);
        });
      }
      return child;
    },
    running: () => {
      sweep();
      return groups.size;
    },
    stop: () => {
      clearInterval(timer);
      killAll();
      callOff();
    },
  };
}
