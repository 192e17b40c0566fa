import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATUS_LOCK } from '../../../src/cli/ask/state-run.ts';
import { answered, bySsh, failed, partial, timedOut, type Arrangement, type Fault } from '../fault.ts';
import { SLED, type Field } from '../field.ts';

const chapter = 'Running a command';

/** A command of the sled's own, with little time. */
const timeLimited = (own: string | null, limitMs = 6_000): Arrangement => ({
  ...(own === null ? {} : { job: { verb: 'exec', own } }),
  argv: ['--timeout', `${limitMs}ms`],
  limitMs,
});

/** Others hold every place of the scripts of reports. */
function held(field: Field): Arrangement {
  const locks = join(field.rack.simulation.environmentFor(SLED).HOME, '.cruc-fleet/locks');
  mkdirSync(locks, { recursive: true });
  const { name, room } = STATUS_LOCK;
  for (let place = 1; place <= room; place++) {
    writeFileSync(join(locks, `${name}.${place}`), `${process.pid} 600 bob on build8\n`);
  }
  return {
    job: { verb: 'ds-state' },
    during: async (running) => {
      await running.ended;
      rmSync(locks, { recursive: true });
    },
  };
}

const KEEPALIVE = { keepalive: '300ms', keepalive_count: 3 };

export const COMMAND_FAULTS: readonly Fault[] = [
  {
    id: 'session-refused',
    chapter,
    what: 'The sled opens no session (MaxSessions)',
    remedy: 'Others hold its sessions, or MaxSessions is 0 in its sshd_config.',
    arrange: () => ({ fault: 'no-session' }),
    expect: failed('run', 'channel_refused'),
  },
  {
    id: 'command-refused',
    chapter,
    what: 'The sled refuses to run a command',
    remedy: 'Its sshd_config forbids it for that login (ForceCommand, only a subsystem).',
    arrange: () => ({ fault: 'no-exec' }),
    expect: failed('run', 'channel_refused'),
    // ssh says nothing of it over a connection that it shares.
    by: bySsh(failed('run', 'not_begun')),
  },
  {
    id: 'nologin',
    chapter,
    what: 'The login has no shell (nologin)',
    remedy: 'Log in as somebody with a shell: root on a stock sled.',
    arrange: () => ({ fault: 'nologin' }),
    expect: failed('run', 'not_begun'),
  },
  {
    id: 'mute-shell',
    chapter,
    what: 'The shell of the login ends at once, without a word',
    remedy: 'Look at the shell of that login in /etc/passwd there.',
    arrange: () => ({ fault: 'mute-shell' }),
    expect: failed('run', 'not_begun'),
  },
  {
    id: 'force-command',
    chapter,
    what: 'sshd runs its own command in place of ours (ForceCommand)',
    remedy: 'Use another login or another key.',
    arrange: () => ({ fault: 'force-command' }),
    expect: failed('run', 'not_begun'),
  },
  {
    id: 'command-never-begins',
    chapter,
    what: 'The sled takes the command, and nothing comes',
    remedy: 'A start-up file of the login hangs, or the machine does: look at its console.',
    arrange: () => ({ ...timeLimited(null), fault: 'hang' }),
    expect: timedOut('run'),
  },
  {
    id: 'command-never-ends',
    chapter,
    what: 'The command does not end in its time',
    remedy: 'Give it more (`--timeout`); it is ended on the sled.',
    arrange: () => timeLimited('echo so far; exec sleep 600'),
    expect: timedOut('run'),
  },
  {
    id: 'command-minds-no-term',
    chapter,
    what: 'The command does not end in its time, and ignores TERM',
    remedy: 'Give it more (`--timeout`); it is killed on the sled.',
    arrange: () => timeLimited("trap '' TERM; echo so far; while :; do sleep 1; done"),
    expect: timedOut('run'),
  },
  {
    id: 'command-fails',
    chapter,
    what: 'The command fails',
    remedy: 'Its status, and what it wrote, are the answer.',
    arrange: () => ({ job: { verb: 'exec', own: 'echo no >&2; exit 7' } }),
    expect: answered({ exit: 7 }),
  },
  {
    id: 'command-not-there',
    chapter,
    what: 'The command does not exist on the sled',
    remedy: 'Status 127 is the shell that does not find it: give its path.',
    arrange: () => ({ job: { verb: 'exec', own: 'no-such-command' } }),
    expect: answered({ exit: 127 }),
  },
  {
    id: 'command-dies-of-signal',
    chapter,
    what: 'The command dies of a signal',
    remedy: 'Its signal is the answer: read the log of the sled.',
    arrange: () => ({ job: { verb: 'exec', own: 'kill -SEGV $$' } }),
    expect: answered({ exit: 139 }),
  },
  {
    id: 'cut-in-output',
    chapter,
    what: 'The connection breaks in the middle of the output',
    remedy: 'The sled crashed, was rebooted, or lost its link: look at it, and ask again (`--failed-last`).',
    arrange: () => ({ fault: 'cut' }),
    expect: failed('run', 'connection_lost'),
  },
  {
    id: 'silent-in-output',
    chapter,
    what: 'The sled falls silent while a command runs (keepalive)',
    remedy: 'It lost its link or hangs: look at its console, and ask again (`--failed-last`).',
    arrange: () => ({ fault: 'freeze', sled: KEEPALIVE }),
    expect: failed('run', 'connection_lost'),
  },
  {
    id: 'no-status',
    chapter,
    what: 'The channel closes without the status of the command',
    // What the command printed is whole by its end mark, which the ssh's status is not.
    remedy: 'sshd on the sled died, or the command was killed with its session: read its log.',
    arrange: () => ({ fault: 'no-status' }),
    expect: failed('run', 'connection_lost'),
    by: bySsh(answered()),
  },
  {
    id: 'end-lost',
    chapter,
    what: 'The output ends after a line, with status 0',
    remedy: 'Something on the way lost the rest: ask again.',
    arrange: () => ({ fault: 'lose-end', job: { verb: 'exec', own: 'echo one; echo two' } }),
    expect: partial('cut'),
  },
  {
    id: 'end-lost-in-line',
    chapter,
    what: 'The output ends within a line, with status 0',
    remedy: 'Something on the way lost the rest: ask again.',
    arrange: () => ({ fault: 'lose-half-line', job: { verb: 'exec', own: 'echo one; echo two' } }),
    expect: partial('cut'),
  },
  {
    id: 'line-lost',
    chapter,
    what: 'A line of the output is lost',
    remedy: 'Something on the way lost it: ask again.',
    arrange: () => ({ fault: 'lose-line', job: { verb: 'exec', own: 'echo one; echo two' } }),
    expect: partial('cut'),
  },
  {
    id: 'flood',
    chapter,
    what: 'The command prints without end',
    remedy: 'Ask for less: a filter on the sled, a narrower probe.',
    arrange: () => ({ fault: 'flood' }),
    expect: failed('run', 'output_limit'),
  },
  {
    id: 'noise-before',
    chapter,
    what: 'Start-up files of the login print before the answer',
    remedy: 'Nothing: it is told apart. Silence them if that disturbs.',
    arrange: () => ({ fault: 'noise-before' }),
    expect: answered({ warning: 'printed before the answer' }),
  },
  {
    id: 'noise-after',
    chapter,
    what: 'Something is printed after the answer',
    remedy: 'Nothing: it is told apart.',
    arrange: () => ({ fault: 'noise-after' }),
    expect: answered({ warning: 'printed after the answer' }),
  },
  {
    id: 'busy',
    chapter,
    what: 'The sled already runs as many of our commands as it may',
    remedy: 'Wait for them, or use `--force`; the message says whose they are.',
    arrange: held,
    expect: failed('run', 'busy'),
  },
  {
    id: 'pfexec-powerless',
    chapter,
    what: 'pfexec does not make the login root',
    remedy: 'Give the login the profile Primary Administrator, or take `pfexec` out of the inventory.',
    arrange: () => ({ fault: 'pfexec-powerless', sled: { pfexec: true } }),
    expect: failed('run', 'pfexec'),
  },
];
