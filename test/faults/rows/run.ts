import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { failed, timedOut, type Arrangement, type Fault } from '../fault.ts';
import type { Field } from '../field.ts';

const chapter = 'The run as a whole';

/** Ctrl-C when the sled's command has begun, and the other sleds have answered. */
function interrupting(field: Field): Arrangement {
  const begun = join(field.folder(), 'begun');
  // A line for each command that has ended.
  const log = join(field.folder(), 'audit');
  return {
    argv: ['--audit-log', log],
    job: { verb: 'exec', own: `: >${begun}; sleep 30` },
    during: async (running) => {
      await expect.poll(() => existsSync(begun)).toBe(true);
      await expect.poll(() => linesOf(log)).toBe(3);
      running.interrupt();
    },
  };
}

function linesOf(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}

export const RUN_FAULTS: readonly Fault[] = [
  {
    id: 'interrupted',
    chapter,
    what: 'Somebody presses Ctrl-C',
    remedy: 'Nothing: what had answered is shown; `--failed-last` asks the rest.',
    arrange: interrupting,
    expect: failed('run', 'interrupted', { exit: 130 }),
  },
  {
    id: 'deadline',
    chapter,
    what: 'The run has a deadline, and the sled takes longer',
    remedy: 'Give it more (`--deadline`), or ask only that sled: `--failed-last`.',
    arrange: () => ({
      job: { verb: 'exec', own: 'sleep 30' },
      argv: ['--deadline', '10s'],
      limitMs: 5_000,
    }),
    expect: timedOut('run', 'deadline'),
  },
];
