import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { answered, failed, timedOut, type Arrangement, type Expected, type Fault } from '../fault.ts';
import { SLED, type Field } from '../field.ts';
import { BY_COMMAND, WAYS, type WayName } from '../ways.ts';

const chapter = 'Commands that lead to a sled' as const;

const BY_HAND = 'Run the command by hand, where it runs: it should show the banner of an sshd.';

/** The way's command in place of the one that leads there. A gateway has one for all its sleds. */
function instead(command: string, limitMs: number | null = null) {
  return (field: Field, way: WayName): Arrangement => {
    const text = command.replaceAll('LEADING', field.leading);
    const limit = limitMs === null ? {} : { connect_timeout: `${limitMs}ms` };
    const isHere = WAYS[way].leads === 'pipe';
    const ended = limitMs === null ? {} : { limitMs };
    return isHere
      ? { sled: { proxy_command: text, ...limit }, ...ended }
      : { gateway: { command: text }, defaults: limit, ...ended };
  };
}

/** A command that misleads: both ways know it. */
function misleading(
  command: string,
  about: Pick<Fault, 'id' | 'what'> & { readonly remedy?: string },
  expected: Expected = failed('connect', 'pipe'),
  limitMs: number | null = null,
): readonly Fault[] {
  const base = { remedy: BY_HAND, ...about, chapter, arrange: instead(command, limitMs), expect: expected };
  // Of a gateway it is the command of all its sleds.
  return [
    { ...base, ways: ['exec'], hits: 'rack' },
    { ...base, id: `${about.id}-here`, ways: ['pipe'] },
  ];
}

export const PIPE_FAULTS: readonly Fault[] = [
  {
    id: 'netcat-missing',
    chapter,
    what: 'The gateway has no nc',
    remedy: 'Name a command that leads there: `command: pilot tp nc any {cubby} {port}`.',
    ways: ['exec'],
    hits: 'rack',
    arrange: () => ({ hasNetcat: false }),
    expect: failed('connect', 'pipe'),
  },
  {
    id: 'gateway-opens-no-session',
    chapter,
    what: 'The gateway opens no session for a command',
    remedy: 'Its MaxSessions is spent or 0: use another gateway, or allow forwarding.',
    ways: ['exec'],
    hits: 'rack',
    arrange: () => ({ gatewayFault: 'no-session' }),
    expect: failed('connect', 'pipe'),
  },
  {
    id: 'gateway-runs-no-command',
    chapter,
    what: 'The gateway refuses to run a command',
    remedy: 'Use another gateway, or allow forwarding.',
    ways: ['exec'],
    hits: 'rack',
    arrange: () => ({ gatewayFault: 'no-exec' }),
    expect: failed('connect', 'pipe'),
  },
  ...misleading('/nonexistent/nc {host} {port}', {
    id: 'pipe-missing',
    what: 'The command does not exist',
  }),
  ...misleading('true', { id: 'pipe-ends', what: 'The command ends at once, without a word' }),
  ...misleading('sh -c "echo no such cubby >&2; exit 3"', {
    id: 'pipe-fails',
    what: 'The command fails, and says why',
  }),
  ...misleading('sh -c "kill -9 \\$\\$"', { id: 'pipe-killed', what: 'The command is killed at once' }),
  ...misleading(
    'sleep 600',
    { id: 'pipe-frozen', what: 'The command runs, and leads nowhere' },
    timedOut('connect'),
    1_500,
  ),
  ...misleading('sh -c "echo not an sshd"', {
    id: 'pipe-babbles',
    what: 'The command prints something else than SSH',
  }),
  ...misleading(
    'sh -c "echo welcome to the switch; exec LEADING \\"\\$@\\"" sh {host} {port}',
    {
      id: 'pipe-greets',
      what: 'The command prints a line before the sled speaks',
      remedy: 'Nothing: it does no harm.',
    },
    answered(),
  ),
  {
    id: 'pipe-dies',
    chapter,
    what: 'The command that leads to the sled is killed while the sled runs ours',
    remedy: 'Look at who ended it there; what ran on the sled ends by itself within ten seconds.',
    ways: BY_COMMAND,
    arrange: (field, way) => whileRunning(field, way, 'SIGKILL'),
    expect: failed('run', 'connection_lost'),
  },
  {
    id: 'pipe-freezes',
    chapter,
    what: 'The command that leads to the sled freezes while the sled runs ours',
    remedy: 'Look at the machine it runs on.',
    ways: BY_COMMAND,
    arrange: (field, way) => ({
      ...whileRunning(field, way, 'SIGSTOP'),
      sled: { keepalive: '300ms', keepalive_count: 3 },
    }),
    expect: failed('run', 'connection_lost'),
  },
];

/** Sends a signal to the process that carries the sled's connection, when the sled's command has begun. */
function whileRunning(field: Field, way: WayName, signal: 'SIGKILL' | 'SIGSTOP'): Arrangement {
  const begun = join(field.folder(), 'begun');
  const gateway = { command: `${field.leading} {host} {port}` };
  return {
    ...(WAYS[way].leads === 'exec' ? { gateway } : {}),
    job: { verb: 'exec', own: `: >${begun}; sleep 30` },
    during: async () => {
      await expect.poll(() => existsSync(begun)).toBe(true);
      process.kill(field.leadingTo(SLED), signal);
    },
  };
}
